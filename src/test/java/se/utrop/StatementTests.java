package se.utrop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.io.ClassPathResource;
import tools.jackson.databind.JsonNode;

/** How many statements an operation takes, whatever the number of rows, and what they read. */
@UtropTest
class StatementTests {

    private final Api api;

    private final Newsroom newsroom;

    private final Statements statements;

    StatementTests(Api api, Newsroom newsroom, Statements statements) {
        this.api = api;
        this.newsroom = newsroom;
        this.statements = statements;
    }

    @BeforeEach
    void fill() {
        newsroom.clear();
        newsroom.topic("kollektivtrafik", "Kollektivtrafik");
        newsroom.topic("kultur", "Kultur");
        newsroom.series("lagesrapport-om-covid-19", "Lägesrapport om covid-19");
        newsroom.series("lagesrapport-om-influensa", "Lägesrapport om influensa");
        Instant start = Instant.parse("2023-01-01T12:00:00Z");
        IntStream.range(0, 30)
                .forEach(i -> newsroom.news(
                        i == 0 ? "sj-blir-ny-operator-for-pendeltagen" : "n" + i,
                        start.plusSeconds(86_400L * i),
                        "SITUATION_REPORT",
                        "ROUTINE",
                        i % 2 == 0 ? "lagesrapport-om-covid-19" : "lagesrapport-om-influensa",
                        "kollektivtrafik",
                        "kultur"));
    }

