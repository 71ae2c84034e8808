package se.utrop.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;
import se.utrop.Newsroom;
import se.utrop.UtropTest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Documents named as clients' tools name them: the files are as GraphQL Code Generator 7.4 (client preset 6.2, with SHA-256
 * and with SHA-1), relay-compiler 21.0 and generate-persisted-query-manifest 1.4 wrote them.
 */
@UtropTest
@TestPropertySource(
        properties = {"utrop.documents.directory=src/test/resources/documents", "utrop.documents.mode=only"})
class DocumentsOfToolsTests {

    private static final String CODEGEN = "b283a61af1ff6758942fde0e1aa09385ed91ccd90b5007cd5cec0ccf51328565";

    private static final String CODEGEN_SHA1 = "84f79413283d7abf40be36ef2c2dc43bb2470d57";

    private static final String RELAY = "4d59e233e1f6fb373b9de1626970a6a0";

    private static final String APOLLO = "9eaa074e62173735e57b03b5ce648c82d7814b13c0f42b26ba3f5e5ce0594451";

    private final WebTestClient client;

    private final Newsroom newsroom;

    DocumentsOfToolsTests(WebTestClient client, Newsroom newsroom) {
        this.client = client;
        this.newsroom = newsroom;
    }

    @BeforeEach
    void fill() {
        newsroom.clear();
        newsroom.topic("kultur", "Kultur");
    }

    @ParameterizedTest
    @ValueSource(strings = {CODEGEN, "sha256:" + CODEGEN, CODEGEN_SHA1, RELAY, APOLLO, "sha256:" + APOLLO})
    void anIdOfAToolNamesItsDocument(String id) {
        assertAnswered(post(Map.of("documentId", id)));
        assertAnswered(json(client.get()
                .uri("/graphql?documentId={id}", id)
                .exchange()
                .expectStatus()
                .isOk()));
    }

    @ParameterizedTest
    @ValueSource(strings = {CODEGEN, "sha256:" + CODEGEN, APOLLO})
    void aSha256IsTakenAsApollosLinkSendsIt(String hash) {
        assertAnswered(post(persistedQuery(hash)));
    }

    @ParameterizedTest
    @ValueSource(strings = {CODEGEN_SHA1, RELAY, "x"})
    void anotherIdIsNoSha256(String id) {
        assertCode("PERSISTED_QUERY_NOT_FOUND", post(persistedQuery(id)));
    }

    @Test
    void anUnknownIdIsNotFound() {
        assertCode("PERSISTED_QUERY_NOT_FOUND", post(Map.of("documentId", "5d59e233e1f6fb373b9de1626970a6a0")));
        assertCode("PERSISTED_QUERY_NOT_FOUND", post(Map.of("documentId", "front-page")));
    }

    @Test
    void anIdGoesWithItsOwnDocumentOnly() {
        String document = """
            query frontQuery {
              topics {
                slug
                ...front_name
                id
              }
            }

            fragment front_name on Topic {
              name
            }
            """;
        assertAnswered(post(Map.of("documentId", RELAY, "query", document)));
        assertCode("BAD_USER_INPUT", json(exchange(Map.of("documentId", RELAY, "query", "{ __typename }"))));
        assertCode("BAD_USER_INPUT", json(exchange(Map.of("documentId", CODEGEN_SHA1, "query", document))));
    }

    private static Map<String, Object> persistedQuery(String hash) {
        return Map.of("extensions", Map.of("persistedQuery", Map.of("version", 1, "sha256Hash", hash)));
    }

    private static void assertAnswered(JsonNode answer) {
        assertThat(answer.at("/data/topics/0/name").asString()).isEqualTo("Kultur");
    }

    private static void assertCode(String code, JsonNode answer) {
        assertThat(answer.at("/errors/0/extensions/code").asString()).isEqualTo(code);
    }

    private JsonNode post(Map<String, ?> body) {
        return json(exchange(body).expectStatus().isOk());
    }

    private WebTestClient.ResponseSpec exchange(Map<String, ?> body) {
        return client.post().uri("/graphql").bodyValue(body).exchange();
    }

    private static JsonNode json(WebTestClient.ResponseSpec response) {
        byte @Nullable [] body = response.expectBody().returnResult().getResponseBody();
        return JsonMapper.shared().readTree(body);
    }
}
