/** Utrop, the live news API of a public body: starts as a server or runs a command. */
@NullMarked
package se.utrop;

import org.jspecify.annotations.NullMarked;
