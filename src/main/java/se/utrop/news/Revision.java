package se.utrop.news;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A news item as it read for a while; the texts are null also where they weren't selected. */
public record Revision(
        int number,
        Instant publishedAt,
        String title,
        String summary,
        @Nullable String body,
        @Nullable String note) {}
