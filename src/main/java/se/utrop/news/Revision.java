package se.utrop.news;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A revision of a news item. Texts that were not selected are null. */
public record Revision(
        int number,
        Instant publishedAt,
        String title,
        String summary,
        @Nullable String body,
        @Nullable String note,
        Significance significance) {}
