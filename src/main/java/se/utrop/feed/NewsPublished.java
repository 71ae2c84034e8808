package se.utrop.feed;

import java.time.Instant;
import se.utrop.news.News;
import se.utrop.news.NewsCriteria;

/** A news item was published. {@code criteria} are those of the subscription. */
record NewsPublished(String cursor, String previousCursor, Instant occurredAt, News news, NewsCriteria criteria)
        implements NewsEvent {}
