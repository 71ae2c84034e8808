@NullMarked
package se.utrop.polling;

import org.jspecify.annotations.NullMarked;
