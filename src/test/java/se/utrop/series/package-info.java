@NullMarked
package se.utrop.series;

import org.jspecify.annotations.NullMarked;
