@NullMarked
package se.utrop.database;

import org.jspecify.annotations.NullMarked;
