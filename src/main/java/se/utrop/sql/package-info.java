/** Statements and rows: prepared queries, named parameters, and the codec of rows that are one binary value. */
@NullMarked
package se.utrop.sql;

import org.jspecify.annotations.NullMarked;
