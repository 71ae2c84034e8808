@NullMarked
package se.utrop;

import org.jspecify.annotations.NullMarked;
