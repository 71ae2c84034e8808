package se.utrop.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.graphql.autoconfigure.GraphQlCorsProperties;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpHeaders;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import se.utrop.UtropTest;
import se.utrop.server.RawConnection.Reply;

/** Which pages may open sockets and streams with the default settings. The server is asked by http, as behind a proxy. */
@UtropTest
@ExtendWith(OutputCaptureExtension.class)
class OriginsTests {

    private final int port;

    OriginsTests(@LocalServerPort int port) {
        this.port = port;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        https://news.example           | news.example           | false
        http://news.example            | news.example           | false
        https://NEWS.example           | news.EXAMPLE           | false
        https://news.example           | news.example:80        | false
        https://news.example:443       | news.example           | false
        https://news.example:8443      | news.example:8443      | false
        http://[::1]:8080              | [::1]:8080             | false
        http://news_api:8080           | news_api:8080          | false
        https://news_api               | news_api               | false
        https://news.example:8443      | news.example           | true
        https://news.example           | news.example:8080      | true
        https://news.example.evil      | news.example           | true
        https://evil.example           | news.example           | true
        http://other_api:8080          | news_api:8080          | true
        null                           | news.example           | true
        https://                       | news.example           | true
        nonsense                       | news.example           | true
        https://news.example^          | news.example           | true
        """)
    void pagesOfTheSameHostAreOfTheSameOrigin(String origin, String host, boolean refused) {
        MockServerHttpRequest request = MockServerHttpRequest.get("http://" + host + "/graphql")
                .header(HttpHeaders.ORIGIN, origin)
                .build();
        assertThat(new Origins(new GraphQlCorsProperties()).refuse(request)).isEqualTo(refused);
    }

    @Test
    void aRefusedPageIsLoggedWithTheSettingThatAllowsIt(CapturedOutput output) {
        MockServerHttpRequest request = MockServerHttpRequest.get("http://news.example/graphql")
                .header(HttpHeaders.ORIGIN, "https://app.example")
                .build();
        new Origins(new GraphQlCorsProperties()).refuse(request);
        assertThat(output)
                .containsOnlyOnce("Refused a page of the origin https://app.example at the host news.example: add the"
                        + " origin to spring.graphql.cors.allowed-origins");
    }

    @Test
    void aSocketOfAnotherOriginIsRefusedWithABody() throws IOException {
        Reply reply = RawConnection.ask(
                port,
                String.join(
                                "\r\n",
                                "GET /graphql HTTP/1.1",
                                "Host: news.example",
                                "Origin: https://app.example",
                                "Connection: Upgrade",
                                "Upgrade: websocket",
                                "Sec-WebSocket-Version: 13",
                                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                                "Sec-WebSocket-Protocol: graphql-transport-ws",
                                "",
                                "")
                        .getBytes(StandardCharsets.US_ASCII));
        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.body()).contains("FORBIDDEN", "spring.graphql.cors.allowed-origins");
    }
}
