package se.utrop.news;

import java.util.Comparator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What parts the news of a list so that an index holds each part's in order: {@code column}, then published_at and key. The
 * list is the merge of the parts with these {@code values}.
 *
 * @param single whether there is one part at most
 * @param ofNews whether the index is one of news; of news_topic otherwise
 * @param covered the condition that holds for every news item of the parts
 * @param parent nothing, or what the parts' news must be in the list of a topic or series
 */
record Partition(
        boolean single,
        boolean ofNews,
        String column,
        String values,
        @Nullable Condition covered,
        String parent) {

    /** One that needs no merge comes first, then one that needs no join. */
    private static final Comparator<Partition> CHEAPEST = Comparator.comparing(Partition::single)
            .thenComparing(Partition::ofNews)
            .reversed();

    Partition(boolean single, boolean ofNews, String column, String values, @Nullable Condition covered) {
        this(single, ofNews, column, values, covered, "");
    }

    static @Nullable Partition of(NewsList list) {
        for (Condition condition : list.criteria().given()) {
            String keys = condition.keys();
            if (keys != null) {
                return new Partition(
                        false, true, "id", keys, condition, list.scope().sql("k"));
            }
        }
        return switch (list.scope()) {
            case SERIES -> new Partition(true, true, "series_id", "select parent.id", null);
            case TOPIC -> new Partition(true, false, "topic_id", "select parent.id", null);
            case ALL ->
                list.criteria().given().stream()
                        .map(Condition::partition)
                        .filter(Objects::nonNull)
                        .min(CHEAPEST)
                        .orElse(null);
        };
    }

    /** Whether the condition is still to be checked. */
    boolean leavesOpen(Condition condition) {
        return !condition.equals(covered);
    }
}
