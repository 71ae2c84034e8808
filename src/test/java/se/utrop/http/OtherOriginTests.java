package se.utrop.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;
import se.utrop.CrossOriginTest;

/** Pages of other origins, of which some may ask. */
@CrossOriginTest
class OtherOriginTests {

    private final WebTestClient client;

    OtherOriginTests(WebTestClient client) {
        this.client = client;
    }

    @Test
    void whatACacheKeepsIsKeptForEachOriginByItself() {
        for (String origin : new String[] {"https://karta.example", "https://app.example"}) {
            HttpHeaders headers = ask(HttpHeaders.ORIGIN, origin).getResponseHeaders();
            assertThat(headers.getAccessControlAllowOrigin()).isEqualTo(origin);
            assertThat(headers.getVary()).contains("Origin", "Accept", "Accept-Encoding");
            assertThat(headers.getCacheControl()).isEqualTo("public, max-age=60");
            assertThat(headers.getAccessControlExposeHeaders()).containsExactly("Feed-Cursor", "Retry-After");
        }
        HttpHeaders ofNone = ask("X-Nothing", "x").getResponseHeaders();
        assertThat(ofNone.getAccessControlAllowOrigin()).isNull();
        assertThat(ofNone.getVary()).contains("Origin", "Accept", "Accept-Encoding");
    }

    /** A cache gives the feed's answers to pages of all origins. */
    @Test
    void whatACacheKeepsOfTheFeedIsTheSameForAllOrigins() {
        for (String origin : new String[] {"https://karta.example", "https://other.example", "http://localhost"}) {
            HttpHeaders headers = client.get()
                    .uri("/feed?query={q}", "subscription { newsFeed { cursor } }")
                    .header(HttpHeaders.ORIGIN, origin)
                    .exchange()
                    .expectStatus()
                    .isOk()
                    .expectBody()
                    .returnResult()
                    .getResponseHeaders();
            assertThat(headers.getAccessControlAllowOrigin()).isEqualTo("*");
            assertThat(headers.getVary()).containsExactly("Accept-Encoding");
        }
    }

    @Test
    void othersMayNotAsk() {
        EntityExchangeResult<byte[]> refused = ask(HttpHeaders.ORIGIN, "https://other.example");
        assertThat(refused.getStatus()).isEqualTo(HttpStatus.FORBIDDEN);
        assertThat(new String(refused.getResponseBody(), StandardCharsets.UTF_8))
                .contains("spring.graphql.cors.allowed-origins");
    }

    /** Behind a proxy that terminates TLS, the server knows no more of its address than the host. */
    @Test
    void thePagesOfTheSameHostMayAsk() {
        for (String scheme : new String[] {"http", "https"}) {
            EntityExchangeResult<byte[]> answer = client.get()
                    .uri("/graphql?query={q}", "{ __typename }")
                    .header(HttpHeaders.HOST, "region.example")
                    .header(HttpHeaders.ORIGIN, scheme + "://region.example")
                    .exchange()
                    .expectBody()
                    .returnResult();
            assertThat(answer.getStatus()).isEqualTo(HttpStatus.OK);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "QUERY"})
    void thePagesOfTheSameHostMaySendABody(String method) {
        client.method(HttpMethod.valueOf(method))
                .uri("/graphql")
                .header(HttpHeaders.HOST, "region.example")
                .header(HttpHeaders.ORIGIN, "https://region.example")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{\"query\":\"query Q { __typename }\",\"operationName\":\"Q\"}")
                .exchange()
                .expectStatus()
                .isOk();
    }

    @Test
    void aPageIsToldWhyATokenDoesNotCount() {
        EntityExchangeResult<byte[]> refused = client.get()
                .uri("/graphql?query={q}", "{ __typename }")
                .header(HttpHeaders.ORIGIN, "https://app.example")
                .header(HttpHeaders.AUTHORIZATION, "Bearer x")
                .exchange()
                .expectBody()
                .returnResult();
        assertThat(refused.getStatus()).isEqualTo(HttpStatus.UNAUTHORIZED);
        assertThat(refused.getResponseHeaders().getAccessControlAllowOrigin()).isEqualTo("https://app.example");
    }

    @Test
    void aPageMayAskBeforeItPosts() {
        HttpHeaders headers = client.method(HttpMethod.OPTIONS)
                .uri("/graphql")
                .header(HttpHeaders.ORIGIN, "https://app.example")
                .header(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD, "POST")
                .exchange()
                .expectBody()
                .returnResult()
                .getResponseHeaders();
        assertThat(headers.getAccessControlAllowOrigin()).isEqualTo("https://app.example");
        assertThat(headers.getAccessControlAllowMethods()).contains(HttpMethod.POST);
    }

    @Test
    void feedsMayBeReadFromTheSameOrigins() {
        for (String origin : new String[] {"https://app.example", "https://other.example"}) {
            EntityExchangeResult<byte[]> feed = client.get()
                    .uri("/news.json")
                    .header(HttpHeaders.ORIGIN, origin)
                    .exchange()
                    .expectBody()
                    .returnResult();
            boolean allowed = origin.equals("https://app.example");
            assertThat(feed.getStatus()).isEqualTo(allowed ? HttpStatus.OK : HttpStatus.FORBIDDEN);
            assertThat(feed.getResponseHeaders().getAccessControlAllowOrigin()).isEqualTo(allowed ? origin : null);
        }
    }

    private EntityExchangeResult<byte[]> ask(String header, String value) {
        return client.get()
                .uri("/graphql?query={q}", "{ __typename }")
                .header(header, value)
                .exchange()
                .expectBody()
                .returnResult();
    }
}
