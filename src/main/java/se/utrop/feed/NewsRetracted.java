package se.utrop.feed;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

record NewsRetracted(
        String cursor,
        String previousCursor,
        Instant occurredAt,
        String newsId,
        String slug,
        @Nullable String reason) implements NewsEvent {}
