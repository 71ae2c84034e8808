@NullMarked
package se.utrop.embedded;

import org.jspecify.annotations.NullMarked;
