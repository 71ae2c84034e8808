/** GraphQL over long-lived connections: WebSockets and server-sent events, fed one message at a time. */
@NullMarked
package se.utrop.transport;

import org.jspecify.annotations.NullMarked;
