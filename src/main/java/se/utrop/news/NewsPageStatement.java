package se.utrop.news;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import se.utrop.news.TimeCondition.End;
import se.utrop.paging.Position;
import se.utrop.paging.Window;
import se.utrop.sql.SelectedColumn;

/**
 * The statement of a page. Its text depends on which conditions are given (the shape of the query), never on their values.
 * So there are few texts, and PostgreSQL keeps one plan for each.
 */
final class NewsPageStatement {

    /** Row by row, whatever the planner believes of the number of keys: the limit forbids it a scan of the table. */
    private static final String ROW = "left join lateral (select * from news where id = page.id limit 1) n on true";

    private final NewsPageQuery query;

    private final NewsCriteria criteria;

    private final Window window;

    private final @Nullable Partition partition;

    private final boolean searched;

    NewsPageStatement(NewsPageQuery query) {
        this.query = query;
        this.criteria = query.list().criteria();
        this.window = query.window();
        this.searched = criteria.search() != null;
        this.partition = searched ? null : Partition.of(query.list());
    }

    /** What is selected, before the columns of the news item itself. */
    enum Column implements SelectedColumn {
        PARENT("parent.id"),
        /** A row of {@link Page}, or null where nothing is asked of the page itself. */
        PAGE("%1$s"),
        KEY("%2$s.id"),
        PUBLISHED_AT("%2$s.published_at");

        private final String expression;

        Column(String expression) {
            this.expression = expression;
        }

        @Override
        public String expression() {
            return expression;
        }
    }

    /** What is asked of the page itself. */
    enum Page implements SelectedColumn {
        TOTAL("%1$s"),
        PRECEDES("%2$s"),
        FOLLOWS("%3$s"),
        FEED_POSITION("%4$s"),
        FEED_TIME("%5$s");

        private final String expression;

        Page(String expression) {
            this.expression = expression;
        }

        @Override
        public String expression() {
            return expression;
        }
    }

    /**
     * Gives each {@link Column}, then the columns of each news item. A page without news has one row. The rows of a page come
     * in any order, because sorting would copy them.
     */
    String text(NewsColumns columns) {
        boolean keysAreRows = partition == null && !searched && !columns.isEmpty();
        String keys = keysAreRows ? "n" : "page";
        return """
            select %1$s%2$s
            from %4$s as parent (id)%5$s
            left join lateral (%6$s) as %3$s on true
            %7$s
            """.formatted(
                        SelectedColumn.list(List.of(Column.values()))
                                .formatted(query.parts().ofPage() ? "around.page" : "null", keys),
                        columns.sql(),
                        keys,
                        query.list().scope() == NewsList.Scope.ALL
                                ? "(values ((cast(:parents as bigint[]))[1]))"
                                : "unnest(cast(:parents as bigint[]))",
                        query.parts().ofPage() ? around() : "",
                        query.parts().items() ? keys(bounds(), descending(), limit()) : nothing(),
                        keysAreRows || columns.isEmpty() ? "" : ROW);
    }

    /** The offset keeps it from being computed for each row. */
    private String around() {
        return " cross join lateral (select row(%s) as page%%6$s offset 0) around"
                .formatted(SelectedColumn.list(List.of(Page.values())))
                .formatted(
                        query.parts().total() ? count() : "0",
                        query.parts().precedes()
                                ? exists(new Bound("after", newestFirst() ? ">=" : "<="), !newestFirst())
                                : "false",
                        query.parts().follows()
                                ? exists(new Bound("before", newestFirst() ? "<=" : ">="), newestFirst())
                                : "false",
                        query.parts().feed() ? "feed.position" : "null",
                        query.parts().feed() ? "feed.occurred_at" : "null",
                        query.parts().feed() ? " from feed" : "");
    }

    /** The values of these parameters. */
    Map<String, Object> values(Set<String> parameters, Collection<Long> parents) {
        Map<String, Object> values = criteria.parameters();
        values.put("parents", parents.toArray(Long[]::new));
        putPosition(values, "after", window.after());
        putPosition(values, "before", window.before());
        values.keySet().retainAll(parameters);
        return values;
    }

