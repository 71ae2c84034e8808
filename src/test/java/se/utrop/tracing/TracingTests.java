package se.utrop.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;
import se.utrop.EventStream;
import se.utrop.Newsroom;
import se.utrop.UtropTest;

/** The spans that a collector receives. They are sent as Protocol Buffers, which hold texts and ids as they are. */
@UtropTest
@TestPropertySource(
        properties = {
            "management.tracing.sampling.probability=1",
            "management.opentelemetry.tracing.export.schedule-delay=100ms"
        })
class TracingTests {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

    private static final List<String> RECEIVED = new CopyOnWriteArrayList<>();

    private static final HttpServer COLLECTOR = collector();

    private final int port;
    private final Newsroom newsroom;

    TracingTests(@LocalServerPort int port, Newsroom newsroom) {
        this.port = port;
        this.newsroom = newsroom;
    }

    private static HttpServer collector() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/v1/traces", exchange -> {
                RECEIVED.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.ISO_8859_1));
                exchange.sendResponseHeaders(200, -1);
                exchange.close();
            });
            server.start();
            return server;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @DynamicPropertySource
    static void endpoint(DynamicPropertyRegistry registry) {
        registry.add(
                "management.opentelemetry.tracing.export.otlp.endpoint",
                () -> "http://127.0.0.1:%d/v1/traces"
                        .formatted(COLLECTOR.getAddress().getPort()));
    }

    @AfterAll
    static void stop() {
        COLLECTOR.stop(0);
    }

    @Test
    void requestOperationAndStatementsBelongToTheTraceOfTheClient() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port
                        + "/graphql?query=query%20FrontPage%20%7B%20news%20%7B%20nodes%20%7B%20slug%20%7D%20%7D%20%7D"))
                .header("traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01")
                .build();
        assertThat(HttpClient.newHttpClient()
                        .send(request, HttpResponse.BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(200);
        String trace = new String(HexFormat.of().parseHex(TRACE), StandardCharsets.ISO_8859_1);
        Awaitility.await().untilAsserted(() -> {
            assertThat(received())
                    .contains("http get", "graphql.operation.type", "FrontPage", "db.query.text", "SELECT");
            assertThat(received().split(trace, -1)).hasSizeGreaterThanOrEqualTo(4);
        });
    }

    @Test
    void anEventIsTracedWhenItIsRendered() throws Exception {
        String feed = "subscription Follow { newsFeed { ... on NewsPublished { news { slug } } } }";
        try (EventStream stream = EventStream.open(port, feed, Map.of())) {
            newsroom.article("sparad", Instant.EPOCH);
            assertThat(stream.event().at("/news/slug").asString()).isEqualTo("sparad");
        }
        Awaitility.await().untilAsserted(() -> assertThat(received()).contains("subscription", "Follow"));
    }

    private static String received() {
        return String.join("", RECEIVED);
    }
}
