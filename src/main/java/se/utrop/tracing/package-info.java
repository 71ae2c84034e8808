/** Spans of operations and statements for OpenTelemetry, while tracing is on. */
@NullMarked
package se.utrop.tracing;

import org.jspecify.annotations.NullMarked;
