/** Startup: settings of ahead-of-time processing, and the message that the server is ready. */
@NullMarked
package se.utrop.start;

import org.jspecify.annotations.NullMarked;
