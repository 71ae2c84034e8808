/** The PostgreSQL that comes with the program: its files, its process, and the settings to reach it. */
@NullMarked
package se.utrop.embedded;

import org.jspecify.annotations.NullMarked;
