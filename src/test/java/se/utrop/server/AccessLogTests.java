package se.utrop.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import se.utrop.UtropTest;

@ExtendWith(OutputCaptureExtension.class)
@UtropTest
@TestPropertySource(properties = {"utrop.server.access-log=true", "utrop.server.trusted-proxies=127.0.0.1"})
class AccessLogTests {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final int port;

    AccessLogTests(@LocalServerPort int port) {
        this.port = port;
    }

    @Test
    void aLineHasTheAddressOfTheClientAndNoQuery(CapturedOutput output) throws Exception {
        get("/graphql?query=%7B__typename%7D", "203.0.113.9, 198.51.100.7");
        Awaitility.await()
                .untilAsserted(() -> assertThat(output)
                        .containsPattern("198\\.51\\.100\\.7 - - \\[[^]]+] \"GET /graphql HTTP/1\\.1\" 200 \\d+ \\d+"));
        assertThat(output).doesNotContain("203.0.113.9", "typename");
    }

    @Test
    void aLineHasNoLineOfTheClients(CapturedOutput output) throws Exception {
        get("/graphql/%0Aforged", "198.51.100.8\tforged");
        Awaitility.await().untilAsserted(() -> assertThat(output).contains("GET /graphql/%0Aforged HTTP/1.1\" 404"));
        assertThat(output).doesNotContain("\nforged", "198.51.100.8");
    }

    private void get(String path, String client) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("X-Forwarded-For", client)
                .build();
        HTTP.send(request, HttpResponse.BodyHandlers.discarding());
    }
}
