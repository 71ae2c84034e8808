package se.utrop.federation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.test.web.reactive.server.WebTestClient;
import se.utrop.Api;
import se.utrop.UtropTest;

/** The newsroom as it is by default: no subgraph. */
@UtropTest
class NoFederationTests {

    private final Api api;

    private final WebTestClient client;

    NoFederationTests(Api api, WebTestClient client) {
        this.api = api;
        this.client = client;
    }

    @Test
    void theSchemaHasNothingOfFederation() {
        assertThat(client.get()
                        .uri("/graphql/schema")
                        .exchange()
                        .expectBody(String.class)
                        .returnResult()
                        .getResponseBody())
                .contains("type News implements Node {")
                .doesNotContain(
                        "@key", "@link", "@shareable", "federation", "_Any", "_Entity", "_Service", "_entities");
        assertThat(api.data("{ __schema { types { name } directives { name } } }")
                        .toString())
                .doesNotContain("\"key\"", "\"link\"", "federation", "_Any", "_Entity", "_Service");
        assertThat(api.code("{ _service { sdl } }")).isEqualTo("GRAPHQL_VALIDATION_FAILED");
    }
}
