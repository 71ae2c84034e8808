/** The embedded PostgreSQL server: its files, its process and its connection settings. */
@NullMarked
package se.utrop.embedded;

import org.jspecify.annotations.NullMarked;
