package se.utrop.news;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import se.utrop.news.NewsList.Scope;

/**
 * Counts the news of criteria by the bitmap index {@code news_facet}: combines the bitmaps of their conditions block by
 * block, and counts bits. What a span of time has beside whole months is read from {@code news}, as are news that are
 * named by their ids. The text depends on which conditions there are, and {@link NewsCriteria#parameters} gives its
 * parameters.
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
        if (criteria.search() != null) {
            return "(select count(*) from (%s) found)".formatted(new NewsMatches(criteria, scope).newest());
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
        List<Term> terms = new ArrayList<>();
        terms.add(Term.any("all", "select 'all' as facet, 'all' as condition"));
        if (scope != Scope.ALL) {
            terms.add(Term.any(
                    "parent",
                    "select '%s:' || parent.id, 'parent'".formatted(scope == Scope.TOPIC ? "topic" : "series")));
        }
        criteria.given().stream()
                .map(Condition::bitmap)
                .filter(Objects::nonNull)
                .forEach(terms::add);
        return """
            select f.month, f.block, %s as bits \
            from (%s) as wanted cross join lateral (%s) f group by f.month, f.block\
            """.formatted(
                        terms.stream().map(Term::bits).collect(Collectors.joining(" & ")),
                        terms.stream().map(Term::facets).collect(Collectors.joining(" union all ")),
                        bitmapsOf("wanted.facet"));
    }

    /**
     * What one condition adds.
     *
     * @param facets a query for the facets it reads, each with the name of the condition
     * @param bits an expression that combines their bitmaps to that of the news that it admits
     */
    record Term(String facets, String bits) {

        /** The news that any bitmap of the condition has. */
        static Term any(String condition, String facets) {
            return new Term(
                    facets, "coalesce(bit_or(f.bits) filter (where condition = '%s'), %s)".formatted(condition, NONE));
        }

        /** The news that all bitmaps of the condition have: {@code number} of them. */
        static Term all(String condition, String facets, String number) {
            return new Term(facets, """
                case when count(*) filter (where condition = '%1$s') = %2$s \
                then bit_and(f.bits) filter (where condition = '%1$s') else %3$s end\
                """.formatted(condition, number, NONE));
        }

        Term negated() {
            return new Term(facets, "~ " + bits);
        }
    }

    /** A query for month, block and bits of a facet, of whole months. Its offset keeps the planner from reading all facets. */
    private String bitmapsOf(String facet) {
        return "select month, block, bits from news_facet where facet = " + facet
                + (criteria.since() == null ? "" : " and month >= first_whole_month(:since)")
                + (criteria.until() == null ? "" : " and month < month_of(:until)")
                + " offset 0";
    }

    /** Whether the bitmaps count: not where the news are named or searched for, each of which is read. */
    public boolean readsBitmaps() {
        return criteria.keys() == null && criteria.search() == null;
    }

    /** Whether news are read one by one: those of partial months, or those that are named. */
    public boolean readsNews() {
        return !readsBitmaps() || criteria.since() != null || criteria.until() != null;
    }

    /** A query for month and topic_ids of each of the news that no bitmap counts. */
    public String singleNews() {
        if (criteria.search() != null) {
            return foundNews();
        }
        return criteria.keys() != null ? namedNews() : partialMonths();
    }

    private String foundNews() {
        return """
            select month_of(n.published_at) as month, n.topic_ids from (%s) found \
            cross join lateral (select * from news where id = found.id limit 1) n\
            """.formatted(new NewsMatches(criteria, scope).newest());
    }

    private String namedNews() {
        return """
            select month_of(n.published_at) as month, n.topic_ids from (%s) own (key) \
            cross join lateral (select * from news n where n.id = own.key%s%s limit 1) n\
            """.formatted(criteria.keys(), scope.sql("n"), criteria.sql("n", "n"));
    }

    private String partialMonths() {
        return """
            select part.month, n.topic_ids from partial_months(%s, %s) part \
            cross join lateral (select * from news n \
            where n.published_at >= part.part_since and n.published_at < part.part_until%s%s offset 0) n\
            """.formatted(
                        criteria.since() == null ? "null" : ":since",
                        criteria.until() == null ? "null" : ":until",
                        scope.sql("n"),
                        criteria.sql("n", "n", condition -> !condition.isOfTime()));
    }
}
