package se.utrop.feed;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import se.utrop.news.News;
import se.utrop.news.NewsFacets;
import se.utrop.paging.Position;

/**
 * An event as the log holds it.
 *
 * @param number its place in the log, from 1, without gaps
 * @param precedingAt when the event before this one occurred; null for the first
 * @param before what a filter needs to know of the news item before the event; null for a publication
 * @param after the same afterwards; null for a retraction
 * @param news the news item as it read when this was read; null where it is retracted
 * @param note what the newsroom says of the revision, where this event brought one
 * @param reason what it says of the retraction
 */
record LoggedEvent(
        long number,
        NewsEventType type,
        Instant occurredAt,
        @Nullable Instant precedingAt,
        long newsKey,
        String slug,
        @Nullable NewsFacets before,
        @Nullable NewsFacets after,
        @Nullable News news,
        @Nullable String note,
        @Nullable String reason) {

    Position position() {
        return Position.of(occurredAt, number);
    }

    /** Whether there is anything to tell: of what is retracted, nothing but that it is. */
    boolean isTellable() {
        return type == NewsEventType.RETRACTED || news != null;
    }

    /** The same event about the same news item as another event found it. */
    LoggedEvent withNews(@Nullable News later) {
        return new LoggedEvent(
                number, type, occurredAt, precedingAt, newsKey, slug, before, after, later, note, reason);
    }
}
