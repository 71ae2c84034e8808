/** What this node knows of the newsroom: the listener on the database, and the version that it has read. */
@NullMarked
package se.utrop.freshness;

import org.jspecify.annotations.NullMarked;
