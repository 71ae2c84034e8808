package se.utrop.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import se.utrop.Api;
import se.utrop.Newsroom;
import se.utrop.UtropTest;

@UtropTest
class GraphQlEndpointTests {

    private final WebTestClient client;

    private final Api api;

    private final Newsroom newsroom;

    GraphQlEndpointTests(WebTestClient client, Api api, Newsroom newsroom) {
        this.client = client;
        this.api = api;
        this.newsroom = newsroom;
    }

    @BeforeEach
    void clear() {
        newsroom.clear();
    }

    @Test
    void answersAQueryByGet() {
        client.get()
                .uri(
                        "/graphql?query={q}&variables={v}",
                        "query($s: String!) { newsBySlug(slug: $s) { id } }",
                        "{\"s\":\"x\"}")
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .contentType(MediaType.APPLICATION_JSON)
                .expectBody()
                .json("{\"data\":{\"newsBySlug\":null}}");
    }

    @Test
    void refusesABodyThatIsPacked() {
        client.post()
                .uri("/graphql")
                .contentType(MediaType.APPLICATION_JSON)
                .header(HttpHeaders.CONTENT_ENCODING, "gzip")
                .bodyValue(new byte[] {0x1f, (byte) 0x8b})
                .exchange()
                .expectStatus()
                .isEqualTo(HttpStatus.UNSUPPORTED_MEDIA_TYPE)
                .expectHeader()
                .valueEquals(HttpHeaders.ACCEPT_ENCODING, "identity")
                .expectBody()
                .jsonPath("$.errors[0].extensions.code")
                .isEqualTo("BAD_USER_INPUT");
    }

    @Test
    void takesABodyThatSaysThatItIsNotPacked() {
        client.post()
                .uri("/graphql")
                .contentType(MediaType.APPLICATION_JSON)
                .header(HttpHeaders.CONTENT_ENCODING, "identity")
                .bodyValue("{\"query\": \"{ __typename }\"}")
                .exchange()
                .expectStatus()
                .isOk();
    }

