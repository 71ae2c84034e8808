/** The API as a subgraph of Apollo Federation. */
@NullMarked
package se.utrop.federation;

import org.jspecify.annotations.NullMarked;
