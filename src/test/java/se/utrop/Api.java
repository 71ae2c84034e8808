package se.utrop;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.test.context.TestComponent;
import org.springframework.context.annotation.Lazy;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client of the server under test: a document in, an answer out. */
@TestComponent
@Lazy
public class Api {

    private final WebTestClient client;

    private final JsonMapper json;

    Api(WebTestClient client, JsonMapper json) {
        this.client = client;
        this.json = json;
    }

    /** The same, with a token. */
    public Api with(String token) {
        return new Api(
                client.mutate()
                        .defaultHeaders(headers -> headers.setBearerAuth(token))
                        .build(),
                json);
    }

    /** A request by GET, for a client of the test's own. */
    public static HttpRequest.Builder get(int port, String document) {
        return HttpRequest.newBuilder(URI.create(
                "http://localhost:" + port + "/graphql?query=" + URLEncoder.encode(document, StandardCharsets.UTF_8)));
    }

    /** The data of an answer that has no errors. */
    public JsonNode data(String document) {
        return data(document, Map.of());
    }

    public JsonNode data(String document, Map<String, ? extends @Nullable Object> variables) {
        JsonNode answer = answer(document, variables);
        assertThat(answer.get("errors")).as("errors of %s", document).isNull();
        return answer.get("data");
    }

    /** The code of the first error. */
    public String code(String document) {
        return code(document, Map.of());
    }

    public String code(String document, Map<String, ? extends @Nullable Object> variables) {
        JsonNode answer = answer(document, variables);
        assertThat(answer.get("errors")).as("errors of %s", document).isNotNull();
        return answer.at("/errors/0/extensions/code").asString();
    }

    public JsonNode answer(String document, Map<String, ? extends @Nullable Object> variables) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("query", document);
        request.put("variables", variables);
        byte[] body = client.post()
                .uri("/graphql")
                .contentType(MediaType.APPLICATION_JSON)
                .accept(MediaType.APPLICATION_JSON)
                .bodyValue(request)
                .exchange()
                .expectStatus()
                .value(status -> assertThat(status).isIn(200, 400))
                .expectBody()
                .returnResult()
                .getResponseBody();
        return json.readTree(body);
    }
}
