package se.utrop.news;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import se.utrop.news.NewsList.Scope;

/**
 * SQL for the keys of the news that a filter's search finds, in the order of publication. It goes through slices of time and
 * asks the search index for each, until there are enough: so a common word costs no more than a rare one. The index answers
 * the other conditions too.
 *
 * @param scope in a list of a topic or series, the key of that is {@code parent.id}
 */
record NewsMatches(NewsCriteria criteria, Scope scope) {

    /**
     * An end of a page.
     *
     * @param time the parameter of its time
     * @param isUpper whether what lies before it counts
     * @param sql a condition of {@code k.published_at} and {@code k.news_id} that begins with {@code and}
     */
    record Bound(String time, boolean isUpper, String sql) {}

    /** A query for published_at and id. */
    String sql(List<Bound> bounds, boolean descending, String limit) {
        String within = bounds.stream().map(Bound::sql).collect(Collectors.joining());
        return criteria.keys() == null
                ? """
                select found.published_at, found.id from (%s) part cross join lateral (%s) found limit %s\
                """.formatted(
                                slices(bounds, descending),
                                matches("k.document @@ part.slice and ", within, descending, limit),
                                limit)
                : matches("", within, descending, limit);
    }

    /** A query for the keys of the newest, as many as are counted. */
    String newest() {
        return sql(List.of(), true, String.valueOf(SearchCondition.COUNTED));
    }

    /** The slices of the page: those that lie beyond its ends are not read. */
    private String slices(List<Bound> bounds, boolean descending) {
        return """
            select slice from search_slices(greatest(%s), least(%s)) with ordinality as slices (slice, number) \
            order by number %s\
            """.formatted(
                        ends(criteria.since() == null ? "'-infinity'::timestamptz" : ":since", false, bounds),
                        ends(criteria.until() == null ? "'infinity'::timestamptz" : ":until", true, bounds),
                        descending ? "asc" : "desc");
    }

    private static String ends(String ofCriteria, boolean upper, List<Bound> bounds) {
        String moment = upper ? " + interval '1 microsecond'" : "";
        return Stream.concat(
                        Stream.of(ofCriteria),
                        bounds.stream()
                                .filter(bound -> bound.isUpper() == upper)
                                .map(bound -> "cast(:" + bound.time() + " as timestamptz)" + moment))
                .collect(Collectors.joining(", "));
    }

    private String matches(String slice, String bounds, boolean descending, String limit) {
        String direction = descending ? "desc" : "asc";
        return """
            select k.published_at, k.news_id as id from %s k where %s%s%s true%s%s \
            order by k.published_at %s, k.news_id %s limit %s\
            """.formatted(
                        criteria.searchDocuments(),
                        slice,
                        parent(),
                        lexemes(),
                        criteria.sql("k", "k", Condition::isOfTime),
                        bounds,
                        direction,
                        direction,
                        limit);
    }

    private String parent() {
        return switch (scope) {
            case ALL -> "";
            case TOPIC -> "k.document @@ topic_query(parent.id) and ";
            case SERIES -> "k.document @@ cast('''series:' || parent.id || '''' as tsquery) and ";
        };
    }

    private String lexemes() {
        return criteria.lexemes().stream()
                .map(query -> "k.document @@ (" + query + ") and")
                .collect(Collectors.joining(" "));
    }
}
