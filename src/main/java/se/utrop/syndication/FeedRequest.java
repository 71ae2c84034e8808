package se.utrop.syndication;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;
import org.springframework.web.util.UriUtils;
import se.utrop.graphql.Problem;
import se.utrop.news.DateRange;
import se.utrop.news.NewsFilter;
import se.utrop.news.NewsKind;
import se.utrop.news.TopicFilter;
import se.utrop.news.Urgency;

/**
 * The parameters of a feed's address in normal form: addresses that ask for the same have equal requests.
 *
 * @param topics slugs, sorted, each once; the other lists alike
 * @param q a search; null for all news items that match
 * @param after the cursor that the page starts after
 * @param before the cursor that the page ends before; never together with {@code after}
 */
record FeedRequest(
        List<String> topics,
        List<String> allTopics,
        List<String> notTopics,
        List<String> kinds,
        List<String> urgencies,
        @Nullable String series,
        @Nullable LocalDate from,
        @Nullable LocalDate to,
        @Nullable String q,
        int limit,
        @Nullable String after,
        @Nullable String before) {

    static final int DEFAULT_LIMIT = 20;

    static final int HIGHEST_LIMIT = 100;

    /**
     * Parses the parameters of an address.
     *
     * @throws Problem BAD_USER_INPUT, which names each parameter that is unknown or has a bad value
     */
    static FeedRequest of(MultiValueMap<String, String> parameters, int highestLimit) {
        return new FeedParameters(parameters).read(highestLimit);
    }

    /** The first page of the feed of one topic. */
    static FeedRequest ofTopic(String slug) {
        return of(List.of(slug), null);
    }

    /** The first page of the feed of one series. */
    static FeedRequest ofSeries(String slug) {
        return of(List.of(), slug);
    }

    /** The first page of the feed of all news items. */
    static FeedRequest ofAll() {
        return of(List.of(), null);
    }

    private static FeedRequest of(List<String> topics, @Nullable String series) {
        return new FeedRequest(
                topics,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                series,
                null,
                null,
                null,
                DEFAULT_LIMIT,
                null,
                null);
    }

    /** The page that starts after the one cursor, or ends before the other. */
    FeedRequest page(@Nullable String newAfter, @Nullable String newBefore) {
        return new FeedRequest(
                topics, allTopics, notTopics, kinds, urgencies, series, from, to, q, limit, newAfter, newBefore);
    }

    FeedRequest firstPage() {
        return page(null, null);
    }

    boolean isFirstPage() {
        return after == null && before == null;
    }

    /**
     * Whether the hub is told when this feed changes. It can't be told of every combination of parameters, only of the
     * feeds of all news items, of a topic and of a series.
     */
    boolean isPushed() {
        return equals(ofAll())
                || (topics.size() == 1 && equals(ofTopic(topics.getFirst())))
                || (series != null && equals(ofSeries(series)));
    }

    /** The NewsFilter of the schema. */
    Map<String, Object> filter() {
        Map<String, Object> filter = new LinkedHashMap<>();
        Map<String, Object> days = new LinkedHashMap<>();
        put(days, "from", from);
        put(days, "to", to);
        if (!days.isEmpty()) {
            filter.put("publishedOn", days);
        }
        filter.put("topics", Map.of("anyOf", topics, "allOf", allTopics, "noneOf", notTopics));
        filter.put("kinds", kinds);
        filter.put("urgencies", urgencies);
        if (series != null) {
            filter.put("series", series);
        }
        return filter;
    }

    /** The same filter, for retractions: a withdrawn item has left the feed, but its readers still hold it. */
    NewsFilter newsFilter() {
        return new NewsFilter(
                from == null && to == null ? null : new DateRange(from, to),
                null,
                new TopicFilter(topics, allTopics, notTopics),
                kinds.stream().map(NewsKind::valueOf).toList(),
                urgencies.stream().map(Urgency::valueOf).toList(),
                series,
                null,
                true,
                null);
    }

    private static void put(Map<String, Object> days, String name, @Nullable LocalDate day) {
        if (day != null) {
            days.put(name, day.toString());
        }
    }

    /** The variables of the documents News and Search. */
    Map<String, @Nullable Object> variables() {
        Map<String, @Nullable Object> variables = new LinkedHashMap<>();
        variables.put("filter", filter());
        variables.put(before == null ? "first" : "last", limit);
        if (after != null) {
            variables.put("after", after);
        }
        if (before != null) {
            variables.put("before", before);
        }
        if (q != null) {
            variables.put("query", q);
        }
        return variables;
    }

    /** The query of the address, in a fixed order and without defaults; empty without parameters. */
    String query() {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("topics", String.join(",", topics));
        parameters.put("allTopics", String.join(",", allTopics));
        parameters.put("notTopics", String.join(",", notTopics));
        parameters.put("kinds", String.join(",", kinds));
        parameters.put("urgencies", String.join(",", urgencies));
        parameters.put("series", text(series));
        parameters.put("from", text(from));
        parameters.put("to", text(to));
        parameters.put("q", UriUtils.encode(text(q), StandardCharsets.UTF_8));
        parameters.put("limit", limit == DEFAULT_LIMIT ? "" : String.valueOf(limit));
        parameters.put("after", UriUtils.encode(text(after), StandardCharsets.UTF_8));
        parameters.put("before", UriUtils.encode(text(before), StandardCharsets.UTF_8));
        return parameters.entrySet().stream()
                .filter(parameter -> !parameter.getValue().isEmpty())
                .map(parameter -> parameter.getKey() + "=" + parameter.getValue())
                .collect(Collectors.joining("&"));
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }
}
