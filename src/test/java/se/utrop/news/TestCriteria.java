package se.utrop.news;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;
import se.utrop.graphql.Limits;

/** Criteria as a filter makes them, for tests that need no server. */
public final class TestCriteria {

    private static final Limits LIMITS = new Limits(
            12, 50, 5000, 2000, 100, 100, 100, 20000, DataSize.ofKilobytes(128), Duration.ofSeconds(10), null);

    private static final ZoneId ZONE = ZoneId.of("Europe/Stockholm");

    private TestCriteria() {}

    static NewsCriteria of(@Nullable NewsFilter filter) {
        return NewsCriteria.of(filter, ZONE, LIMITS);
    }

    /**
     * Criteria of these conditions; an empty one is none.
     *
     * @param keys of the news that are named
     */
    public static NewsCriteria of(
            @Nullable Instant since,
            @Nullable Instant until,
            Collection<String> any,
            Collection<String> all,
            Collection<String> none,
            Set<NewsKind> kinds,
            Set<Urgency> urgencies,
            @Nullable String series,
            Collection<Long> keys) {
        return of(null, since, until, any, all, none, kinds, urgencies, series, keys);
    }

    /** The same, searching by a tsquery. */
    public static NewsCriteria of(
            @Nullable String query,
            @Nullable Instant since,
            @Nullable Instant until,
            Collection<String> any,
            Collection<String> all,
            Collection<String> none,
            Set<NewsKind> kinds,
            Set<Urgency> urgencies,
            @Nullable String series,
            Collection<Long> keys) {
        NewsCriteria criteria = of(new NewsFilter(
                null,
                since == null && until == null ? null : new TimeRange(since, until),
                new TopicFilter(List.copyOf(any), List.copyOf(all), List.copyOf(none)),
                List.copyOf(kinds),
                List.copyOf(urgencies),
                series,
                keys.stream().map(News::id).toList(),
                null,
                query));
        return query == null ? criteria : criteria.searchingBy(query);
    }
}
