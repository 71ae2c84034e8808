/** Search: parsing, stemming by PostgreSQL, typing errors, and ranking. */
@NullMarked
package se.utrop.search;

import org.jspecify.annotations.NullMarked;
