package se.utrop.feed;

import java.time.Instant;
import se.utrop.news.News;
import se.utrop.news.NewsCriteria;

/**
 * A news item was published.
 *
 * @param backdated whether it is more than a day older than the event
 * @param criteria those of the subscription
 */
record NewsPublished(
        String cursor, String previousCursor, Instant occurredAt, News news, boolean backdated, NewsCriteria criteria)
        implements NewsEvent {}
