package se.utrop.news;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import se.utrop.news.NewsList.Scope;

/**
 * Counts the news of criteria by the bitmap index {@code news_facet}: combines the bitmaps of their conditions block by
 * block, and counts bits. What a span of time has beside whole months is read from {@code news}, as are news that are
 * named by their ids. Like that of {@link NewsCondition}, the text depends on which conditions there are, and {@link
 * NewsCondition#values} gives its parameters.
 *
 * @see <a href="https://en.wikipedia.org/wiki/Bitmap_index">Bitmap index</a>
 */
public final class NewsBitmaps {

    private static final String NONE = "cast(0 as bit(8192))";

    private final NewsCriteria criteria;

    private final Scope scope;

    NewsBitmaps(NewsCriteria criteria, Scope scope) {
        this.criteria = criteria;
        this.scope = scope;
    }

    /** Of all news. */
    public NewsBitmaps(NewsCriteria criteria) {
        this(criteria, Scope.ALL);
    }

    /** An expression that gives their number; in a list of a topic or series, the key of that is {@code parent.id}. */
    String count() {
        if (criteria.isEmpty() && scope != Scope.SERIES) {
            String topic = scope == Scope.TOPIC ? "parent.id" : "0";
            return "coalesce((select count from news_count where topic_id = %s and month = '-infinity'), 0)"
                    .formatted(topic);
        }
        List<String> counts = new ArrayList<>();
        if (readsBitmaps()) {
            counts.add("(select coalesce(sum(bit_count(bits)), 0)::bigint from (%s) whole)".formatted(wholeMonths()));
        }
        if (readsNews()) {
            counts.add("(select count(*) from (%s) part)".formatted(singleNews()));
        }
        return String.join(" + ", counts);
    }

    /** A query for month, block and bits: the news of whole months, as bitmaps like those of {@code news_facet}. */
    public String wholeMonths() {
        List<String> wanted = new ArrayList<>();
        List<String> bits = new ArrayList<>();
        wanted.add("select 'all' as facet, 'all' as condition");
        bits.add(any("all"));
        addScope(wanted, bits);
        addTopics(wanted, bits);
        addValues(wanted, bits, "kind", criteria.kinds());
        addValues(wanted, bits, "urgency", criteria.urgencies());
        if (criteria.series() != null) {
            wanted.add("select 'series:' || id, 'series' from series where slug = :series");
            bits.add(any("series"));
        }
        return """
            select f.month, f.block, %s as bits \
            from (%s) as wanted cross join lateral (%s) f group by f.month, f.block\
            """.formatted(String.join(" & ", bits), String.join(" union all ", wanted), bitmapsOf("wanted.facet"));
    }

    /** A query for month, block and bits of a facet, of whole months. Its offset keeps the planner from reading all facets. */
    private String bitmapsOf(String facet) {
        return "select month, block, bits from news_facet where facet = " + facet
                + (criteria.since() == null ? "" : " and month >= first_whole_month(:since)")
                + (criteria.until() == null ? "" : " and month < month_of(:until)")
                + " offset 0";
    }

    /** Whether the bitmaps count: not where the news are named, each of which is read. */
    public boolean readsBitmaps() {
        return !criteria.ids().isGiven();
    }

    /** Whether news are read one by one: those of partial months, or those that are named. */
    public boolean readsNews() {
        return criteria.ids().isGiven() || criteria.since() != null || criteria.until() != null;
    }

    /** A query for month and topic_ids of each of the news that no bitmap counts. */
    public String singleNews() {
        return criteria.ids().isGiven() ? namedNews() : partialMonths();
    }

    private String namedNews() {
        return """
            select month_of(n.published_at) as month, n.topic_ids from (%s) own (key) \
            cross join lateral (select * from news n where n.id = own.key%s%s limit 1) n\
            """.formatted(
                        NewsIds.KEYS,
                        NewsCondition.ofParent(scope, "n"),
                        NewsCondition.of(criteria, "n", "n").sql());
    }

    private String partialMonths() {
        String condition = NewsCondition.of(criteria, "n", "n", name -> !name.equals("since") && !name.equals("until"))
                .sql();
        return """
            select part.month, n.topic_ids from partial_months(%s, %s) part \
            cross join lateral (select * from news n \
            where n.published_at >= part.part_since and n.published_at < part.part_until%s%s offset 0) n\
            """.formatted(
                        criteria.since() == null ? "null" : ":since",
                        criteria.until() == null ? "null" : ":until",
                        NewsCondition.ofParent(scope, "n"),
                        condition);
    }

    private void addScope(Collection<String> wanted, Collection<String> bits) {
        if (scope != Scope.ALL) {
            String facet = scope == Scope.TOPIC ? "topic" : "series";
            wanted.add("select '%s:' || parent.id, 'parent'".formatted(facet));
            bits.add(any("parent"));
        }
    }

    private void addTopics(Collection<String> wanted, Collection<String> bits) {
        if (!criteria.anyTopic().isEmpty()) {
            wanted.add(topics("anyTopic"));
            bits.add(any("anyTopic"));
        }
        if (!criteria.allTopics().isEmpty()) {
            wanted.add(topics("allTopics"));
            bits.add("""
                case when count(*) filter (where condition = 'allTopics') = cardinality(cast(:allTopics as text[])) \
                then bit_and(f.bits) filter (where condition = 'allTopics') else %s end\
                """.formatted(NONE));
        }
        if (!criteria.noTopic().isEmpty()) {
            wanted.add(topics("noTopic"));
            bits.add("~ " + any("noTopic"));
        }
    }

    private static String topics(String name) {
        return "select 'topic:' || id, '%1$s' from topic where slug = any(:%1$s)".formatted(name);
    }

    private static void addValues(
            Collection<String> wanted, Collection<String> bits, String facet, Set<? extends Enum<?>> values) {
        if (!values.isEmpty()) {
            wanted.add(values.stream()
                    .map(value -> "select '%1$s:%2$s', '%1$s'".formatted(facet, value.name()))
                    .collect(Collectors.joining(" union all ")));
            bits.add(any(facet));
        }
    }

    /** The news that any bitmap of a condition has. */
    private static String any(String condition) {
        return "coalesce(bit_or(f.bits) filter (where condition = '%s'), %s)".formatted(condition, NONE);
    }
}
