/** The feed over plain HTTP: long polling whose answers shared caches keep and coalesce. */
@NullMarked
package se.utrop.polling;

import org.jspecify.annotations.NullMarked;
