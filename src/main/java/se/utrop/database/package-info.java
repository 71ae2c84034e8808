/** Sessions of the database: their pool and settings, cancellation, notifications and migrations. */
@NullMarked
package se.utrop.database;

import org.jspecify.annotations.NullMarked;
