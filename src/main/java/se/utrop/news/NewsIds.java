package se.utrop.news;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import se.utrop.graphql.Limits;
import se.utrop.graphql.Problem;
import se.utrop.node.GlobalId;

/**
 * The condition of a filter that names news by their ids: with its SQL, and its check of a single news item. A text that
 * is no id of a news item matches nothing, as in {@code node}.
 *
 * @param keys of the news that match; without any the condition isn't given
 */
public record NewsIds(SortedSet<Long> keys) {

    /** The condition isn't given. */
    public static final NewsIds NOT_GIVEN = new NewsIds(new TreeSet<>());

    /** The name of its SQL parameter. */
    public static final String PARAMETER = "ids";

    /** A query for the keys, each of which the primary key finds. */
    public static final String KEYS = "select unnest(cast(:" + PARAMETER + " as bigint[]))";

    /** No news item has it: identity columns begin with 1. */
    private static final Long NONE = 0L;

    static NewsIds of(@Nullable List<String> ids, Limits limits) {
        if (ids == null || ids.isEmpty()) {
            return NOT_GIVEN;
        }
        if (ids.size() > limits.ids()) {
            throw Problem.badInput("filter.ids takes at most %d entries, not %d".formatted(limits.ids(), ids.size()));
        }
        SortedSet<Long> keys = ids.stream()
                .flatMap(id -> GlobalId.parse(id).stream())
                .filter(id -> id.type() == News.TYPE)
                .map(GlobalId::key)
                .collect(Collectors.toCollection(TreeSet::new));
        return keys.isEmpty() ? new NewsIds(new TreeSet<>(List.of(NONE))) : new NewsIds(keys);
    }

    public boolean isGiven() {
        return !keys.isEmpty();
    }

    /** Whether the news item of this key matches. */
    boolean admit(long key) {
        return keys.isEmpty() || keys.contains(key);
    }

    /** The value of the SQL parameter; null where the condition isn't given. */
    public Long @Nullable [] value() {
        return keys.isEmpty() ? null : keys.toArray(Long[]::new);
    }

    /** The same for all that differ from it in values alone. */
    NewsIds shape() {
        return keys.isEmpty() ? NOT_GIVEN : new NewsIds(new TreeSet<>(List.of(NONE)));
    }

    /** Nothing, or a text that is equal for equal conditions alone and is followed by others. */
    String description() {
        return keys.isEmpty() ? "" : keys.stream().map(String::valueOf).collect(Collectors.joining(",", "ids ", " "));
    }
}
