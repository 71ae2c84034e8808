@NullMarked
package se.utrop.archive;

import org.jspecify.annotations.NullMarked;
