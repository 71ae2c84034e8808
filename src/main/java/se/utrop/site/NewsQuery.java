package se.utrop.site;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;

/** The filter of a list, by the parameters that the pages and the syndicated feeds share. */
record NewsQuery(
        List<String> topics,
        List<String> kinds,
        List<String> urgencies,
        @Nullable String series,
        @Nullable String from,
        @Nullable String to) {

    static final NewsQuery ALL = new NewsQuery(List.of(), List.of(), List.of(), null, null, null);

    /** Values may be repeated or separated by commas. Empty ones, which forms send, are ignored. */
    static NewsQuery of(MultiValueMap<String, String> parameters) {
        return new NewsQuery(
                values(parameters, "topics"),
                constants(parameters, "kinds"),
                constants(parameters, "urgencies"),
                value(parameters, "series"),
                value(parameters, "from"),
                value(parameters, "to"));
    }

    static NewsQuery ofTopic(String slug) {
        return new NewsQuery(List.of(slug), List.of(), List.of(), null, null, null);
    }

    static NewsQuery ofSeries(String slug) {
        return new NewsQuery(List.of(), List.of(), List.of(), slug, null, null);
    }

    static NewsQuery ofDays(String from, String to) {
        return new NewsQuery(List.of(), List.of(), List.of(), null, from, to);
    }

    private static List<String> constants(MultiValueMap<String, String> parameters, String name) {
        return values(parameters, name).stream()
                .map(value -> value.toUpperCase(Locale.ROOT))
                .toList();
    }

    /** Sorted, so that equal filters have one address. */
    private static List<String> values(MultiValueMap<String, String> parameters, String name) {
        return parameters.getOrDefault(name, List.of()).stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(String::strip)
                .filter(value -> !value.isEmpty())
                .distinct()
                .sorted()
                .toList();
    }

    static @Nullable String value(MultiValueMap<String, String> parameters, String name) {
        String value = parameters.getFirst(name);
        return value == null || value.isBlank() ? null : value.strip();
    }

    boolean isEmpty() {
        return equals(ALL);
    }

    /** The filter as GraphQL's {@code NewsFilter}. */
    Map<String, Object> filter() {
        Map<String, Object> filter = new LinkedHashMap<>();
        if (!topics.isEmpty()) {
            filter.put("topics", Map.of("anyOf", topics));
        }
        if (!kinds.isEmpty()) {
            filter.put("kinds", kinds);
        }
        if (!urgencies.isEmpty()) {
            filter.put("urgencies", urgencies);
        }
        if (series != null) {
            filter.put("series", series);
        }
        if (from != null || to != null) {
            filter.put("publishedOn", days());
        }
        return filter;
    }

    private Map<String, Object> days() {
        Map<String, Object> days = new LinkedHashMap<>();
        if (from != null) {
            days.put("from", from);
        }
        if (to != null) {
            days.put("to", to);
        }
        return days;
    }

    Parameters parameters() {
        return new Parameters()
                .addAll("topics", topics)
                .addAll("kinds", kinds)
                .addAll("urgencies", urgencies)
                .add("series", series)
                .add("from", from)
                .add("to", to);
    }
}
