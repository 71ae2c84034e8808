/** The feed: the log of events of news, a transactional outbox, and the subscriptions that follow it. */
@NullMarked
package se.utrop.feed;

import org.jspecify.annotations.NullMarked;
