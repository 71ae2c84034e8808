package se.utrop.news;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import se.utrop.Newsroom;
import se.utrop.Plans;
import se.utrop.Plans.Plan;
import se.utrop.UtropTest;
import se.utrop.news.NewsList.Scope;
import se.utrop.paging.Position;
import se.utrop.paging.Window;
import se.utrop.sql.FrequentQuery;
import se.utrop.sql.NamedParameters;
import tools.jackson.databind.json.JsonMapper;

/** What PostgreSQL does for a page: it reads an index in order, and no more rows at depth than at the start. */
@UtropTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NewsPlanTests {

    private static final Instant START = Instant.parse("2003-01-01T00:00:00Z");

    private static final int NEWS = 30_000;

    private final Plans plans;

    private final Newsroom newsroom;

    private final JsonMapper json;

    NewsPlanTests(Plans plans, Newsroom newsroom, JsonMapper json) {
        this.plans = plans;
        this.newsroom = newsroom;
        this.json = json;
    }

    @BeforeAll
    void fill() {
        newsroom.clear();
        newsroom.run("delete from news_facet where bit_count(bits) = 0");
        newsroom.run("insert into topic (slug, name) select 't' || i, 'Topic ' || i from generate_series(0, 19) i");
        newsroom.run("insert into series (slug, name) select 's' || i, 'Series ' || i from generate_series(0, 4) i");
        newsroom.fillUnsearchable("""
            insert into news (slug, title, summary, published_at, kind, urgency, series_id)
            select 'n' || i, 'Titel', repeat('Ingress. ', 30),
                timestamptz '2003-01-01T00:00:00Z' + interval '5 hours' * (i / 2),
                case when i %% 50 = 0 then 'SITUATION_REPORT' else 'ARTICLE' end,
                case when i %% 100 = 0 then 'BREAKING' when i %% 10 = 0 then 'IMPORTANT' else 'ROUTINE' end,
                s.id
            from generate_series(1, %d) i
            left join series s on i %% 50 = 0 and s.slug = 's' || (i / 50) %% 5
            """.formatted(NEWS), """
            insert into news_topic (news_id, position, topic_id, published_at)
            select n.id, row_number() over (partition by n.id), t.id, n.published_at
            from (select id, published_at, substr(slug, 2)::int as i from news) n
            join topic t on t.slug in ('t' || i % 20, 't' || 1 + i % 7) or (t.slug = 't0' and i % 2 = 1)
            """);
        newsroom.run("analyze");
    }

    static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (NewsOrder order : NewsOrder.values()) {
            for (boolean forward : List.of(true, false)) {
                for (boolean deep : List.of(true, false)) {
                    criteria().forEach(criteria -> cases.add(new Case(criteria, order, forward, deep)));
                }
            }
        }
        return cases;
    }

    private static List<NewsCriteria> criteria() {
        Instant since = START.plusSeconds(3600L * 5 * NEWS / 8);
        return List.of(
                of(null, Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), null),
                of(since, Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), null),
                of(since, Set.of("t0"), Set.of(), Set.of(), Set.of(), Set.of(), null),
                until(START.plusSeconds(3600L * 5 * NEWS / 2 - 3600)),
                of(null, Set.of(), Set.of(), Set.of(), Set.of(), EnumSet.of(Urgency.BREAKING), null),
                of(null, Set.of("t0", "t3", "t4"), Set.of(), Set.of(), Set.of(), Set.of(), null),
                of(null, Set.of(), Set.of("t0", "t3"), Set.of(), Set.of(), Set.of(), null),
                of(since, Set.of("t0"), Set.of(), Set.of("t3"), Set.of(), Set.of(), null),
                of(null, Set.of(), Set.of(), Set.of(), Set.of(NewsKind.SITUATION_REPORT), Set.of(), null),
                of(
                        since,
                        Set.of(),
                        Set.of(),
                        Set.of(),
                        Set.of(),
                        EnumSet.of(Urgency.IMPORTANT, Urgency.BREAKING),
                        null),
                of(null, Set.of("t0"), Set.of(), Set.of(), Set.of(NewsKind.ARTICLE), Set.of(), null),
                of(null, Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), "s2"));
    }

    private static NewsCriteria until(Instant until) {
        return TestCriteria.of(null, until, Set.of("t0"), Set.of(), Set.of(), Set.of(), Set.of(), null, Set.of());
    }

    private static NewsCriteria of(
            @Nullable Instant since,
            Set<String> any,
            Set<String> all,
            Set<String> none,
            Set<NewsKind> kinds,
            Set<Urgency> urgencies,
            @Nullable String series) {
        return TestCriteria.of(since, null, any, all, none, kinds, urgencies, series, Set.of());
    }

    record Case(NewsCriteria criteria, NewsOrder order, boolean forward, boolean deep) {}

    @ParameterizedTest
    @MethodSource("cases")
    void aPageReadsAFewHundredRowsFromIndexes(Case page) throws SQLException {
        Position middle = Position.of(START.plusSeconds(3600L * 5 * NEWS / 4 + 3600L * 5 * NEWS / 8), NEWS);
        Position cursor = page.deep() ? middle : null;
        Window window = new Window(20, page.forward(), page.forward() ? cursor : null, page.forward() ? null : cursor);
        NewsPageQuery query = new NewsPageQuery(
                new NewsList(Scope.ALL, page.criteria(), page.order()),
                window,
                new NewsSelection(EnumSet.of(NewsField.TITLE, NewsField.SUMMARY, NewsField.TOPICS)),
                new NewsPageQuery.Parts(
                        true, page.deep() && page.forward(), page.deep() && !page.forward(), false, false));
        Plan plan = explain(query);
        assertThat(plan.scans()).as(plan.toString()).isEmpty();
        assertThat(plan.rows()).as(plan.toString()).isLessThan(700);
    }

    static List<Counted> counted() {
        Instant until = START.plusSeconds(3600L * 5 * NEWS / 3 + 7);
        List<NewsCriteria> criteria = new ArrayList<>(criteria());
        criteria.add(of(null, Set.of(), Set.of(), Set.of("t0"), Set.of(), Set.of(), null));
        criteria.add(of(
                null,
                Set.of("t1", "t2"),
                Set.of("t0"),
                Set.of("t3"),
                Set.of(NewsKind.ARTICLE),
                EnumSet.of(Urgency.ROUTINE),
                null));
        criteria.add(TestCriteria.of(
                until.minusSeconds(90 * 86_400),
                until,
                Set.of(),
                Set.of(),
                Set.of("t4"),
                Set.of(),
                Set.of(),
                null,
                Set.of()));
        return Arrays.stream(Scope.values())
                .flatMap(scope -> criteria.stream().map(one -> new Counted(scope, one)))
                .toList();
    }

    record Counted(Scope scope, NewsCriteria criteria) {}

    /** A month has some 290 news, so two partial months have 580 at most; the whole ones are counted by 100 bitmaps a facet. */
    @ParameterizedTest
    @MethodSource("counted")
    void aTotalReadsBitmapsAndTheNewsOfPartialMonths(Counted counted) throws SQLException {
        NewsPageQuery query = new NewsPageQuery(
                new NewsList(counted.scope(), counted.criteria(), NewsOrder.NEWEST_FIRST),
                new Window(20, true, null, null),
                new NewsSelection(EnumSet.noneOf(NewsField.class)),
                new NewsPageQuery.Parts(false, false, false, true, false));
        String parents = counted.scope() == Scope.SERIES ? "series where slug = 's2'" : "topic where slug = 't0'";
        Plan plan = explain(
                query, newsroom.ask("select id from " + parents, Long.class).getFirst());
        assertThat(plan.scans()).as(plan.toString()).isEmpty();
        assertThat(plan.rows()).as(plan.toString()).isLessThan(600);
        Plan bitmaps = new Plan(plan.node(), Set.of("news_facet", "news_count"));
        assertThat(bitmaps.scans()).as(plan.toString()).isEmpty();
        assertThat(bitmaps.rows()).as(plan.toString()).isLessThan(110 * 9);
    }

    static List<Named> named() {
        return Arrays.stream(Scope.values())
                .flatMap(scope -> Arrays.stream(NewsOrder.values())
                        .flatMap(order -> Arrays.stream(new boolean[][] {{true}, {false}})
                                .map(deep -> new Named(scope, order, deep[0]))))
                .toList();
    }

    record Named(Scope scope, NewsOrder order, boolean deep) {}

    /** The page, what precedes it, and the total: each by the primary key, whatever else holds; counts of rows are rounded up. */
    @ParameterizedTest
    @MethodSource("named")
    void aPageOfNamedNewsReadsNoOthers(Named page) throws SQLException {
        List<Long> keys = newsroom.ask("select id from news order by md5(slug) limit 100", Long.class);
        Position middle = Position.of(START.plusSeconds(3600L * 5 * NEWS / 4), NEWS);
        NewsCriteria criteria = TestCriteria.of(
                START,
                null,
                Set.of("t0", "t1"),
                Set.of(),
                Set.of("t3"),
                Set.of(NewsKind.ARTICLE),
                Set.of(),
                null,
                keys);
        NewsPageQuery query = new NewsPageQuery(
                new NewsList(page.scope(), criteria, page.order()),
                new Window(20, true, page.deep() ? middle : null, null),
                new NewsSelection(EnumSet.of(NewsField.TITLE)),
                new NewsPageQuery.Parts(true, page.deep(), false, true, false));
        String parents = page.scope() == Scope.SERIES ? "series where slug = 's2'" : "topic where slug = 't0'";
        Plan plan = explain(
                query, newsroom.ask("select id from " + parents, Long.class).getFirst());
        assertThat(plan.scans()).as(plan.toString()).isEmpty();
        assertThat(plan.rows()).as(plan.toString()).isBetween(200.0, 5.0 * keys.size());
        assertThat(new Plan(plan.node(), Set.of("news_facet")).rows()).isZero();
    }

    /** Not for each row of the page. */
    @Test
    void theTotalIsCountedOnceAPage() throws SQLException {
        NewsPageQuery query = new NewsPageQuery(
                new NewsList(
                        Scope.TOPIC,
                        of(null, Set.of(), Set.of(), Set.of("t3"), Set.of(), Set.of(), null),
                        NewsOrder.NEWEST_FIRST),
                new Window(20, true, null, null),
                new NewsSelection(EnumSet.of(NewsField.TITLE)),
                new NewsPageQuery.Parts(true, false, false, true, false));
        Plan plan = explain(
                query,
                newsroom.ask("select id from topic where slug = 't0'", Long.class)
                        .getFirst());
        assertThat(new Plan(plan.node(), Set.of("news_facet")).rows())
                .as(plan.toString())
                .isBetween(200.0, 330.0);
    }

    private Plan explain(NewsPageQuery query) throws SQLException {
        return explain(query, 0L);
    }

    private Plan explain(NewsPageQuery query, long parent) throws SQLException {
        NewsPageStatement statement = new NewsPageStatement(query);
        NewsColumns columns = new NewsColumns(query.selection(), json);
        String text = statement.text(columns);
        assertThat(new NewsPageStatement(query.shape()).text(columns)).isEqualTo(text);
        return plans.explain(
                FrequentQuery.rowsAsValues(text),
                statement.values(NamedParameters.of(text), List.of(parent)),
                Set.of("news", "news_topic"));
    }
}