    @Test
    void refusesToWriteByGet() {
        client.get()
                .uri("/graphql?query={q}", "mutation { __typename }")
                .exchange()
                .expectStatus()
                .isEqualTo(HttpStatus.METHOD_NOT_ALLOWED)
                .expectHeader()
                .valueEquals(HttpHeaders.ALLOW, "POST")
                .expectBody()
                .jsonPath("$.errors[0].extensions.code")
                .isEqualTo("BAD_USER_INPUT");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        application/json                 | 200
        application/json; charset=utf-8  | 200
        application/json;charset="UTF-8" | 200
        application/json; charset=utf8   | 200
        application/json; charset=utf-16 | 415
        application/json; charset=latin1 | 415
        application/graphql              | 415
        """)
    void aBodyIsJsonInUtf8(String type, int status) {
        client.post()
                .uri("/graphql")
                .header(HttpHeaders.CONTENT_TYPE, type)
                .bodyValue("{\"query\":\"{ __typename }\"}".getBytes(StandardCharsets.UTF_8))
                .exchange()
                .expectStatus()
                .isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"&at=", "&at"})
    void anEmptyMinimumPositionIsNone(String parameter) {
        client.get()
                .uri("/graphql?query={q}" + parameter, "{ __typename }")
                .header("Feed-Cursor-At-Least", "")
                .exchange()
                .expectStatus()
                .isOk();
        client.post()
                .uri("/graphql" + parameter.replace('&', '?'))
                .header("Feed-Cursor-At-Least", "")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"query\":\"{ __typename }\"}")
                .exchange()
                .expectStatus()
                .isOk();
    }

    @Test
    void aMinimumPositionThatIsNoCursorIsInvalid() {
        for (String position : List.of("x", " ", "")) {
            client.get()
                    .uri("/graphql?query={q}&at={at}", "{ __typename }", position)
                    .header("Feed-Cursor-At-Least", position.isEmpty() ? "x" : "")
                    .exchange()
                    .expectStatus()
                    .isBadRequest()
                    .expectBody()
                    .jsonPath("$.errors[0].extensions.code")
                    .isEqualTo("CURSOR_INVALID");
        }
    }

    /** RFC 10008: as by GET, with a body. */
    @Test
    void answersAQueryByTheMethodQuery() {
        HttpMethod query = HttpMethod.valueOf("QUERY");
        HttpHeaders headers = client.method(query)
                .uri("/graphql")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"query\":\"{ __typename }\"}")
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueEquals("Accept-Query", "application/json")
                .expectBody()
                .returnResult()
                .getResponseHeaders();
        assertThat(headers.getCacheControl()).startsWith("public");
        client.method(query)
                .uri("/graphql")
                .contentType(MediaType.APPLICATION_JSON)
                .ifNoneMatch(String.valueOf(headers.getETag()))
                .bodyValue("{\"query\":\"{ __typename }\"}")
                .exchange()
                .expectStatus()
                .isNotModified();
        client.method(query)
                .uri("/graphql")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"query\":\"mutation { __typename }\"}")
                .exchange()
                .expectStatus()
                .isEqualTo(HttpStatus.METHOD_NOT_ALLOWED)
                .expectHeader()
                .valueEquals(HttpHeaders.ALLOW, "POST");
        client.method(HttpMethod.PUT)
                .uri("/graphql")
                .exchange()
                .expectHeader()
                .valueEquals(HttpHeaders.ALLOW, "GET, HEAD, POST, QUERY")
                .expectHeader()
                .valueEquals("Accept-Query", "application/json")
                .expectBody()
                .jsonPath("$.errors[0].extensions.code")
                .isEqualTo("BAD_USER_INPUT");
    }

    @Test
    void answersInTheTypeThatTheClientLikesBest() {
        Map.of(
                        "*/*", "application/json",
                        "application/json", "application/json",
                        "application/graphql-response+json", "application/graphql-response+json",
                        "application/graphql-response+json; charset=utf-8, application/json; q=0.5",
                                "application/graphql-response+json",
                        "application/graphql-response+json; q=0.1, application/json", "application/json",
                        "application/json, application/graphql-response+json", "application/graphql-response+json",
                        "application/json, */*", "application/json",
                        "application/*", "application/json")
                .forEach((accept, type) -> client.post()
                        .uri("/graphql")
                        .header(HttpHeaders.ACCEPT, accept)
                        .contentType(MediaType.APPLICATION_JSON)
                        .bodyValue("{\"query\":\"{ __typename }\"}")
                        .exchange()
                        .expectStatus()
                        .isOk()
                        .expectHeader()
                        .valueEquals(HttpHeaders.CONTENT_TYPE, type));
        client.get()
                .uri("/graphql?query={q}", "{ __typename }")
                .header(HttpHeaders.ACCEPT, "text/html")
                .exchange()
                .expectStatus()
                .isEqualTo(HttpStatus.NOT_ACCEPTABLE);
    }

    @Test
    void tellsARequestErrorByItsStatusInTheGraphQlType() {
        client.post()
                .uri("/graphql")
                .header(HttpHeaders.ACCEPT, "application/graphql-response+json")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"query\":\"{ nosuch }\"}")
                .exchange()
                .expectStatus()
                .isBadRequest();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "null",
                "[]",
                "{}",
                "{\"query\":null}",
                "{\"query\":5}",
                "{\"query\":\"{a}\",\"variables\":[]}",
                "{\"query\":\"{a}\",\"operationName\":1}",
                "{\"query\":\"{a}\",\"extensions\":\"x\"}"
            })
    void refusesABodyThatIsNoRequest(String body) {
        client.post()
                .uri("/graphql")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange()
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.errors[0].extensions.code")
                .isEqualTo("BAD_USER_INPUT");
    }

    @Test
    void refusesWhatIsNotJsonAndWhatIsTooLarge() {
        client.post()
                .uri("/graphql")
                .contentType(MediaType.TEXT_PLAIN)
                .bodyValue("{\"query\":\"{ __typename }\"}")
                .exchange()
                .expectStatus()
                .isEqualTo(HttpStatus.UNSUPPORTED_MEDIA_TYPE);
        client.post()
                .uri("/graphql")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(" ".repeat(200_000).getBytes(StandardCharsets.US_ASCII))
                .exchange()
                .expectStatus()
                .isEqualTo(HttpStatus.CONTENT_TOO_LARGE);
        client.put().uri("/graphql").exchange().expectStatus().isEqualTo(HttpStatus.METHOD_NOT_ALLOWED);
    }

    @Test
    void everyErrorHasItsCode() {
        assertThat(api.code("{ news {")).isEqualTo("GRAPHQL_PARSE_FAILED");
        assertThat(api.code("{ nosuch }")).isEqualTo("GRAPHQL_VALIDATION_FAILED");
        assertThat(api.code("query($n: Int!) { news(first: $n) { nodes { id } } }"))
                .isEqualTo("BAD_USER_INPUT");
        assertThat(api.code("query($n: Int) { news(first: $n) { nodes { id } } }", Map.of("n", "x")))
                .isEqualTo("BAD_USER_INPUT");
        assertThat(api.code("query A { __typename } query B { __typename }")).isEqualTo("BAD_USER_INPUT");
        assertThat(api.code("{ news(filter: {publishedOn: {}}) { nodes { id } } }"))
                .isEqualTo("BAD_USER_INPUT");
        assertThat(api.code(
                        "{ news(filter: {publishedOn: {from: \"2023-02-01\", to: \"2023-01-01\"}}) { nodes { id } } }"))
                .isEqualTo("BAD_USER_INPUT");
        assertThat(api.code("{ news(filter: {publishedAt: {}}) { nodes { id } } }"))
                .isEqualTo("BAD_USER_INPUT");
        assertThat(api.code("{ news(filter: {publishedAt: {since: \"2023-01-01T00:00:00Z\","
                        + " until: \"2023-01-01T00:00:00Z\"}}) { nodes { id } } }"))
                .isEqualTo("BAD_USER_INPUT");
    }

    @Test
    void documentsAreBoundedInDepthAliasesAndTokens() {
        assertThat(api.code(nested(12))).isEqualTo("COST_EXCEEDED");
        assertThat(api.answer(nested(8), Map.of()).get("errors")).isNull();
        assertThat(api.code(IntStream.range(0, 51)
                        .mapToObj(i -> "a" + i + ": __typename")
                        .collect(Collectors.joining(" ", "{", "}"))))
                .isEqualTo("COST_EXCEEDED");
        assertThat(api.code("{" + " __typename".repeat(3000) + "}")).isEqualTo("GRAPHQL_PARSE_FAILED");
    }

    @Test
    void fragmentsCountWhereverTheyAreUsed() {
        String fragments = IntStream.range(0, 9)
                .mapToObj(i -> "fragment F%d on News { a: previousInSeries { ...F%d } b: nextInSeries { ...F%d } }"
                        .formatted(i, i + 1, i + 1))
                .collect(Collectors.joining(" "));
        String document = "{ newsBySlug(slug: \"x\") { ...F0 } } " + fragments + " fragment F9 on News { id }";
        assertThat(api.code(document)).isEqualTo("COST_EXCEEDED");
        assertThat(api.code("{ newsBySlug(slug: \"x\") { ...F } } fragment F on News { previousInSeries { ...F } }"))
                .isEqualTo("GRAPHQL_VALIDATION_FAILED");
    }

    @Test
    void answersAreBoundedInObjects() {
        newsroom.topic("t", "T");
        IntStream.range(0, 40).forEach(i -> newsroom.article("n" + i, Instant.ofEpochSecond(i), "t"));
        String related = "related(first: 10) { id ".repeat(4) + "}".repeat(4);
        assertThat(api.code("{ news(first: 40) { nodes { " + related + " } } }"))
                .isEqualTo("COST_EXCEEDED");
    }

    @Test
    void idsAreBounded() {
        String ids = IntStream.range(0, 101).mapToObj(i -> "\"x" + i + "\"").collect(Collectors.joining(","));
        assertThat(api.code("{ nodes(ids: [" + ids + "]) { id } }")).isEqualTo("BAD_USER_INPUT");
    }

    @Test
    void filtersAreBounded() {
        String slugs = IntStream.range(0, 101).mapToObj(i -> "\"x" + i + "\"").collect(Collectors.joining(","));
        assertThat(api.code("{ news(filter: {topics: {anyOf: [" + slugs + "]}}) { nodes { id } } }"))
                .isEqualTo("BAD_USER_INPUT");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2023-01-01T00:00:00",
                "2023-01-01",
                "2023-01-01 00:00:00Z",
                "2023-02-30T00:00:00Z",
                "2023-01-01T24:00:01Z",
                "2023-01-01T00:00:00+25:00",
                "2023-01-01T00:00:00.1234567891Z",
                "now"
            })
    void instantsAreStrict(String text) {
        String document = "query($t: DateTime) { news(filter: {publishedAt: {since: $t}}) { nodes { id } } }";
        assertThat(api.code(document, Map.of("t", text))).isEqualTo("BAD_USER_INPUT");
        assertThat(api.code(document.replace("($t: DateTime)", "").replace("$t", "\"" + text + "\"")))
                .isEqualTo("GRAPHQL_VALIDATION_FAILED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2023-1-1", "20230101", "2023-02-29", "2023-01-01T00:00:00Z", ""})
    void daysAreStrict(String text) {
        String document = "query($d: Date) { news(filter: {publishedOn: {from: $d}}) { nodes { id } } }";
        assertThat(api.code(document, Map.of("d", text))).isEqualTo("BAD_USER_INPUT");
    }

    @Test
    void introspectionAndTheSchemaAreServed() {
        assertThat(api.data("{ __schema { queryType { name } } }")
                        .at("/__schema/queryType/name")
                        .asString())
                .isEqualTo("Query");
        client.get()
                .uri("/graphql/schema")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .value(sdl -> assertThat(sdl).contains("type NewsConnection").contains("scalar DateTime"));
    }

    private static String nested(int series) {
        return "{ newsBySlug(slug: \"x\") " + "{ previousInSeries ".repeat(series) + "{ id }" + "}".repeat(series)
                + " }";
    }
}
