@NullMarked
package se.utrop.tracing;

import org.jspecify.annotations.NullMarked;