    @ParameterizedTest
    @CsvSource({"FrontPage, 1", "TopicPage, 2", "SituationReports, 3", "NewsItem, 3", "Search, 3", "Archive, 1"})
    void theExamplesTakeFewStatements(String example, int count) throws IOException {
        String document = new ClassPathResource("graphiql/examples/" + example + ".graphql")
                .getContentAsString(StandardCharsets.UTF_8);
        assertThat(sent(document)).as(example).hasSize(count);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        { news { nodes { title topics { name } series { name } figures { value } } } }             | 1
        { news { totalCount pageInfo { hasNextPage } edges { cursor node { id } } } }              | 1
        { topics { name newsCount } }                                                              | 1
        { topics { name news(first: 5) { nodes { title } totalCount } } }                          | 1
        { series { name latest { title } } }                                                       | 2
        { series { name figures(name: "patients-in-care") { value news { title } } } }             | 2
        { news { nodes { previousInSeries { title } } } }                                          | 2
        { news { nodes { related { title topics { name } } } } }                                   | 2
        { news { nodes { revisions { nodes { title } } } } }                                       | 2
        { news { nodes { topics { news(first: 2) { nodes { topics { newsCount } } } } } } }        | 3
        { archive { count topics { count topic { name } } } }                                      | 1
        { news(filter: { ids: ["TjE", "TjI", "x"] }) { totalCount nodes { title topics { name } } } } | 1
        { topics { news(filter: { ids: ["TjE"] }, first: 5) { totalCount nodes { title } } } }     | 1
        { searchNews(query: "titel -x") { totalCount nodes { topics { name } } } }                 | 2
        { searchNews(query: "ingerss") { edges { highlights } } }                                  | 5
        """)
    void aFieldTakesOneStatementForAllTheRowsOfItsLevel(String document, int count) {
        assertThat(sent(document)).as(document).hasSize(count);
    }

    @Test
    void onlyTheColumnsAndTablesOfTheSelectionAreRead() {
        assertThat(sent("{ news { nodes { title publishedAt } } }").getFirst())
                .contains("n.title")
                .doesNotContain("summary", "body", "news_topic", "figure", "image_url", "count(", "exists");
        assertThat(sent("{ news { nodes { id publishedAt sortKey } } }").getFirst())
                .doesNotContain("n.");
        assertThat(sent("{ news { nodes { topics { name } } } }").getFirst())
                .contains("topic_ids")
                .doesNotContain("news_topic", "description", "join topic");
        assertThat(sent("{ newsBySlug(slug: \"n1\") { slug } }").getFirst()).doesNotContain("title", "body");
    }

    @Test
    void whatIsCountedIsCountedOnlyWhenAskedFor() {
        assertThat(sent("{ news { nodes { id } totalCount } }").getFirst()).contains("count");
        assertThat(sent("{ news { nodes { id } } }").getFirst()).doesNotContain("count");
    }

    @Test
    void topicsAreReadOnlyWhenTheyHaveChanged() {
        awaitTopics("Kultur");
        statements.forget();
        newsroom.article("ny", Instant.parse("2023-05-01T12:00:00Z"), "kultur");
        api.data("{ topics { name } topicBySlug(slug: \"kultur\") { name } }");
        assertThat(statements.sent()).noneMatch(statement -> statement.contains("from topic order by"));
        newsroom.run("update topic set name = 'Konst' where slug = 'kultur'");
        awaitTopics("Konst");
    }

    private void awaitTopics(String name) {
        Awaitility.await()
                .until(() -> api.data("{ topics { name } }").toString().contains(name));
    }

    @Test
    void connectionsAreKept() {
        assertThat(IntStream.range(0, 40)
                        .mapToObj(i -> newsroom.ask("select pg_backend_pid()", Integer.class))
                        .distinct())
                .hasSizeLessThanOrEqualTo(10);
    }

    @Test
    void nothingIsReadForIntrospection() {
        assertThat(sent("{ __schema { types { name } } }")).isEmpty();
    }

    private static final List<String> FIELDS = List.of(
            "title",
            "slug",
            "summary",
            "body",
            "url",
            "image { url }",
            "kind",
            "urgency",
            "publishedAtPrecision",
            "updatedAt",
            "revision",
            "topics { name }",
            "series { name }",
            "figures { value }");

    /** Each of them is a plan that PostgreSQL keeps for each session. */
    @Test
    void pagesOfAnySizeAndSelectionShareFewStatements() {
        Random random = new Random(11);
        newsroom.awaitFeedRead();
        statements.forget();
        for (int i = 0; i < 300; i++) {
            int size = 1 + random.nextInt(100);
            String fields =
                    FIELDS.stream().filter(field -> random.nextInt(3) == 0).collect(Collectors.joining(" "));
            String document =
                    "{ news(first: %d) { nodes { id %s } pageInfo { hasNextPage } } } # %d".formatted(size, fields, i);
            JsonNode nodes = api.data(document).get("news");
            assertThat(nodes.get("nodes")).hasSize(Math.min(size, 30));
            assertThat(nodes.at("/pageInfo/hasNextPage").asBoolean()).isEqualTo(size < 30);
        }
        assertThat(statements.sentForClients()).hasSize(300);
        assertThat(Set.copyOf(statements.sentForClients())).hasSizeLessThanOrEqualTo(11 * 6);
        assertThat(newsroom.ask("select count(*)::integer from pg_prepared_statements", Integer.class)
                        .getFirst())
                .isLessThanOrEqualTo(128);
    }

    @Test
    void filtersOfAnyNumberOfIdsShareAStatement() {
        newsroom.awaitFeedRead();
        statements.forget();
        for (int count = 1; count <= 100; count += 11) {
            String ids = IntStream.range(0, count)
                    .mapToObj(i -> "\"x%d\"".formatted(i))
                    .collect(Collectors.joining(" "));
            api.data("{ news(filter: { ids: [%s] }) { totalCount nodes { title } } }".formatted(ids));
        }
        assertThat(statements.sentForClients()).hasSize(10);
        assertThat(Set.copyOf(statements.sentForClients())).hasSize(1);
    }

    private List<String> sent(String document) {
        newsroom.awaitFeedRead();
        api.data("{ searchNews(query: \"synonymer\") { totalCount } }");
        statements.forget();
        api.data(document);
        return statements.sentForClients();
    }
}
