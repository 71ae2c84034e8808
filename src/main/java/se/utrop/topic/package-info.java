/** What news are filed under. */
@NullMarked
package se.utrop.topic;

import org.jspecify.annotations.NullMarked;
