/** How many news each month holds. */
@NullMarked
package se.utrop.archive;

import org.jspecify.annotations.NullMarked;
