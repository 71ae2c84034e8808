@NullMarked
package se.utrop.syndication;

import org.jspecify.annotations.NullMarked;
