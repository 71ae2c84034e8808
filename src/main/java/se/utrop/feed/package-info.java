/** The feed: the log of what happened to news, and the subscriptions that are told of it. */
@NullMarked
package se.utrop.feed;

import org.jspecify.annotations.NullMarked;