    /** In the text: for a plan that is to hold for every value, a parameter would mean a tenth of the table. */
    private String limit() {
        return String.valueOf(window.read() + 1);
    }

    private boolean newestFirst() {
        return query.list().order() == NewsOrder.NEWEST_FIRST;
    }

    boolean descending() {
        return newestFirst() == window.forward();
    }

    private String keys(List<Bound> bounds, boolean descending, String limit) {
        if (searched) {
            return new NewsMatches(criteria, query.list().scope())
                    .sql(bounds.stream().map(Bound::ofMatches).toList(), descending, limit);
        }
        String direction = descending ? "desc" : "asc";
        if (partition == null) {
            return "select k.* from news k where true%s order by k.published_at %s, k.id %s limit %s"
                    .formatted(where(bounds), direction, direction, limit);
        }
        return """
            select distinct part.published_at, part.id from (%s) as own (key) cross join lateral (\
            select k.published_at, %s as id from %s where k.%s = own.key%s \
            order by k.published_at %s, %s %s limit %s) as part \
            order by part.published_at %s, part.id %s limit %s\
            """.formatted(
                        partition.values(),
                        key(),
                        source(),
                        partition.column(),
                        where(bounds),
                        direction,
                        key(),
                        direction,
                        limit,
                        direction,
                        direction,
                        limit);
    }

    /** Not by exists, which would ignore the order and so the index. */
    private String exists(Bound bound, boolean descending) {
        return "(select count(*) > 0 from (" + keys(List.of(bound), descending, "1") + ") one)";
    }

    private String count() {
        return "(" + new NewsBitmaps(criteria, query.list().scope()).count() + ")::integer";
    }

    private static String nothing() {
        return "select null::timestamptz as published_at, null::bigint as id where false";
    }

    private String source() {
        boolean topics = partition != null && !partition.ofNews();
        if (!topics) {
            return "news k";
        }
        return needsNews() ? "news_topic k join news f on f.id = k.news_id" : "news_topic k";
    }

    private boolean needsNews() {
        return criteria.given().stream().anyMatch(condition -> isOpen(condition) && !condition.isOfTime());
    }

    private String key() {
        return partition == null || partition.ofNews() ? "k.id" : "k.news_id";
    }

    private String news() {
        return partition == null || partition.ofNews() ? "k" : "f";
    }

    private List<Bound> bounds() {
        List<Bound> bounds = new ArrayList<>();
        if (window.after() != null) {
            bounds.add(new Bound("after", newestFirst() ? "<" : ">"));
        }
        if (window.before() != null) {
            bounds.add(new Bound("before", newestFirst() ? ">" : "<"));
        }
        return bounds;
    }

    /** The time range's own end is left out where a cursor, which lies within, bounds that side: an index has one end. */
    private String where(List<Bound> bounds) {
        boolean above = bounds.stream().anyMatch(Bound::isUpper);
        boolean below = bounds.stream().anyMatch(bound -> !bound.isUpper());
        String open = criteria.sql(
                "k",
                news(),
                condition -> isOpen(condition)
                        && !(condition instanceof TimeCondition time && (time.end() == End.UNTIL ? above : below)));
        String parent = partition == null ? "" : partition.parent();
        return parent + open + bounds.stream().map(bound -> bound.sql(key())).collect(Collectors.joining());
    }

    private boolean isOpen(Condition condition) {
        return partition == null || partition.leavesOpen(condition);
    }

    private static void putPosition(Map<String, Object> values, String name, @Nullable Position position) {
        if (position != null) {
            values.put(name + "Time", position.time());
            values.put(name + "Key", position.key());
        }
    }

    /** One side of a window, for example {@code after} with {@code <} where the newest come first. */
    private record Bound(String name, String comparison) {

        boolean isUpper() {
            return comparison.startsWith("<");
        }

        NewsMatches.Bound ofMatches() {
            return new NewsMatches.Bound(name + "Time", isUpper(), sql("k.news_id"));
        }

        String sql(String key) {
            return " and (k.published_at, %s) %s (:%sTime, :%sKey)".formatted(key, comparison, name, name);
        }
    }
}
