@NullMarked
package se.utrop.federation;

import org.jspecify.annotations.NullMarked;
