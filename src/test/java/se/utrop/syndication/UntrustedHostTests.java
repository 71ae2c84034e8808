package se.utrop.syndication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;
import se.utrop.CrossOriginTest;

/** Without an address in the settings, a client names the one in feeds and sitemaps: for itself alone. */
@CrossOriginTest
class UntrustedHostTests {

    private final WebTestClient client;

    UntrustedHostTests(WebTestClient client) {
        this.client = client;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/news.atom", "/news.rss", "/news.json", "/sitemap.xml", "/sitemap/lists.xml", "/robots.txt"})
    void noCacheGivesTheAddressesOfOneClientToAnother(String path) {
        EntityExchangeResult<String> foreign = get(path, "evil.example", "\"none\"");
        assertThat(foreign.getResponseBody()).contains("http://evil.example/");
        HttpHeaders headers = foreign.getResponseHeaders();
        assertThat(headers.getCacheControl()).isEqualTo("public, no-cache");
        EntityExchangeResult<String> own = get(path, "news.example", String.valueOf(headers.getETag()));
        assertThat(own.getStatus()).isEqualTo(HttpStatus.OK);
        assertThat(own.getResponseBody()).contains("http://news.example/").doesNotContain("evil");
    }

    private EntityExchangeResult<String> get(String path, String host, String known) {
        return client.get()
                .uri(path)
                .header(HttpHeaders.HOST, host)
                .header("X-Forwarded-Host", "forwarded.example")
                .header(HttpHeaders.IF_NONE_MATCH, known)
                .exchange()
                .expectBody(String.class)
                .returnResult();
    }
}
