@NullMarked
package se.utrop.importing;

import org.jspecify.annotations.NullMarked;
