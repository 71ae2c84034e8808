@NullMarked
package se.utrop.text;

import org.jspecify.annotations.NullMarked;
