package se.utrop.news;

import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import se.utrop.graphql.Limits;
import se.utrop.graphql.Problem;
import se.utrop.node.GlobalId;

/**
 * Named by its id. A text that is no id of a news item matches nothing, as in {@code node}.
 *
 * @param named the keys of the news that match; none where the condition isn't given
 */
record IdsCondition(SortedSet<Long> named) implements Condition {

    static final Facet<Long> KEY = Facet.of("%s.news_id", Long.class, Function.identity());

    /** No news item has it: identity columns begin with 1. */
    private static final SortedSet<Long> NOTHING = new TreeSet<>(List.of(0L));

    static IdsCondition of(NewsFilter filter, Limits limits) {
        List<String> ids = filter.ids() == null ? List.of() : filter.ids();
        if (ids.size() > limits.ids()) {
            throw Problem.badInput("filter.ids takes at most %d entries, not %d".formatted(limits.ids(), ids.size()));
        }
        SortedSet<Long> keys = ids.stream()
                .flatMap(id -> GlobalId.parse(id).stream())
                .filter(id -> id.type() == News.TYPE)
                .map(GlobalId::key)
                .collect(Collectors.toCollection(TreeSet::new));
        return new IdsCondition(keys.isEmpty() && !ids.isEmpty() ? NOTHING : keys);
    }

    @Override
    public boolean isGiven() {
        return !named.isEmpty();
    }

    @Override
    public IdsCondition shape() {
        return named.isEmpty() ? this : new IdsCondition(NOTHING);
    }

    @Override
    public String binding() {
        return named.isEmpty() ? "" : named.stream().map(String::valueOf).collect(Collectors.joining(",", "ids ", " "));
    }

    @Override
    public boolean admits(NewsFacets news) {
        return named.isEmpty() || named.contains(news.get(KEY));
    }

    @Override
    public Map<String, Object> parameters() {
        return named.isEmpty() ? Map.of() : Map.of("ids", named.toArray(Long[]::new));
    }

    @Override
    public @Nullable String sql(String time, String news) {
        return null;
    }

    /** Each is then found by the primary key. */
    @Override
    public @Nullable String keys() {
        return named.isEmpty() ? null : "select unnest(cast(:ids as bigint[]))";
    }
}
