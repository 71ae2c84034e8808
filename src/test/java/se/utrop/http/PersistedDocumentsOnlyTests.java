package se.utrop.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.http.MediaType;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;
import se.utrop.UtropTest;
import se.utrop.text.Sha256;

/** A server that answers nothing but its operator's documents. */
@UtropTest
class PersistedDocumentsOnlyTests {

    private static final String OURS = "{ topics { slug } }";

    @TempDir
    private static Path directory;

    private final WebTestClient client;

    PersistedDocumentsOnlyTests(WebTestClient client) {
        this.client = client;
    }

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) throws IOException {
        Files.writeString(directory.resolve("Topics.graphql"), OURS);
        registry.add("utrop.documents.directory", directory::toString);
        registry.add("utrop.documents.mode", () -> "only");
    }

    @Test
    void oursIsAnsweredByItsIdAndByItsText() {
        assertThat(post(Map.of("documentId", "sha256:" + Sha256.hex(OURS)))).contains("\"topics\":[");
        assertThat(post(Map.of("query", OURS))).contains("\"topics\":[");
    }

    @Test
    void anotherIsRefusedAndNotKept() {
        String other = "{ series { slug } }";
        Map<String, Object> hash = Map.of("persistedQuery", Map.of("version", 1, "sha256Hash", Sha256.hex(other)));
        assertThat(post(Map.of("query", other)))
                .contains("BAD_USER_INPUT", "documentId")
                .doesNotContain("data");
        assertThat(post(Map.of("query", other, "extensions", hash))).contains("BAD_USER_INPUT");
        assertThat(post(Map.of("extensions", hash))).contains("PersistedQueryNotSupported");
    }

    @Test
    void anotherSubscriptionIsRefusedToo() {
        assertThat(post(Map.of("query", "subscription { newsFeed { cursor } }"), MediaType.TEXT_EVENT_STREAM))
                .contains("BAD_USER_INPUT", "documentId");
    }

    private String post(Map<String, ?> body) {
        return post(body, MediaType.APPLICATION_JSON);
    }

    private String post(Map<String, ?> body, MediaType accept) {
        byte[] answer = client.post()
                .uri("/graphql")
                .accept(accept)
                .bodyValue(body)
                .exchange()
                .expectBody()
                .returnResult()
                .getResponseBody();
        return answer == null ? "" : new String(answer, StandardCharsets.UTF_8);
    }
}
