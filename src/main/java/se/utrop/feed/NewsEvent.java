package se.utrop.feed;

import java.time.Instant;
import java.util.Objects;
import se.utrop.news.News;

/** An event as a client is shown it. */
sealed interface NewsEvent permits NewsPublished, NewsRevised, NewsRetracted, TopicChanged, FeedPosition {

    String cursor();

    String previousCursor();

    Instant occurredAt();

    static NewsEvent of(LoggedEvent event, String cursor, String previousCursor, FeedFilter filter) {
        Instant at = event.occurredAt();
        LoggedEvent.Content content = Objects.requireNonNull(event.content());
        return switch (event.effectiveType()) {
            case PUBLISHED ->
                new NewsPublished(
                        cursor,
                        previousCursor,
                        at,
                        Objects.requireNonNull(content.news()),
                        event.isBackdated(),
                        filter.criteria());
            case REVISED ->
                new NewsRevised(
                        cursor,
                        previousCursor,
                        at,
                        Objects.requireNonNull(content.news()),
                        Objects.requireNonNull(content.change()).revision(),
                        Objects.requireNonNull(event.significance()),
                        content.change().note(),
                        filter.passesAfter(event),
                        filter.criteria());
            case RETRACTED ->
                new NewsRetracted(cursor, previousCursor, at, News.id(event.key()), event.slug(), content.reason());
            case TOPIC_CHANGED -> new TopicChanged(cursor, previousCursor, at, Objects.requireNonNull(content.topic()));
        };
    }
}
