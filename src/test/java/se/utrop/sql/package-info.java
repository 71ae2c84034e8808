@NullMarked
package se.utrop.sql;

import org.jspecify.annotations.NullMarked;
