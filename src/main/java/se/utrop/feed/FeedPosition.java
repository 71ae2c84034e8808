package se.utrop.feed;

import java.time.Instant;

/**
 * No event, but where a subscription stands in the log.
 *
 * @param occurredAt the time of the latest event up to there; the epoch where there is none
 * @param isCurrent whether this node's log ends there
 */
record FeedPosition(String cursor, String previousCursor, Instant occurredAt, boolean isCurrent) implements NewsEvent {}
