/** Relay's connections: pages, and cursors that only their own list accepts. */
@NullMarked
package se.utrop.paging;

import org.jspecify.annotations.NullMarked;
