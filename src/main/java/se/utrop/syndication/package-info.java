/** Atom, RSS and JSON Feed for every filter, sitemaps, and WebSub. */
@NullMarked
package se.utrop.syndication;

import org.jspecify.annotations.NullMarked;
