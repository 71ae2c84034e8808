/** Topics of news. */
@NullMarked
package se.utrop.topic;

import org.jspecify.annotations.NullMarked;
