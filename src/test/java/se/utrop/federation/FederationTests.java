package se.utrop.federation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import se.utrop.Api;
import se.utrop.Newsroom;
import se.utrop.NodeScripts;
import se.utrop.Statements;
import se.utrop.UtropTest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The newsroom as a subgraph. */
@UtropTest
@TestPropertySource(properties = "utrop.federation.enabled=true")
class FederationTests {

    private static final String ENTITIES = """
        query ($representations: [_Any!]!) {
          _entities(representations: $representations) {
            __typename
            ... on News { newsTitle: title topics { name } }
            ... on Topic { topicName: name newsCount }
            ... on Series { seriesName: name latest { title } }
          }
        }
        """;

    private final Api api;

    private final Newsroom newsroom;

    private final Statements statements;

    private final int port;

    FederationTests(Api api, Newsroom newsroom, Statements statements, @LocalServerPort int port) {
        this.api = api;
        this.newsroom = newsroom;
        this.statements = statements;
        this.port = port;
    }

    @BeforeEach
    void fill() {
        newsroom.clear();
        newsroom.topic("kultur", "Kultur");
        newsroom.series("lage", "Läge");
        IntStream.range(0, 60)
                .forEach(i -> newsroom.news(
                        "n" + i,
                        Instant.parse("2023-01-01T12:00:00Z").plusSeconds(i),
                        "SITUATION_REPORT",
                        "ROUTINE",
                        "lage",
                        "kultur"));
        newsroom.awaitHeard();
    }

    @Test
    void theSchemaForCompositionHasKeysAndCosts() {
        String sdl = api.data("{ _service { sdl } }").at("/_service/sdl").asString();
        assertThat(sdl)
                .contains("https://specs.apollo.dev/federation/v2.9")
                .contains("type News implements Node @key(fields: \"id\", resolvable: true) @key(fields: \"slug\"")
                .contains("type Topic implements Node @key(fields: \"id\", resolvable: true) @key(fields: \"slug\"")
                .contains("type Series implements Node @key(fields: \"id\", resolvable: true) @key(fields: \"slug\"")
                .contains("type Subscription")
                .contains("\"What there is to read.\"")
                .contains("totalCount: Int! @cost(weight: 10)")
                .contains("@listSize(slicingArguments: [\"first\"], requireOneSlicingArgument: false)")
                .doesNotContain("federation__", "_Any", "_entities", "directive @", "fields: [\"totalCount\"]");
    }

    @ParameterizedTest
    @CsvSource({
        "News, newsBySlug, n7, newsTitle, Titel n7",
        "Topic, topicBySlug, kultur, topicName, Kultur",
        "Series, seriesBySlug, lage, seriesName, Läge"
    })
    void anEntityIsFoundByEachOfItsKeys(String type, String field, String slug, String name, String value) {
        String id = id(field, slug);
        for (Map<String, Object> key : List.<Map<String, Object>>of(
                Map.of("id", id), Map.of("slug", slug), Map.of("id", id, "slug", "other"))) {
            JsonNode entity = entities(List.of(representation(type, key))).get(0);
            assertThat(entity.get("__typename").asString()).isEqualTo(type);
            assertThat(entity.get(name).asString()).isEqualTo(value);
        }
    }

    @Test
    void entitiesAreInTheOrderAskedAndNullWhereThereIsNone() {
        String retracted = id("newsBySlug", "n1");
        newsroom.run("delete from news where slug = 'n1'");
        newsroom.awaitHeard();
        JsonNode entities = entities(List.of(
                representation("News", Map.of("slug", "n2")),
                representation("News", Map.of("id", retracted)),
                representation("News", Map.of("slug", "n1")),
                representation("Topic", Map.of("slug", "nothing")),
                representation("Topic", Map.of("slug", "kultur")),
                representation("News", Map.of("id", id("topicBySlug", "kultur"))),
                representation("Series", Map.of("id", "nothing")),
                representation("Series", Map.of("slug", "lage")),
                representation("News", Map.of("slug", "n2"))));
        assertThat(entities.valueStream()
                        .map(entity -> entity.isNull()
                                ? "null"
                                : entity.get("__typename").asString()))
                .containsExactly("News", "null", "null", "null", "Topic", "null", "null", "Series", "News");
        assertThat(entities.get(8)).isEqualTo(entities.get(0));
    }

    @Test
    void aTypeAndKeyTakeOneStatement() {
        List<String> ids = api.data("{ news(first: 30, orderBy: OLDEST_FIRST) { nodes { id } } }")
                .at("/news/nodes")
                .valueStream()
                .map(node -> node.get("id").asString())
                .toList();
        List<Map<String, Object>> representations = Stream.of(
                        ids.stream().map(id -> representation("News", Map.of("id", id))),
                        IntStream.range(30, 60).mapToObj(i -> representation("News", Map.of("slug", "n" + i))),
                        Stream.of(representation("Series", Map.of("slug", "lage"))),
                        Stream.of(representation("Topic", Map.of("slug", "kultur"))))
                .<Map<String, Object>>flatMap(part -> part)
                .toList();
        newsroom.awaitFeedRead();
        statements.forget();
        JsonNode entities = answer(
                        "{ _entities(representations: $representations) { __typename ... on News { title }"
                                + " ... on Series { name } ... on Topic { name } } }",
                        representations)
                .at("/data/_entities");
        assertThat(entities).hasSize(62);
        assertThat(entities.get(0).get("title").asString()).isEqualTo("Titel n0");
        assertThat(entities.get(59).get("title").asString()).isEqualTo("Titel n59");
        assertThat(statements.sentForClients()).hasSize(3);
    }

