/** Relay's connections, point by point. */
@NullMarked
package se.utrop.paging;

import org.jspecify.annotations.NullMarked;
