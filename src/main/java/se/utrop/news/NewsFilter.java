package se.utrop.news;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A filter, as a client sends it. */
public record NewsFilter(
        @Nullable DateRange publishedOn,
        @Nullable TimeRange publishedAt,
        @Nullable TopicFilter topics,
        @Nullable List<NewsKind> kinds,
        @Nullable List<Urgency> urgencies,
        @Nullable String series,
        @Nullable List<String> ids,
        @Nullable Boolean includeWithdrawn,
        @Nullable String search) {

    static final NewsFilter EMPTY = new NewsFilter(null, null, null, null, null, null, null, null, null);

    static NewsFilter of(Input filter) {
        return new NewsFilter(
                filter.object(
                        "publishedOn",
                        days -> new DateRange(days.value("from", LocalDate.class), days.value("to", LocalDate.class))),
                filter.object(
                        "publishedAt",
                        times -> new TimeRange(
                                times.value("since", Instant.class), times.value("until", Instant.class))),
                filter.object(
                        "topics",
                        topics -> new TopicFilter(
                                topics.values("anyOf", Function.identity()),
                                topics.values("allOf", Function.identity()),
                                topics.values("noneOf", Function.identity()))),
                filter.values("kinds", NewsKind::valueOf),
                filter.values("urgencies", Urgency::valueOf),
                filter.value("series", String.class),
                filter.values("ids", Function.identity()),
                filter.value("includeWithdrawn", Boolean.class),
                filter.value("search", String.class));
    }

    /** Published on these days. */
    static NewsFilter of(@Nullable DateRange days) {
        return new NewsFilter(days, null, null, null, null, null, null, null, null);
    }
}
