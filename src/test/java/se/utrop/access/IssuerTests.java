package se.utrop.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import se.utrop.Api;
import se.utrop.Editor;
import se.utrop.ServerProcess;
import se.utrop.database.RestartablePostgres;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A server and a real issuer, which comes up later, changes its key, and goes down again. */
class IssuerTests {

    private static final int PORT = 18_097;

    private static final int ISSUER = 18_098;

    private static final String JWT = "--spring.security.oauth2.resourceserver.jwt.";

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private int topics;

    @Test
    void theServerFollowsItsIssuer(@TempDir Path directory) throws Exception {
        try (RestartablePostgres database = RestartablePostgres.start(directory)) {
            List<String> trust =
                    List.of(JWT + "issuer-uri=" + RealIssuer.url(ISSUER), JWT + "audiences=" + RealIssuer.AUDIENCE);
            ServerProcess server = new ServerProcess(
                    PORT,
                    Stream.concat(database.settings().stream(), trust.stream()).toList(),
                    directory);
            server.awaitReady();
            try {
                follow(directory);
            } finally {
                server.stop();
            }
        }
    }

    private void follow(Path directory) throws Exception {
        String token;
        try (RealIssuer issuer = RealIssuer.start(ISSUER, directory)) {
            token = issuer.token("topics:write");
        }
        assertThat(read()).as("without an issuer").contains("__typename");
        assertThat(edit(token)).isEqualTo("503 UNAVAILABLE");
        try (RealIssuer issuer = RealIssuer.start(ISSUER, directory)) {
            String counts = issuer.token("topics:write");
            awaitEdit(counts, "200 done");
            assertThat(edit(token)).as("of a key of before").isEqualTo("401 UNAUTHENTICATED");
            assertThat(edit(issuer.token("news:write"))).isEqualTo("200 FORBIDDEN");
            issuer.rotate();
            String next = issuer.token("topics:write");
            awaitEdit(next, "200 done");
            assertThat(edit(counts)).isEqualTo("401 UNAUTHENTICATED");
            token = next;
        }
        assertThat(edit(token)).as("while the issuer is down again").isEqualTo("200 done");
        assertThat(read()).contains("__typename");
    }

    private void awaitEdit(String token, String outcome) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(edit(token)).isEqualTo(outcome));
    }

    private static String read() throws Exception {
        return HTTP.send(Api.get(PORT, "{ __typename }").build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private String edit(String token) throws Exception {
        HttpRequest request = Editor.request(PORT, "createTopic", Map.of("name", "Ämne " + topics++))
                .setHeader("Authorization", "Bearer " + token)
                .build();
        HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        JsonNode answer = JsonMapper.shared().readTree(response.body());
        return response.statusCode() + " "
                + (answer.has("errors") ? answer.at("/errors/0/extensions/code").asString() : "done");
    }
}
