package se.utrop.search;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import se.utrop.news.NewsCriteria;
import se.utrop.paging.Position;
import se.utrop.search.Form.Tier;
import se.utrop.sql.SelectedColumn;

/**
 * The statement of a page of hits. Its text depends on which conditions there are, never on their values.
 *
 * <p>It goes through slices of time, the newest first, and asks the index for each, until it has what it needs: the page,
 * or as many matches as are ranked. A limit in the text ends it, so common words cost no more than rare ones.
 */
final class SearchStatement {

    /** The newest matches, of which the best come first. */
    static final int RANKED = 1_000;

    /** The newest news with all words of a phrase, of which those are taken that hold the phrase. */
    static final int READ_FOR_PHRASES = 2_000;

    /** As far as matches are counted. */
    static final int COUNTED = 10_000;

    /** As far as a body is searched for highlights, in characters. */
    private static final int HIGHLIGHTED = 20_000;

    /** What is highlighted: the last of the columns. */
    private static final Set<Column> TEXTS = EnumSet.of(Column.TITLE, Column.SUMMARY, Column.BODY);

    private final SearchQuery query;

    private final TextQuery.Shape found;

    SearchStatement(SearchQuery query, TextQuery.Shape found) {
        this.query = query;
        this.found = found;
    }

    private static final double LEAST_DISTANCE = 1_000;

    private static final Duration LONGEST_ARCHIVE = Duration.ofDays(200 * 365);

    private static final String UNITS = """
        , cast(cast(:units as text[]) as tsquery[]) as units, cast(:shares as double precision[]) as shares\
        """;

    private static final String SHARE = """
         - cast(:distance as double precision) + 12 * (select coalesce(sum(unit.share), 0) from wanted \
        cross join lateral unnest(wanted.units, wanted.shares) as unit (query, share) where d.document @@ unit.query)\
        """;

    /** What is selected, before the columns of the news item itself. */
    enum Column implements SelectedColumn {
        MATCHED("around.matched"),
        PRECEDES("around.precedes"),
        TOTAL("%s"),
        KEY("page.news_id"),
        PUBLISHED_AT("page.published_at"),
        SCORE("page.score"),
        TITLE("n.title"),
        SUMMARY("n.summary"),
        BODY("left(n.body, " + HIGHLIGHTED + ")");

        private final String expression;

        Column(String expression) {
            this.expression = expression;
        }

        @Override
        public String expression() {
            return expression;
        }
    }

    /** Those that are selected; the texts only for highlights. */
    static List<Column> columns(boolean highlights) {
        return Arrays.stream(Column.values())
                .filter(column -> highlights || !TEXTS.contains(column))
                .toList();
    }

    /** A page without hits has one row. */
    String text() {
        return """
            with wanted as materialized (
                select cast(:exact as tsquery) as exact, cast(nullif(:whole, '') as tsquery) as whole, cast(nullif(:near, '') as tsquery) as near,
                    cast(nullif(:far, '') as tsquery) as far,
                    cast(nullif(:subject, '') as tsquery) as subject%s, cast(nullif(:together, '') as tsquery) as together
            ), matching as materialized (%s)%s
            select %s%s
            from (%s) as around
            left join lateral (%s) as page on true
            left join lateral (select * from news where id = page.news_id limit 1) n on true
            order by %s desc, page.news_id desc
            """.formatted(
                        found.softened() ? UNITS : "",
                        matches("", query.parts().total() ? COUNTED : byRelevance() ? RANKED : 1),
                        byRelevance()
                                ? ", ranked as materialized (" + scored("select * from matching limit " + RANKED) + ")"
                                : "",
                        SelectedColumn.list(columns(query.parts().highlights()))
                                .formatted(query.parts().total() ? "(select count(*)::integer from matching)" : "0"),
                        query.columns().sql(),
                        byRelevance() ? AROUND_RANKED : AROUND_NEWEST,
                        page(),
                        byRelevance() ? "page.score" : "page.published_at");
    }

    private static final String AROUND_RANKED = """
        select count(*) > 0 as matched, coalesce(bool_or((score, news_id) >= (:afterScore, :afterKey)), false) as precedes \
        from ranked\
        """;

    private static final String AROUND_NEWEST = """
        select count(*) > 0 as matched, \
        coalesce(bool_or((published_at, news_id) >= (cast(:afterTime as timestamptz), :afterKey)), false) as precedes \
        from matching\
        """;

    private boolean byRelevance() {
        return query.order() == SearchOrder.RELEVANCE;
    }

    private String page() {
        int limit = query.window().read() + 1;
        return byRelevance()
                ? """
                select news_id, published_at, score from ranked where (score, news_id) < (:afterScore, :afterKey) \
                order by score desc, news_id desc limit %d\
                """.formatted(limit)
                : scored(matches(
                        " and (s.published_at, s.news_id) < (cast(:afterTime as timestamptz), :afterKey)", limit));
    }

    private String scored(String matches) {
        return """
            select found.news_id, found.published_at, %s as score \
            from (%s) found cross join lateral (\
            select document from news_search where news_id = found.news_id limit 1) d\
            """.formatted(score(), matches);
    }

