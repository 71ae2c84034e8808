package se.utrop.news;

import java.time.ZoneId;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import se.utrop.graphql.Limits;
import se.utrop.graphql.Problem;

/** The conditions of a filter. A new one is registered here. */
final class Conditions {

    /** What their checks look at, as the log keeps it with each event. */
    static final List<Facet<?>> FACETS = List.of(
            IdsCondition.KEY,
            TimeCondition.PUBLISHED_AT,
            EnumCondition.KIND,
            EnumCondition.URGENCY,
            SeriesCondition.SERIES,
            TopicCondition.TOPICS,
            WithdrawnCondition.WITHDRAWN);

    private Conditions() {}

    /** Those of a filter, also those that aren't given, in the order in which cursors are bound to them: a new one comes last. */
    static List<Condition> of(NewsFilter filter, ZoneId zone, Limits limits) {
        return List.of(
                IdsCondition.of(filter, limits),
                TimeCondition.since(filter, zone),
                TimeCondition.until(filter, zone),
                TopicCondition.any(filter, limits),
                TopicCondition.all(filter, limits),
                TopicCondition.none(filter, limits),
                EnumCondition.kinds(filter, limits),
                EnumCondition.urgencies(filter, limits),
                SeriesCondition.of(filter),
                WithdrawnCondition.of(filter),
                SearchCondition.of(filter));
    }

    static <T> List<T> bounded(String name, List<T> list, Limits limits) {
        if (list.size() > limits.filterEntries()) {
            throw Problem.badInput(
                    "filter.%s takes at most %d entries, not %d".formatted(name, limits.filterEntries(), list.size()));
        }
        return list;
    }

    /** A text that tells these slugs from all others, whatever signs they hold. */
    static String binding(Collection<String> slugs) {
        return slugs.stream().map(slug -> slug.length() + ":" + slug).collect(Collectors.joining(",", "[", "]"));
    }
}
