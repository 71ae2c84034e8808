@NullMarked
package se.utrop.cost;

import org.jspecify.annotations.NullMarked;
