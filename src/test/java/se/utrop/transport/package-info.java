@NullMarked
package se.utrop.transport;

import org.jspecify.annotations.NullMarked;
