/** The archive: counts of news by month. */
@NullMarked
package se.utrop.archive;

import org.jspecify.annotations.NullMarked;
