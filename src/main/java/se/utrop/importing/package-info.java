/** Import of news: copied listings, RSS and Atom, and the sample newsroom. */
@NullMarked
package se.utrop.importing;

import org.jspecify.annotations.NullMarked;
