@NullMarked
package se.utrop.site;

import org.jspecify.annotations.NullMarked;
