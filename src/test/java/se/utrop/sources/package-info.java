@NullMarked
package se.utrop.sources;

import org.jspecify.annotations.NullMarked;
