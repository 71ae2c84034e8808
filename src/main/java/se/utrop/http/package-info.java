/** The HTTP endpoint and the response cache, with the headers that browsers and CDNs use. */
@NullMarked
package se.utrop.http;

import org.jspecify.annotations.NullMarked;
