package se.utrop.news;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which news, as a client says it. */
public record NewsFilter(
        @Nullable DateRange publishedOn,
        @Nullable TimeRange publishedAt,
        @Nullable TopicFilter topics,
        @Nullable List<NewsKind> kinds,
        @Nullable List<Urgency> urgencies,
        @Nullable String series,
        @Nullable List<String> ids) {}
