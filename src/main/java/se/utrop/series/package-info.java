/** Reports on one matter that follow each other. */
@NullMarked
package se.utrop.series;

import org.jspecify.annotations.NullMarked;
