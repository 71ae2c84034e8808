/** Import of news: copied listings, feeds, exports and warnings, and the sample newsroom. */
@NullMarked
package se.utrop.importing;

import org.jspecify.annotations.NullMarked;
