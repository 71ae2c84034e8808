package se.utrop.news;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What is left of a retracted news item: its tombstone. */
record Retraction(
        String slug,
        Instant publishedAt,
        Instant retractedAt,
        @Nullable String reason) {}
