/** The HTTP server: the address of the client, and the limits and timeouts of connections. */
@NullMarked
package se.utrop.server;

import org.jspecify.annotations.NullMarked;
