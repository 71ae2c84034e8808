package se.utrop.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import se.utrop.Newsroom;
import se.utrop.Plans;
import se.utrop.Plans.Plan;
import se.utrop.UtropTest;
import se.utrop.news.NewsColumns;
import se.utrop.news.NewsCriteria;
import se.utrop.news.NewsKind;
import se.utrop.news.TestCriteria;
import se.utrop.news.Urgency;
import se.utrop.paging.Position;
import se.utrop.paging.Window;
import se.utrop.sql.NamedParameters;
import tools.jackson.databind.json.JsonMapper;

/** What PostgreSQL does for a search: it reads indexes, and no more rows for a word that is everywhere. */
@UtropTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SearchPlanTests {

    private static final int NEWS = 12_000;

    private static final Instant MIDDLE = Instant.parse("2014-07-01T00:00:00Z");

    private static final Set<String> TABLES =
            Set.of("news", "news_search", "news_topic", "search_word", "search_form", "title_beginning");

    private static final String TWENTY =
            "region väder komet rapport klimat budget trafik kultur skola vård energi bygg kris miljö barn plats tåg"
                    + " vaccin hus finns";

    private final Plans plans;

    private final Newsroom newsroom;

    private final VocabularyRepository repository;

    private final JsonMapper json;

    SearchPlanTests(Plans plans, Newsroom newsroom, VocabularyRepository repository, JsonMapper json) {
        this.plans = plans;
        this.newsroom = newsroom;
        this.repository = repository;
        this.json = json;
    }

    @BeforeAll
    void fill() {
        newsroom.clear();
        newsroom.run("truncate search_word");
        newsroom.run("insert into topic (slug, name) select 't' || i, 'Topic ' || i from generate_series(0, 9) i");
        newsroom.run("insert into series (slug, name) values ('s', 'Series')");
        newsroom.fill("""
            insert into news (slug, title, summary, published_at, kind, urgency, series_id)
            select 'n' || i, 'Regionen om ' || word, case when i %% 2 = 0 then 'Vädret är bra.' else 'Annat.' end
                    || case when i %% 2000 = 0 then ' En komet syns.' else '' end,
                timestamptz '2005-01-01T00:00:00Z' + interval '15 hours' * i,
                case when i %% 50 = 0 then 'SITUATION_REPORT' else 'ARTICLE' end,
                case when i %% 100 = 0 then 'BREAKING' else 'ROUTINE' end,
                case when i %% 50 = 0 then (select id from series) end
            from generate_series(1, %d) i
                cross join lateral (
                    select (array['klimat', 'budget', 'trafik', 'kultur', 'skol', 'vård', 'energi'])[1 + i %% 7]
                        || (array['rapport', 'plan', 'plats', 'nämnd', 'chef'])[1 + i %% 5] as word
                ) w
            """.formatted(NEWS));
        newsroom.fill("""
            insert into news_topic (news_id, position, topic_id, published_at)
            select n.id, 1, t.id, n.published_at
            from (select id, published_at, substr(slug, 2)::int as i from news) n join topic t on t.slug = 't' || i % 10
            """);
        // Chance, of which such counts are made, must not decide which way is tried.
        newsroom.run("update search_word set magnitude = case when magnitude > 6 then 20 else magnitude end");
        newsroom.run("""
            insert into search_word (lexeme, root, folded, magnitude)
            select word, word, word, 0 from generate_series(1, 20000) i cross join lateral (select left(md5(i::text), 12) as word) w
            """);
        newsroom.run("""
            insert into search_form (word, lexeme, folded)
            select word, word, word from generate_series(1, 20000) i cross join lateral (select left(md5(i::text), 12) as word) w
            """);
        newsroom.run("analyze");
    }

    @AfterAll
    void forgetTheWords() {
        newsroom.run("truncate search_word, search_form");
    }

    record Case(String query, NewsCriteria criteria, SearchOrder order, boolean deep) {}

    static List<Case> cases() {
        return cases(queries());
    }

    /** Some of their words stand in no news, in few, or in nearly all. */
    static List<Case> casesOfMostWords() {
        return cases(Stream.of(
                "regionen vädret ozonlager",
                "komet regionen ozonlager",
                "komet ozonlager solförmörkelse",
                "regionen vädret komet budget",
                "vädret \"regionen om\" ozonlager",
                "vädret rapport ozonlager -komet",
                TWENTY));
    }

    private static List<Case> cases(Stream<String> queries) {
        return queries.flatMap(query -> criteria().stream()
                        .flatMap(criteria -> Arrays.stream(SearchOrder.values())
                                .flatMap(order ->
                                        Stream.of(true, false).map(deep -> new Case(query, criteria, order, deep)))))
                .toList();
    }

    private static Stream<String> queries() {
        return Stream.of(
                "regionen",
                "vädret",
                "komet",
                "ozonlager",
                "regionen vädret om",
                "regionen komet",
                "komet OR vädret",
                "vädret -regionen",
                "-regionen",
                "-\"regionen om\"",
                "\"regionen om klimatrapport\"",
                "\"vädret regionen\"",
                "rapport",
                "vard",
                "regioonen",
                TWENTY,
                TWENTY.replace(" ", " OR "));
    }

    private static List<NewsCriteria> criteria() {
        return List.of(
                of(null, null, Set.of(), Set.of(), Set.of()),
                of(MIDDLE.minus(Duration.ofDays(500)), MIDDLE.plus(Duration.ofDays(500)), Set.of(), Set.of(), Set.of()),
                of(null, null, Set.of("t1"), Set.of(), Set.of()),
                of(null, null, Set.of(), Set.of("t1"), Set.of()),
                of(null, null, Set.of(), Set.of("t1", "t2"), EnumSet.of(NewsKind.SITUATION_REPORT)));
    }

    private static NewsCriteria of(
            @Nullable Instant since, @Nullable Instant until, Set<String> any, Set<String> none, Set<NewsKind> kinds) {
        return TestCriteria.of(
                since,
                until,
                any,
                Set.of(),
                none,
                kinds,
                kinds.isEmpty() ? Set.of() : EnumSet.of(Urgency.BREAKING),
                kinds.isEmpty() ? null : "s",
                Set.of());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aPageReadsAFewThousandRowsFromIndexes(Case page) throws SQLException {
        readsAFewThousandRowsFromIndexes(page, text(page.query));
    }

    @ParameterizedTest
    @MethodSource("casesOfMostWords")
    void soDoesAPageOfNewsThatHoldMostWords(Case page) throws SQLException {
        TextQuery strict = text(page.query);
        Expression expression = QueryReader.read(page.query);
        Vocabulary vocabulary = vocabulary(expression);
        readsAFewThousandRowsFromIndexes(
                page,
                TextQuery.beside(strict, RelaxedQuery.of(expression, vocabulary).expression(), vocabulary));
    }

    private void readsAFewThousandRowsFromIndexes(Case page, TextQuery text) throws SQLException {
        SearchQuery query = new SearchQuery(
                page.criteria,
                page.order,
                new Window(20, true, page.deep ? position(page.order) : null, null),
                NewsColumns.all(json),
                new SearchQuery.Parts(page.deep, false, true));
        SearchStatement statement = new SearchStatement(query, text.shape());
        String sql = statement.text();
        assertThat(new SearchStatement(query.shape(), text.shape()).text()).isEqualTo(sql);
        Plan plan = plans.explain(sql, statement.values(NamedParameters.of(sql), text, Duration.ofDays(365)), TABLES);
        assertThat(plan.scans()).as(plan.toString()).isEmpty();
        assertThat(plan.rows()).as(plan.toString()).isLessThan(NEWS);
    }

    /** A score grows by one each half-life: a new news item that holds most words must not pass an old one that holds all. */
    @ParameterizedTest
    @ValueSource(strings = {"PT1S", "PT24H", "P365D"})
    void noAgeMakesUpForMissingWords(Duration halfLife) {
        Expression expression = QueryReader.read("vädret komet ozonlager");
        Vocabulary vocabulary = vocabulary(expression);
        TextQuery text = TextQuery.beside(
                new TextQuery(expression, vocabulary),
                RelaxedQuery.of(expression, vocabulary).expression(),
                vocabulary);
        SearchQuery query = new SearchQuery(
                of(null, null, Set.of(), Set.of(), Set.of()),
                SearchOrder.RELEVANCE,
                new Window(20, true, null, null),
                NewsColumns.all(json),
                new SearchQuery.Parts(false, false, true));
        Map<String, Object> values =
                new SearchStatement(query, text.shape()).values(new HashSet<>(Set.of("distance")), text, halfLife);
        assertThat((Double) values.get("distance"))
                .isGreaterThan((double) Duration.ofDays(100 * 365).dividedBy(halfLife));
    }

    @ParameterizedTest
    @MethodSource("queries")
    void ofNamedNewsNoOthersAreRead(String words) throws SQLException {
        List<Long> keys = newsroom.ask("select id from news order by md5(slug) limit 100", Long.class);
        NewsCriteria criteria =
                TestCriteria.of(null, null, Set.of("t1", "t2"), Set.of(), Set.of(), Set.of(), Set.of(), null, keys);
        TextQuery text = text(words);
        for (SearchOrder order : SearchOrder.values()) {
            SearchQuery query = new SearchQuery(
                    criteria,
                    order,
                    new Window(20, true, null, null),
                    NewsColumns.all(json),
                    new SearchQuery.Parts(false, true, false));
            SearchStatement statement = new SearchStatement(query, text.shape());
            String sql = statement.text();
            assertThat(new SearchStatement(query.shape(), text.shape()).text()).isEqualTo(sql);
            Plan plan =
                    plans.explain(sql, statement.values(NamedParameters.of(sql), text, Duration.ofDays(365)), TABLES);
            assertThat(plan.scans()).as(plan.toString()).isEmpty();
            assertThat(plan.rows()).as(plan.toString()).isLessThan(6 * keys.size());
        }
    }

    private static Position position(SearchOrder order) {
        return order == SearchOrder.RELEVANCE
                ? new Position(Double.doubleToLongBits(46), 1)
                : Position.of(MIDDLE.plus(Duration.ofDays(100)), 1);
    }

    private TextQuery text(String query) {
        Expression expression = QueryReader.read(query);
        return new TextQuery(expression, vocabulary(expression));
    }

    private Vocabulary vocabulary(Expression expression) {
        return Objects.requireNonNull(repository.vocabulary(expression.terms()).block());
    }

    @ParameterizedTest
    @ValueSource(strings = {VocabularyRepository.WORDS, VocabularyRepository.RESEMBLANCES})
    void wordsAreLookedUpInIndexes(String sql) throws SQLException {
        List<Expression.Term> terms = QueryReader.read(TWENTY).terms();
        List<Word> words = Word.of(terms, Language.SWEDISH);
        Map<String, Object> values = new HashMap<>(VocabularyRepository.parameters(terms, words));
        values.putAll(VocabularyRepository.parameters(words, CompoundSplits.possible(words)));
        values.keySet().retainAll(NamedParameters.of(sql));
        Plan plan = plans.explain(sql, values, TABLES);
        assertThat(plan.scans()).as(plan.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"re", "regi", "klimatr", "regionen om kl", "komet", "ozon", "x"})
    void whatIsSuggestedIsLookedUpInIndexes(String typed) throws SQLException {
        String word = typed.substring(typed.lastIndexOf(' ') + 1);
        Plan plan =
                plans.explain(SuggestionRepository.SUGGESTIONS, SuggestionRepository.values(typed, word, 8), TABLES);
        assertThat(plan.scans()).as(plan.toString()).isEmpty();
        assertThat(plan.rows()).as(plan.toString()).isLessThan(NEWS);
    }
}
