package se.utrop.feed;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import se.utrop.news.News;

/** {@code note} is null where the newsroom says nothing, and where the text stayed as it was. */
record NewsRevised(
        String cursor,
        String previousCursor,
        Instant occurredAt,
        News news,
        @Nullable String note,
        boolean passesFilter)
        implements NewsEvent {}