    @Test
    void anAnswerIsKeptLikeThatOfNodes() {
        List<Map<String, Object>> representations = List.of(representation("News", Map.of("slug", "n3")));
        newsroom.awaitFeedRead();
        JsonNode first = entities(representations);
        statements.forget();
        assertThat(entities(representations)).isEqualTo(first);
        assertThat(statements.sentForClients()).isEmpty();
    }

    @Test
    void representationsAreCounted() {
        List<Map<String, Object>> representations = IntStream.range(0, 40)
                .mapToObj(i -> representation("News", Map.of("slug", "n" + i)))
                .toList();
        JsonNode answer =
                answer("{ _entities(representations: $representations) { ... on News { title } } }", representations);
        assertThat(answer.at("/extensions/cost/requested").asInt()).isEqualTo(41);
        assertThat(answer.at("/extensions/cost/actual").asInt()).isEqualTo(41);
    }

    @Test
    void moreRepresentationsThanTheLimitAreRefused() {
        List<Map<String, Object>> representations = IntStream.range(0, 101)
                .mapToObj(i -> representation("News", Map.of("slug", "n" + i)))
                .toList();
        assertRefused(api.answer(ENTITIES, Map.of("representations", representations)), "at most 100", "101");
        entities(representations.subList(0, 100));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\u0001', textBlock = """
        {}                                                | __typename
        {"slug": "kultur"}                                | __typename
        {"__typename": "Image", "slug": "kultur"}         | __typename
        {"__typename": "_Entity", "slug": "kultur"}       | __typename
        {"__typename": 1, "slug": "kultur"}               | __typename
        {"__typename": null, "slug": "kultur"}            | __typename
        {"__typename": "Topic"}                           | id or its slug
        {"__typename": "Topic", "slug": null}             | id or its slug
        {"__typename": "Topic", "slug": {"a": ["b"]}}     | id or its slug
        {"__typename": "Topic", "id": 1}                  | id or its slug
        {"__typename": "News", "slug": "a\\u0000"}        | U+0000
        "Topic"                                           | _Any
        7                                                 | _Any
        [{"__typename": "Topic", "slug": "kultur"}]       | _Any
        """)
    void aRepresentationThatIsNotWellFormedIsRefused(String representation, String complaint) {
        List<Object> representations = List.of(
                representation("News", Map.of("slug", "n2")),
                JsonMapper.shared().readValue(representation, Object.class));
        assertRefused(api.answer(ENTITIES, Map.of("representations", representations)), complaint);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{__typename: \"Topic\", slug: $slug, id: null}",
                "{__typename: \"Topic\", slug: \"kultur\", more: {a: [1, 2.5, true, null, RED]}}"
            })
    void aRepresentationMayBeWrittenInTheDocument(String representation) {
        JsonNode answer = api.data(
                "query ($slug: String = \"kultur\") { __typename @skip(if: true) _entities(representations: [%s]) { ... on Topic { name slug } } s: topicBySlug(slug: $slug) { slug } }"
                        .formatted(representation));
        assertThat(answer.at("/_entities/0/name").asString()).isEqualTo("Kultur");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"Topic\"", "1", "RED", "[{__typename: \"Topic\"}]", "null", "{a: 1, a: 2}"})
    void aLiteralThatIsNoObjectIsInvalid(String literal) {
        assertThat(api.code("{ _entities(representations: [%s, {a: 1}]) { __typename } }".formatted(literal)))
                .isIn("GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT");
    }

    @Test
    void itComposesWithAnotherSubgraphWhoseGatewayIsAnswered() throws Exception {
        String output = NodeScripts.run(
                "node", "federation/compose.mjs", "http://localhost:" + port + "/graphql", "kultur", "nothing");
        assertThat(output)
                .contains("archive @cost(weight: 200) @listSize(assumedSize: 120, requireOneSlicingArgument: false)")
                .contains("_entities(representations:$representations){...on Topic{name news(first:1){nodes{title}}}}")
                .contains("{\"_entities\":[{\"name\":\"Kultur\",\"news\":{\"nodes\":[{\"title\":\"Titel"
                        + " n59\"}]}},null]}");
    }

    private String id(String field, String slug) {
        return api.data("{ object: %s(slug: \"%s\") { id } }".formatted(field, slug))
                .at("/object/id")
                .asString();
    }

    private static Map<String, Object> representation(String type, Map<String, Object> key) {
        return Stream.concat(Map.<String, Object>of("__typename", type).entrySet().stream(), key.entrySet().stream())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private JsonNode entities(List<Map<String, Object>> representations) {
        return api.data(ENTITIES, Map.of("representations", representations)).get("_entities");
    }

    private JsonNode answer(String selection, List<Map<String, Object>> representations) {
        return api.answer(
                "query ($representations: [_Any!]!) " + selection, Map.of("representations", representations));
    }

    private static void assertRefused(JsonNode answer, String... parts) {
        assertThat(answer.at("/errors/0/extensions/code").asString()).isEqualTo("BAD_USER_INPUT");
        assertThat(answer.at("/errors/0/message").asString()).contains(parts);
        assertThat(answer.get("errors").toString()).doesNotContain("INTERNAL");
    }
}
