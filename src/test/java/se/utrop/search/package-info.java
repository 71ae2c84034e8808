@NullMarked
package se.utrop.search;

import org.jspecify.annotations.NullMarked;
