@NullMarked
package se.utrop.access;

import org.jspecify.annotations.NullMarked;
