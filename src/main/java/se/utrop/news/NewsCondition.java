package se.utrop.news;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Criteria as SQL, except for their ids: where these are given, a statement begins with {@link NewsIds#KEYS}. The text depends
 * on which conditions there are, never on their values.
 *
 * @param sql nothing, or conditions that each begin with {@code and}
 * @param values those of the named parameters
 */
public record NewsCondition(String sql, Map<String, Object> values) {

    static final String TOPICS = "select id from topic where slug = any(:%s)";

    /** An unknown topic is null, which no news item has. */
    private static final String EVERY_TOPIC = """
        select id from unnest(cast(:allTopics as text[])) as asked (slug) left join topic using (slug)\
        """;

    static final String SERIES = "select id from series where slug = :series";

    /**
     * The whole of the criteria.
     *
     * @param time the alias whose published_at to compare
     * @param news the alias whose other columns to compare
     */
    public static NewsCondition of(NewsCriteria criteria, String time, String news) {
        return of(criteria, time, news, condition -> true);
    }

    static NewsCondition of(NewsCriteria criteria, String time, String news, Predicate<String> wanted) {
        Map<String, Object> values = values(criteria);
        Builder builder = new Builder(wanted, values.keySet());
        builder.add("since", time + ".published_at >= :since");
        builder.add("until", time + ".published_at < :until");
        builder.add("series", news + ".series_id = (" + SERIES + ")");
        builder.addEnum("kinds", criteria.kinds(), news + ".kind in (%s)");
        builder.addEnum("urgencies", criteria.urgencies(), news + ".urgency in (%s)");
        builder.add("anyTopic", topics(news, "&&", TOPICS.formatted("anyTopic")));
        builder.add("allTopics", topics(news, "@>", EVERY_TOPIC));
        builder.add("noTopic", "not " + topics(news, "&&", TOPICS.formatted("noTopic")));
        return new NewsCondition(String.join("", builder.conditions), values);
    }

    /** That a news item is one of the topic or series whose key is {@code parent.id}; nothing in the list of all news. */
    static String ofParent(NewsList.Scope scope, String news) {
        return switch (scope) {
            case ALL -> "";
            case TOPIC -> " and coalesce(%s.topic_ids @> array[parent.id], false)".formatted(news);
            case SERIES -> " and %s.series_id = parent.id".formatted(news);
        };
    }

    /** Those of the named parameters, without the text. */
    public static Map<String, Object> values(NewsCriteria criteria) {
        Map<String, Object> values = new LinkedHashMap<>();
        put(values, "since", criteria.since());
        put(values, "until", criteria.until());
        put(values, "series", criteria.series());
        putAll(values, "anyTopic", criteria.anyTopic());
        putAll(values, "allTopics", criteria.allTopics());
        putAll(values, "noTopic", criteria.noTopic());
        put(values, NewsIds.PARAMETER, criteria.ids().value());
        return values;
    }

    private static void put(Map<String, Object> values, String name, @Nullable Object value) {
        if (value != null) {
            values.put(name, value);
        }
    }

    private static void putAll(Map<String, Object> values, String name, Set<String> entries) {
        put(values, name, entries.isEmpty() ? null : entries.toArray(String[]::new));
    }

    /** Inside of coalesce: by itself, the planner takes it for a comparison that hardly any row passes. */
    private static String topics(String news, String comparison, String topics) {
        return "coalesce(%s.topic_ids %s array(%s), false)".formatted(news, comparison, topics);
    }

    private static final class Builder {

        private final Predicate<String> wanted;
        private final Set<String> given;
        private final List<String> conditions = new ArrayList<>();

        Builder(Predicate<String> wanted, Set<String> given) {
            this.wanted = wanted;
            this.given = given;
        }

        void add(String name, String condition) {
            if (given.contains(name) && wanted.test(name)) {
                conditions.add(" and " + condition);
            }
        }

        /** The values stand in the text: they are ours, few, and with them the planner knows how many rows match. */
        void addEnum(String name, Set<? extends Enum<?>> values, String condition) {
            if (!values.isEmpty() && wanted.test(name)) {
                String list =
                        values.stream().map(value -> "'" + value.name() + "'").collect(Collectors.joining(", "));
                conditions.add(" and " + condition.formatted(list));
            }
        }
    }
}
