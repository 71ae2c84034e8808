/** Where the newsroom stands, as far as a node has heard. */
@NullMarked
package se.utrop.freshness;

import org.jspecify.annotations.NullMarked;
