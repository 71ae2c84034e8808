package se.utrop.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import se.utrop.Newsroom;
import se.utrop.UtropTest;

/** A real caching proxy in front: nginx. */
@UtropTest
@TestPropertySource(properties = "utrop.answers.max-age=3s")
class CachingProxyTests {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final int origin;
    private final Newsroom newsroom;
    private final MeterRegistry meters;

    private int proxy;

    private Process nginx;

    CachingProxyTests(@LocalServerPort int port, Newsroom newsroom, MeterRegistry meters) {
        this.origin = port;
        this.newsroom = newsroom;
        this.meters = meters;
    }

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        newsroom.clear();
        IntStream.range(0, 20).forEach(i -> newsroom.article("n" + i, Instant.ofEpochSecond(i)));
        try (ServerSocket free = new ServerSocket(0)) {
            proxy = free.getLocalPort();
        }
        Path configuration = directory.resolve("nginx.conf");
        Files.writeString(configuration, configuration(directory));
        try {
            nginx = new ProcessBuilder("nginx", "-c", configuration.toString(), "-e", directory + "/error.log")
                    .inheritIO()
                    .start();
        } catch (IOException e) {
            throw new IOException("nginx is needed (Debian: apt install nginx-light): " + e.getMessage(), e);
        }
        Awaitility.await()
                .ignoreExceptions()
                .until(() -> get("/actuator/health/readiness").statusCode() == 200);
    }

    private String configuration(Path directory) {
        return """
            daemon off;
            master_process off;
            pid %1$s/nginx.pid;
            error_log %1$s/error.log;
            events {}
            http {
              access_log off;
              client_body_temp_path %1$s/body;
              proxy_temp_path %1$s/proxy;
              fastcgi_temp_path %1$s/fastcgi;
              uwsgi_temp_path %1$s/uwsgi;
              scgi_temp_path %1$s/scgi;
              proxy_cache_path %1$s/cache keys_zone=answers:1m;
              server {
                listen 127.0.0.1:%2$d;
                location / {
                  proxy_pass http://127.0.0.1:%3$d;
                  proxy_http_version 1.1;
                  proxy_cache answers;
                  proxy_cache_revalidate on;
                  add_header X-Cache $upstream_cache_status;
                }
              }
            }
            """.formatted(directory, proxy, origin);
    }

    @AfterEach
    void stop() throws InterruptedException {
        nginx.destroy();
        nginx.waitFor();
    }

    @Test
    void theOriginIsNotAskedUntilTheTimeIsUpAndThenOnlyWhetherItStillHolds() throws Exception {
        String question = "/graphql?query=%7Bnews%7Bnodes%7Bslug%20title%7D%7D%7D";
        HttpResponse<String> first = get(question);
        assertThat(cache(first)).isEqualTo("MISS");
        double asked = asked();
        for (int i = 0; i < 50; i++) {
            HttpResponse<String> hit = get(question);
            assertThat(cache(hit)).isEqualTo("HIT");
            assertThat(hit.body()).isEqualTo(first.body());
        }
        assertThat(asked() - asked).isZero();
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> cache(get(question)).equals("REVALIDATED"));
        assertThat(asked() - asked).isEqualTo(1);

        newsroom.article("ny", Instant.EPOCH);
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> get(question).body().contains("\"ny\""));
    }

    private double asked() {
        return meters.get("utrop.answers").counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + proxy + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static String cache(HttpResponse<?> response) {
        return response.headers().firstValue("X-Cache").orElse("none");
    }
}
