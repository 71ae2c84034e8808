package se.utrop.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.web.reactive.server.WebTestClient;
import se.utrop.Api;
import se.utrop.EventStream;
import se.utrop.Newsroom;
import se.utrop.Tokens;
import se.utrop.UtropTest;
import tools.jackson.databind.JsonNode;

/** Variables, literals and directives as clients write them. */
@UtropTest
class InputTests {

    private final int port;

    private final Api api;

    private final Newsroom newsroom;

    private final WebTestClient client;

    InputTests(@LocalServerPort int port, Api api, Newsroom newsroom, WebTestClient client) {
        this.port = port;
        this.api = api;
        this.newsroom = newsroom;
        this.client = client;
    }

    @BeforeEach
    void fill() {
        newsroom.clear();
        newsroom.article("a", Instant.parse("2023-01-01T00:00:00Z"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        query($x: NewsOrder) { news(orderBy: $x) { totalCount } }
        query Q($x: NewsOrder) { news(orderBy: $x) { totalCount } }
        query($x: SearchOrder) { searchNews(query: "a", orderBy: $x) { totalCount } }
        query($x: ID = "a") { nodes(ids: ["b", $x]) { id } }
        query($x: String = "a") { news(filter: {topics: {anyOf: [$x]}}) { totalCount } }
        query($x: NewsKind = ARTICLE) { news(filter: {kinds: [$x]}) { totalCount } }
        query($x: Int) { newsBySlug(slug: "a") { related(first: $x) { slug } } }
        query($x: Int) { news { nodes { related(first: $x) { slug } } } }
        query($x: Boolean = true) { topics @include(if: $x) { slug } }
        query($x: Boolean = true) { news { nodes { slug @skip(if: $x) } } }
        query($x: Boolean = true) { news { ... @skip(if: $x) { nodes { slug } } } }
        query($x: Boolean = true) { news { ...F @skip(if: $x) } } fragment F on NewsConnection { nodes { slug } }
        """)
    void nullWhereThereIsADefaultIsAnErrorOfTheClients(String document) {
        Map<String, @Nullable Object> variables = new HashMap<>();
        variables.put("x", null);
        assertThat(api.code(document, variables)).isEqualTo("BAD_USER_INPUT");
        assertThat(api.answer(document, Map.of()).get("errors")).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mutation($x: String = \"x\") { renameTopic(input: {slug: \"no\", name: $x}) { userErrors { code } } }",
                "mutation($x: ID = \"x\") { retractNews(input: {id: $x, reason: \"x\"}) { userErrors { code } } }",
                "mutation($x: String = \"x\") { ...F } fragment F on Mutation { retractNews(input: {id: \"x\", reason:"
                        + " $x}) { userErrors { code } } }"
            })
    void nullInTheFieldOfAnInputWhereThereIsADefaultIsAnErrorOfTheClients(String document) {
        Map<String, @Nullable Object> variables = new HashMap<>();
        variables.put("x", null);
        Api editor = api.with(Tokens.ofEditor());
        assertThat(editor.code(document, variables)).isEqualTo("BAD_USER_INPUT");
        assertThat(editor.answer(document, Map.of()).get("errors")).isNull();
    }

    /** graphql-java 25 reports the null beside its cause where the field is in the event of a subscription. */
    @Test
    void aNestedFieldThatMustNotBeNullHasOneError() throws Exception {
        String start =
                api.data("{ news { feedCursor } }").at("/news/feedCursor").asString();
        newsroom.series("s", "Serie");
        newsroom.news("b", Instant.parse("2023-01-02T00:00:00Z"), "ARTICLE", "ROUTINE", "s", "kultur");
        String document = """
            subscription($after: String) { newsFeed(after: $after) { ... on NewsPublished {
              news { series { name news(last: 101) { feedCursor } } } } } }
            """;
        try (EventStream events = EventStream.open(port, document, Map.of("after", start))) {
            assertThat(events.answer().get("errors"))
                    .singleElement()
                    .satisfies(error ->
                            assertThat(error.at("/extensions/code").asString()).isEqualTo("BAD_USER_INPUT"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "subscription($x: Boolean!) { newsFeed @include(if: $x) { cursor } }",
                "subscription($x: Boolean!) { ... @include(if: $x) { newsFeed { cursor } } }",
                "subscription($x: Boolean!) { ...F @include(if: $x) } fragment F on Subscription { newsFeed { cursor }"
                        + " }",
                "subscription($x: Boolean!) { ...F } fragment F on Subscription { newsFeed @include(if: $x) { cursor }"
                        + " }"
            })
    void aSubscriptionWhoseRootFieldIsLeftOutIsRefused(String document) throws Exception {
        assertRefused(document, Map.of("x", false));
        assertRefused(document.replace("@include", "@skip"), Map.of("x", true));
        assertRefused(
                document.replace("($x: Boolean!)", "")
                        .replace("@include", "@skip")
                        .replace("$x", "true"),
                Map.of());
        String start =
                api.data("{ news { feedCursor } }").at("/news/feedCursor").asString();
        newsroom.article("b", Instant.parse("2023-01-02T00:00:00Z"));
        Map<String, Object> variables = Map.of("x", true, "after", start);
        try (EventStream events = EventStream.open(
                port,
                document.replace("($x", "($after: String, $x").replace("newsFeed", "newsFeed(after: $after)"),
                variables)) {
            assertThat(events.event().get("cursor").asString()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "subscription { ...Nothing }",
                "subscription { newsFeed { ...Nothing } }",
                "subscription { ...F } fragment F on Subscription { ...Nothing newsFeed { cursor } }",
                "subscription { ...F } fragment F on Nothing { newsFeed { cursor } }",
                "subscription { ... on Nothing { newsFeed { cursor } } }",
                "subscription { ... on String { newsFeed { cursor } } }",
                "subscription { ... on NewsFilter { newsFeed { cursor } } }",
                "subscription { ... on Query { newsFeed { cursor } } }",
                "subscription { ...F } fragment F on Subscription { ...F newsFeed { cursor } }",
                "subscription { a: newsFeed { cursor } b: newsFeed { cursor } }",
                "subscription { ...F } fragment F on Subscription { a: newsFeed { cursor } b: newsFeed { cursor } }",
                "subscription { __typename }"
            })
    void aSubscriptionThatIsNotAsTheSchemaHasItIsInvalid(String document) throws Exception {
        try (EventStream events = EventStream.open(port, document, Map.of())) {
            assertThat(events.answer().at("/errors/0/extensions/code").asString(""))
                    .isEqualTo("GRAPHQL_VALIDATION_FAILED");
        }
    }

    private void assertRefused(String document, Map<String, ?> variables) throws IOException, InterruptedException {
        try (EventStream events = EventStream.open(port, document, variables)) {
            JsonNode error = events.answer().at("/errors/0");
            assertThat(error.at("/extensions/code").asString("")).isEqualTo("BAD_USER_INPUT");
            assertThat(error.get("message").asString()).contains("one root field");
            assertThat(events.isEnded()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"defer", "experimental_disableErrorPropagation"})
    void aDirectiveThatIsNotHonouredIsNotOffered(String directive) {
        assertThat(api.data("{ __schema { directives { name } } }")
                        .at("/__schema/directives")
                        .findValuesAsString("name"))
                .contains("skip", "include", "deprecated", "specifiedBy")
                .doesNotContain(directive);
        client.get()
                .uri("/graphql/schema")
                .exchange()
                .expectBody(String.class)
                .value(sdl -> assertThat(sdl).contains("directive @skip").doesNotContain(directive));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ ... @defer { topics { slug } } }",
                "{ topics { ...F @defer(label: \"x\") } } fragment F on Topic { slug }",
                "query @experimental_disableErrorPropagation { topics { slug } }"
            })
    void aDocumentThatUsesOneIsInvalid(String document) {
        assertThat(api.code(document)).isEqualTo("GRAPHQL_VALIDATION_FAILED");
    }

    @Test
    void anIdIsAStringOrAnInteger() {
        String variable = "query($id: ID!) { node(id: $id) { id } }";
        for (Object id : List.of("4", 4, -4, 4_000_000_000L)) {
            assertThat(api.data(variable, Map.of("id", id)).get("node").isNull())
                    .isTrue();
        }
        for (Object id : List.of(1.5, 4.0, 1e300, true, List.of("a", "b"), Map.of())) {
            assertThat(api.code(variable, Map.of("id", id))).isEqualTo("BAD_USER_INPUT");
        }
        for (String id : List.of("1.5", "true", "a")) {
            assertThat(api.code("{ node(id: " + id + ") { id } }")).isEqualTo("GRAPHQL_VALIDATION_FAILED");
        }
        assertThat(api.data("{ node(id: 4) { id } nodes(ids: [4, \"4\"]) { id } }")
                        .get("nodes"))
                .hasSize(2);
    }

    @Test
    void instantsHaveAlwaysSixDigits() {
        newsroom.article("b", Instant.parse("2023-01-01T00:00:00.1Z"));
        newsroom.article("c", Instant.parse("2023-01-01T00:00:00.100001Z"));
        List<String> instants = api.data("{ news(orderBy: OLDEST_FIRST) { nodes { publishedAt } } }")
                .findValuesAsString("publishedAt");
        assertThat(instants)
                .isEqualTo(Arrays.asList(
                        "2023-01-01T00:00:00.000000Z", "2023-01-01T00:00:00.100000Z", "2023-01-01T00:00:00.100001Z"))
                .isSorted();
    }

    @Test
    void instantsOfNineDigitsAreRoundedDownToMicroseconds() {
        newsroom.article("b", Instant.parse("2023-01-01T00:00:00.123456Z"));
        newsroom.article("old", Instant.parse("1969-12-31T23:59:59.999998Z"));
        assertThat(since("2023-01-01T00:00:00.123456999Z")).isEqualTo(1);
        assertThat(since("2023-01-01T01:00:00.1234569+01:00")).isEqualTo(1);
        assertThat(since("2023-01-01T00:00:00.123457000Z")).isZero();
        assertThat(since("1969-12-31T23:59:59.999998999Z")).isEqualTo(3);
        assertThat(since("1969-12-31T23:59:59.999999Z")).isEqualTo(2);
    }

    private int since(String instant) {
        String document = "query($t: DateTime) { news(filter: {publishedAt: {since: $t}}) { totalCount } }";
        return api.data(document, Map.of("t", instant)).at("/news/totalCount").asInt();
    }
}
