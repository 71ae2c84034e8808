/** Where the newsroom lies: the operator's PostgreSQL, or an embedded one that comes with the program. */
@NullMarked
package se.utrop.database;

import org.jspecify.annotations.NullMarked;
