package se.utrop.news;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What criteria look at in a news item; series and topics by their slugs. */
public record NewsFacets(
        long key,
        Instant publishedAt,
        NewsKind kind,
        Urgency urgency,
        @Nullable String series,
        Set<String> topics) {}
