/** Series of news on one matter. */
@NullMarked
package se.utrop.series;

import org.jspecify.annotations.NullMarked;
