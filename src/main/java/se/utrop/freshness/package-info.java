/** What this node knows of the newsroom: the listener on the database, and the version that it has heard of. */
@NullMarked
package se.utrop.freshness;

import org.jspecify.annotations.NullMarked;
