package se.utrop.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;
import se.utrop.UtropTest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@UtropTest
class PersistedDocumentsTests {

    private static final String OURS = "{ topics { slug } }\n";

    @TempDir
    private static Path directory;

    private final WebTestClient client;

    PersistedDocumentsTests(WebTestClient client) {
        this.client = client;
    }

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) throws IOException {
        Files.createDirectories(directory.resolve("app"));
        Files.writeString(directory.resolve("app/Topics.graphql"), OURS);
        registry.add("utrop.documents.directory", directory::toString);
        registry.add("utrop.documents.mode", () -> "allow");
    }

    @Test
    void aDocumentOfTheDirectoryIsAnsweredByItsId() throws Exception {
        assertThat(get("documentId", "sha256:" + hash(OURS)).at("/data/topics").isArray())
                .isTrue();
        assertThat(post(Map.of("documentId", "sha256:" + hash(OURS)))
                        .at("/data/topics")
                        .isArray())
                .isTrue();
        assertThat(code(get("documentId", "sha256:" + hash("x")))).isEqualTo("PERSISTED_QUERY_NOT_FOUND");
        assertThat(client.get()
                        .uri("/graphql?documentId={id}", "md5:1")
                        .exchange()
                        .expectStatus()
                        .isBadRequest()
                        .expectBody(String.class)
                        .returnResult()
                        .getResponseBody())
                .contains("BAD_USER_INPUT");
    }

    @Test
    void aDocumentThatAClientHasSentIsAnsweredByItsHash() throws Exception {
        String document = "{ a: __typename }";
        Map<String, Object> hash = Map.of("persistedQuery", Map.of("version", 1, "sha256Hash", hash(document)));
        JsonNode unknown = post(Map.of("extensions", hash));
        assertThat(code(unknown)).isEqualTo("PERSISTED_QUERY_NOT_FOUND");
        assertThat(unknown.at("/errors/0/message").asString()).isEqualTo("PersistedQueryNotFound");
        assertThat(post(Map.of("extensions", hash, "query", document))
                        .at("/data/a")
                        .asString())
                .isEqualTo("Query");
        assertThat(post(Map.of("extensions", hash)).at("/data/a").asString()).isEqualTo("Query");
        assertThat(get("extensions", JsonMapper.shared().writeValueAsString(hash))
                        .at("/data/a")
                        .asString())
                .isEqualTo("Query");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "[]",
                "{}",
                "{\"version\": 1}",
                "{\"version\": null, \"sha256Hash\": \"x\"}",
                "{\"version\": 2, \"sha256Hash\": \"x\"}",
                "{\"version\": 1.0, \"sha256Hash\": \"x\"}",
                "{\"version\": 1, \"sha256Hash\": 1}"
            })
    void anExtensionOfAnotherFormIsRefused(String extension) {
        for (String query : List.of("", "\"query\": \"{ __typename }\",")) {
            client.post()
                    .uri("/graphql")
                    .contentType(MediaType.APPLICATION_JSON)
                    .bodyValue("{%s \"extensions\": {\"persistedQuery\": %s}}".formatted(query, extension))
                    .exchange()
                    .expectStatus()
                    .isBadRequest()
                    .expectBody()
                    .jsonPath("$.errors[0].extensions.code")
                    .isEqualTo("BAD_USER_INPUT");
        }
    }

    @Test
    void aHashThatIsNotTheDocumentsIsRefused() throws Exception {
        Map<String, Object> hash = Map.of("persistedQuery", Map.of("version", 1, "sha256Hash", hash("{ x }")));
        client.post()
                .uri("/graphql")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(Map.of("query", "{ __typename }", "extensions", hash))
                .exchange()
                .expectStatus()
                .isEqualTo(HttpStatus.BAD_REQUEST)
                .expectBody()
                .jsonPath("$.errors[0].extensions.code")
                .isEqualTo("BAD_USER_INPUT");
        assertThat(code(post(Map.of("extensions", hash)))).isEqualTo("PERSISTED_QUERY_NOT_FOUND");
    }

    private static String code(JsonNode answer) {
        return answer.at("/errors/0/extensions/code").asString();
    }

    private JsonNode get(String parameter, String value) {
        return json(client.get()
                .uri("/graphql?" + parameter + "={value}", value)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .returnResult()
                .getResponseBody());
    }

    private JsonNode post(Map<String, ?> body) {
        return json(client.post()
                .uri("/graphql")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .returnResult()
                .getResponseBody());
    }

    private static JsonNode json(byte @Nullable [] body) {
        return JsonMapper.shared().readTree(body);
    }

    private static String hash(String text) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
