package se.utrop.news;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import se.utrop.paging.Position;
import se.utrop.paging.Window;

/**
 * The statement of a page. Its text depends on which conditions there are, never on their values, so that there are few
 * texts and each keeps one plan.
 */
final class NewsPageStatement {

    /** Row by row, whatever the planner believes of the number of keys: the limit forbids it a scan of the table. */
    private static final String ROW = "left join lateral (select * from news where id = page.id limit 1) n on true";

    private final NewsPageQuery query;

    private final NewsCriteria criteria;

    private final Window window;

    private final @Nullable Partition partition;

    private final NewsCondition condition;

    NewsPageStatement(NewsPageQuery query) {
        this.query = query;
        this.criteria = query.list().criteria();
        this.window = query.window();
        this.partition = Partition.of(query.list());
        this.condition = NewsCondition.of(
                criteria,
                key(),
                "k",
                news(),
                name -> partition == null || !partition.covered().equals(name));
    }

    /** Gives parent, total, precedes, follows, key, time and then the columns; a page without news has one row. */
    String text(NewsColumns columns) {
        String direction = descending() ? "desc" : "asc";
        return """
            select parent.id, around.total, around.precedes, around.follows, page.id, page.published_at%s
            from unnest(cast(:parents as bigint[])) as parent (id)
            cross join lateral (select %s as total, %s as precedes, %s as follows) as around
            left join lateral (%s) as page on true
            %s
            order by parent.id, page.published_at %s, page.id %s
            """.formatted(
                        columns.sql(),
                        query.parts().total() ? "(" + count() + ")" : "0",
                        query.parts().precedes()
                                ? exists(boundary("after", newestFirst() ? ">=" : "<="), !newestFirst())
                                : "false",
                        query.parts().follows()
                                ? exists(boundary("before", newestFirst() ? "<=" : ">="), newestFirst())
                                : "false",
                        query.parts().items() ? keys(bounds(), descending(), ":limit") : nothing(),
                        columns.isEmpty() ? "" : ROW,
                        direction,
                        direction);
    }

    Map<String, Object> values(Collection<Long> parents) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("parents", parents.toArray(Long[]::new));
        if (query.parts().items()) {
            values.put("limit", window.size() + 1);
        }
        putPosition(
                values,
                "after",
                window.after(),
                query.parts().items() || query.parts().precedes());
        putPosition(
                values,
                "before",
                window.before(),
                query.parts().items() || query.parts().follows());
        if (query.parts().items()
                || query.parts().total()
                || query.parts().precedes()
                || query.parts().follows()) {
            values.putAll(condition.values());
        }
        return values;
    }

    private boolean newestFirst() {
        return query.list().order() == NewsOrder.NEWEST_FIRST;
    }

    private boolean descending() {
        return newestFirst() == window.forward();
    }

    private String keys(String bounds, boolean descending, String limit) {
        String direction = descending ? "desc" : "asc";
        if (partition == null) {
            return "select k.published_at, k.id from news k where true%s%s order by k.published_at %s, k.id %s limit %s"
                    .formatted(condition.sql(), bounds, direction, direction, limit);
        }
        return """
            select distinct part.published_at, part.id from (%s) as own (key) cross join lateral (\
            select k.published_at, %s as id from %s where k.%s = own.key%s%s \
            order by k.published_at %s, %s %s limit %s) as part \
            order by part.published_at %s, part.id %s limit %s\
            """.formatted(
                        partition.values(),
                        key(),
                        source(),
                        partition.column(),
                        condition.sql(),
                        bounds,
                        direction,
                        key(),
                        direction,
                        limit,
                        direction,
                        direction,
                        limit);
    }

    /** Not by exists, which would ignore the order and so the index. */
    private String exists(String bound, boolean descending) {
        return "(select count(*) > 0 from (" + keys(bound, descending, "1") + ") one)";
    }

    private String count() {
        return partition == null
                ? "select count(*) from news k where true" + condition.sql()
                : "select count(distinct %s) from %s where k.%s in (%s)%s"
                        .formatted(key(), source(), partition.column(), partition.values(), condition.sql());
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
        return open("series", criteria.seriesSlugs())
                || open("kinds", criteria.kinds())
                || open("urgencies", criteria.urgencies());
    }

    private String key() {
        return partition == null || partition.ofNews() ? "k.id" : "k.news_id";
    }

    private String news() {
        return partition == null || partition.ofNews() ? "k" : "f";
    }

    private String bounds() {
        return (window.after() == null ? "" : boundary("after", newestFirst() ? "<" : ">"))
                + (window.before() == null ? "" : boundary("before", newestFirst() ? ">" : "<"));
    }

    private String boundary(String name, String comparison) {
        return " and (k.published_at, %s) %s (:%sTime, :%sKey)".formatted(key(), comparison, name, name);
    }

    private boolean open(String condition, Set<?> values) {
        return !values.isEmpty() && (partition == null || !partition.covered().equals(condition));
    }

    private static void putPosition(
            Map<String, Object> values, String name, @Nullable Position position, boolean used) {
        if (position != null && used) {
            values.put(name + "Time", position.time());
            values.put(name + "Key", position.key());
        }
    }

    /**
     * What parts the news of a list so that an index holds each part's in order: {@code column}, then published_at and
     * key. The list is the merge of the parts with these {@code values}.
     *
     * @param ofNews whether the index is one of news; of news_topic otherwise
     * @param covered the condition that holds for every news item of the parts
     */
    private record Partition(boolean ofNews, String column, String values, String covered) {

        static @Nullable Partition of(NewsList list) {
            return switch (list.scope()) {
                case SERIES -> new Partition(true, "series_id", "select parent.id", "");
                case TOPIC -> new Partition(false, "topic_id", "select parent.id", "");
                case ALL -> of(list.criteria());
            };
        }

        private static @Nullable Partition of(NewsCriteria criteria) {
            if (criteria.series() != null) {
                return new Partition(true, "series_id", NewsCondition.SERIES, "series");
            }
            if (!criteria.allTopics().isEmpty()) {
                return ofAllTopics(criteria.allTopics().size());
            }
            if (!criteria.anyTopic().isEmpty()) {
                return new Partition(false, "topic_id", NewsCondition.TOPICS.formatted("anyTopic"), "anyTopic");
            }
            return null;
        }

        private static Partition ofAllTopics(int topics) {
            String first = "select id from topic where slug = (cast(:allTopics as text[]))[1]";
            return new Partition(false, "topic_id", first, topics == 1 ? "allTopics" : "");
        }
    }
}
