@NullMarked
package se.utrop.node;

import org.jspecify.annotations.NullMarked;
