/** Sockets: GraphQL over WebSocket and server-sent events, written one message at a time. */
@NullMarked
package se.utrop.transport;

import org.jspecify.annotations.NullMarked;
