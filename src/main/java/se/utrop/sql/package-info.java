/** Statements and rows: prepared queries, named parameters, and rows that are one binary value. */
@NullMarked
package se.utrop.sql;

import org.jspecify.annotations.NullMarked;
