/** Relay's connections: keyset pagination, and cursors that are bound to their list. */
@NullMarked
package se.utrop.paging;

import org.jspecify.annotations.NullMarked;
