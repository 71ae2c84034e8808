@NullMarked
package se.utrop.feed;

import org.jspecify.annotations.NullMarked;
