package se.utrop.feed;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The tombstone of a news item that was retracted: its id, slug and reason, without its text. */
record NewsRetracted(
        String cursor,
        String previousCursor,
        Instant occurredAt,
        String newsId,
        String slug,
        @Nullable String reason) implements NewsEvent {}
