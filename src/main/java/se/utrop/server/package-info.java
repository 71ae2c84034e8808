/** The port: who is at the other end of a connection, and how long it may take. */
@NullMarked
package se.utrop.server;

import org.jspecify.annotations.NullMarked;