    /**
     * By the logarithm of the relevance, halved each half-life: so no score changes while time passes. Whatever holds but
     * a part of the query is far behind, the more the less it holds.
     */
    private String score() {
        return """
            ln(0.0001 + :wholes * %s + 0.25 * :nears * %s + 0.1 * :fars * %s + %s + :subjects * %s) / ln(2::double precision) \
            + extract(epoch from found.published_at)::double precision / :halfLife%s\
            """.formatted(
                        rank("whole"),
                        rank("near"),
                        rank("far"),
                        rank("together"),
                        rank("{0.32, 0, 0, 0}", "subject"),
                        found.softened() ? SHARE : "");
    }

    /** A body counts 0.3, a teaser 0.5, a title 1. */
    private static String rank(String lexemes) {
        return rank("{0, 0.3, 0.5, 1}", lexemes);
    }

    /** By the weights of subjects, bodies, teasers and titles. */
    private static String rank(String weights, String lexemes) {
        return "coalesce(ts_rank('" + weights + "', d.document, (select " + lexemes + " from wanted)), 0)";
    }

    private String matches(String behind, int limit) {
        String wide = wide(behind, found.phrases() ? READ_FOR_PHRASES : limit);
        return !found.phrases() ? wide : """
            select wide.news_id, wide.published_at \
            from (%s) wide cross join lateral (select document from news_search where news_id = wide.news_id limit 1) w \
            where w.document @@ (select exact from wanted) order by wide.published_at desc, wide.news_id desc limit %d\
            """.formatted(wide, limit);
    }

    private String wide(String behind, int limit) {
        return found.few() || query.criteria().keys() != null ? newest("", behind, limit) : slices(behind, limit);
    }

    private String slices(String behind, int limit) {
        return """
            select slice.news_id, slice.published_at \
            from search_slices(cast(:since as timestamptz), %s) as part \
            cross join lateral (%s) slice limit %d\
            """.formatted(
                        behind.isEmpty() ? UNTIL : "least(" + UNTIL + ", " + BEHIND + ")",
                        newest("s.document @@ part and ", behind, limit),
                        limit);
    }

    /** Each condition by itself: so the index goes from one that is true for few news to the others. */
    private String newest(String slice, String behind, int limit) {
        return """
            select s.news_id, s.published_at from %s s where %s%s%s\
            s.published_at >= cast(:since as timestamptz) and s.published_at < cast(:until as timestamptz)%s \
            order by s.published_at desc, s.news_id desc limit %d\
            """.formatted(query.criteria().searchDocuments(), slice, conjuncts(), filters(), behind, limit);
    }

    private String conjuncts() {
        return IntStream.range(0, found.conjuncts())
                .mapToObj(i -> "s.document @@ cast(:wide" + i + " as tsquery) and ")
                .collect(Collectors.joining());
    }

    private static final String UNTIL = "cast(:until as timestamptz)";

    /** Others may have been published at the time of the last one that was read. */
    private static final String BEHIND = "cast(:afterTime as timestamptz) + interval '1 microsecond'";

    private String filters() {
        return query.criteria().lexemes().stream()
                .map(filter -> "s.document @@ (" + filter + ") and ")
                .collect(Collectors.joining());
    }

    /** The values of these parameters. */
    Map<String, Object> values(Set<String> parameters, TextQuery text, Duration halfLife) {
        NewsCriteria criteria = query.criteria();
        Map<String, Object> values = criteria.parameters();
        List<String> wide = text.wide();
        for (int i = 0; i < wide.size(); i++) {
            values.put("wide" + i, wide.get(i));
        }
        values.put("exact", text.exact());
        putTier(values, "whole", text.any(Tier.WHOLE));
        putTier(values, "near", text.any(Tier.NEAR));
        putTier(values, "far", text.any(Tier.FAR));
        putTier(values, "subject", text.any(Tier.SUBJECT));
        values.put("together", text.together());
        if (found.softened()) {
            Map<String, Double> shares = text.shares();
            values.put("units", shares.keySet().toArray(String[]::new));
            values.put("shares", shares.values().toArray(Double[]::new));
            values.put("distance", distance(halfLife));
        }
        values.put("halfLife", (double) halfLife.toSeconds());
        values.put("since", text(criteria.since(), "-infinity"));
        values.put("until", text(criteria.until(), "infinity"));
        putAfter(values, query.window().after());
        values.keySet().retainAll(parameters);
        return values;
    }

    /** How much less than a full match a partial one counts: more than age can make up for, in half-lives. */
    private static double distance(Duration halfLife) {
        return Math.max(LEAST_DISTANCE, (double) LONGEST_ARCHIVE.toSeconds() / halfLife.toSeconds());
    }

    private static void putTier(Map<String, Object> values, String name, TextQuery.Lexemes lexemes) {
        values.put(name, lexemes.query());
        // ts_rank divides by the number of lexemes: what a hit is worth must not depend on how many others there are
        values.put(name + "s", (double) lexemes.size());
    }

    private void putAfter(Map<String, Object> values, @Nullable Position after) {
        values.put("afterKey", after == null ? Long.MAX_VALUE : after.key());
        if (byRelevance()) {
            values.put(
                    "afterScore", after == null ? Double.POSITIVE_INFINITY : Double.longBitsToDouble(after.micros()));
        } else {
            values.put("afterTime", after == null ? "infinity" : after.time().toString());
        }
    }

    private static String text(@Nullable Instant time, String otherwise) {
        return time == null ? otherwise : time.truncatedTo(ChronoUnit.MICROS).toString();
    }
}
