package se.utrop.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.util.UriComponentsBuilder;
import se.utrop.Tokens;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** All endpoints of Actuator are exposed: three are public, the others are for operators. */
abstract class ExposedEndpoints {

    private static final List<HttpMethod> METHODS =
            List.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.DELETE, HttpMethod.HEAD, HttpMethod.OPTIONS);

    /** A dump of all threads is large. */
    private static final int LARGEST = 16 * 1024 * 1024;

    private final WebTestClient client;

    ExposedEndpoints(int port) {
        this.client = WebTestClient.bindToServer()
                .baseUrl("http://localhost:" + port)
                .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(LARGEST))
                .build();
    }

    @Test
    void everyOtherEndpointIsExposed() {
        assertThat(restricted())
                .contains(
                        "/actuator/env",
                        "/actuator/env/x",
                        "/actuator/configprops",
                        "/actuator/loggers/x",
                        "/actuator/threaddump",
                        "/actuator/heapdump",
                        "/actuator/shutdown",
                        "/actuator/metrics/x",
                        "/actuator/beans",
                        "/actuator/mappings");
    }

    @Test
    void nobodyReachesThemWithoutAToken() {
        for (String path : restricted()) {
            for (HttpMethod method : METHODS) {
                EntityExchangeResult<byte[]> answer = ask(method, path, null);
                assertThat(answer.getStatus().value()).as("%s %s", method, path).isEqualTo(401);
                assertThat(answer.getResponseHeaders().getFirst(HttpHeaders.WWW_AUTHENTICATE))
                        .isEqualTo("Bearer");
            }
        }
    }

    @Test
    void anEditorsTokenDoesNotOpenThem() {
        String editor = "Bearer " + Tokens.ofEditor();
        for (String path : restricted()) {
            for (HttpMethod method : METHODS) {
                EntityExchangeResult<byte[]> answer = ask(method, path, editor);
                assertThat(answer.getStatus().value()).as("%s %s", method, path).isEqualTo(403);
                assertThat(answer.getResponseHeaders().getFirst(HttpHeaders.WWW_AUTHENTICATE))
                        .isEqualTo("Bearer error=\"insufficient_scope\", scope=\"operate\"");
            }
        }
    }

    @Test
    void noOtherCredentialsOpenThem() {
        assertThat(ask(HttpMethod.GET, "/actuator/env", "Basic dXNlcjp1c2Vy")
                        .getStatus()
                        .value())
                .isEqualTo(401);
        assertThat(ask(HttpMethod.GET, "/actuator/env", "Bearer " + Tokens.forged("operate"))
                        .getStatus()
                        .value())
                .isEqualTo(401);
    }

    @Test
    void anOperatorReadsAndChanges() {
        String operator = "Bearer " + Tokens.of("operate");
        for (String path :
                List.of("/actuator/env", "/actuator/configprops", "/actuator/threaddump", "/actuator/beans")) {
            assertThat(ask(HttpMethod.GET, path, operator).getStatus().value())
                    .as(path)
                    .isEqualTo(200);
        }
        String logger = "/actuator/loggers/se.utrop.nothing";
        client.post()
                .uri(logger)
                .header(HttpHeaders.AUTHORIZATION, operator)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"configuredLevel\":\"ERROR\"}")
                .exchange()
                .expectStatus()
                .isNoContent();
        assertThat(json(ask(HttpMethod.GET, logger, operator))
                        .get("configuredLevel")
                        .asString())
                .isEqualTo("ERROR");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/actuator",
                "/actuator/health",
                "/actuator/health/liveness",
                "/actuator/health/readiness",
                "/actuator/info",
                "/actuator/prometheus"
            })
    void theOthersStayPublic(String path) {
        Awaitility.await()
                .untilAsserted(() -> assertThat(
                                ask(HttpMethod.GET, path, null).getStatus().value())
                        .isEqualTo(200));
    }

    @Test
    void onlyAnOperatorSeesWhatIsBehindTheStatus() {
        assertThat(health(null).propertyNames()).containsExactlyInAnyOrder("status", "groups");
        assertThat(health("Bearer " + Tokens.ofEditor()).propertyNames()).containsExactlyInAnyOrder("status", "groups");
        assertThat(health("Bearer " + Tokens.of("operate"))
                        .at("/components/feed")
                        .isMissingNode())
                .isFalse();
        assertThat(ask(HttpMethod.GET, "/actuator/health/r2dbc", null)
                        .getStatus()
                        .value())
                .isEqualTo(404);
    }

    private JsonNode health(@Nullable String authorization) {
        return json(ask(HttpMethod.GET, "/actuator/health", authorization));
    }

    /** One address for each link, as a client would ask it. */
    private List<String> restricted() {
        return json(ask(HttpMethod.GET, "/actuator", null))
                .get("_links")
                .valueStream()
                .map(link -> link.get("href").asString().replaceAll("\\{[^}]*}", "x"))
                .map(address -> String.valueOf(
                        UriComponentsBuilder.fromUriString(address).build().getPath()))
                .filter(path -> !path.matches("/actuator(/(health(/.*)?|info|prometheus))?"))
                .flatMap(path -> Stream.of(path, path + ";a=b"))
                .toList();
    }

    private EntityExchangeResult<byte[]> ask(HttpMethod method, String path, @Nullable String authorization) {
        return client.method(method)
                .uri(path)
                .headers(headers -> {
                    if (authorization != null) {
                        headers.set(HttpHeaders.AUTHORIZATION, authorization);
                    }
                })
                .exchange()
                .expectBody()
                .returnResult();
    }

    private static JsonNode json(EntityExchangeResult<byte[]> answer) {
        return JsonMapper.shared().readTree(answer.getResponseBody());
    }
}
