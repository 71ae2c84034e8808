/** GraphQL over HTTP: the endpoint, the response cache, and the caching headers for browsers and CDNs. */
@NullMarked
package se.utrop.http;

import org.jspecify.annotations.NullMarked;
