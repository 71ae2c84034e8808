package se.utrop.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.graphql.client.GraphQlClient;
import org.springframework.graphql.client.HttpGraphQlClient;
import org.springframework.graphql.client.WebSocketGraphQlClient;
import org.springframework.graphql.client.WebSocketGraphQlClientInterceptor;
import org.springframework.test.context.TestPropertySource;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.socket.client.ReactorNettyWebSocketClient;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import se.utrop.Api;
import se.utrop.Editor;
import se.utrop.Newsroom;
import se.utrop.Tokens;
import se.utrop.UtropTest;

/** The clients of Spring for GraphQL ask, publish and follow, by HTTP and by WebSocket. */
@UtropTest
@TestPropertySource(properties = "utrop.sockets.keep-alive=200ms")
class SpringClientsTests {

    private static final Instant DAY = Instant.parse("2023-01-01T12:00:00Z");

    private final int port;

    private final Newsroom newsroom;

    private final MeterRegistry meters;

    SpringClientsTests(@LocalServerPort int port, Newsroom newsroom, MeterRegistry meters) {
        this.port = port;
        this.newsroom = newsroom;
        this.meters = meters;
    }

    enum Transport {
        HTTP,
        WEB_SOCKET
    }

    @BeforeEach
    void clear() {
        newsroom.clear();
        newsroom.awaitFeedRead();
    }

    @ParameterizedTest
    @EnumSource
    void aQueryIsAnswered(Transport transport) {
        newsroom.article("a", DAY);
        newsroom.article("b", DAY.plusSeconds(1));
        newsroom.awaitHeard();
        List<FeedFollower.Item> nodes = client(transport)
                .document("query($first: Int) { news(first: $first) { nodes { slug } } }")
                .variable("first", 5)
                .retrieve("news.nodes")
                .toEntityList(FeedFollower.Item.class)
                .block();
        assertThat(nodes).extracting(FeedFollower.Item::slug).containsExactly("b", "a");
    }

    @ParameterizedTest
    @EnumSource
    void anErrorHasItsCode(Transport transport) {
        Map<String, Object> extensions = client(transport)
                .document("{ news(after: \"x\") { nodes { slug } } }")
                .execute()
                .map(response -> response.getErrors().getFirst().getExtensions())
                .block();
        assertThat(extensions).containsEntry("code", "CURSOR_INVALID");
    }

    @ParameterizedTest
    @EnumSource
    void anEditorPublishes(Transport transport) {
        String title = client(transport)
                .document(Editor.document("publishNews"))
                .variable("input", Map.of("news", Editor.content("Rubrik")))
                .retrieve("payload.news.title")
                .toEntity(String.class)
                .block();
        assertThat(title).isEqualTo("Rubrik");
    }

    @ParameterizedTest
    @EnumSource
    void aSubscriptionGoesOnThroughKeepAlives(Transport transport) throws Exception {
        BlockingQueue<String> slugs = new LinkedBlockingQueue<>();
        Disposable subscription = client(transport)
                .document("subscription { newsFeed { ... on NewsPublished { news { slug } } } }")
                .retrieveSubscription("newsFeed.news.slug")
                .toEntity(String.class)
                .subscribe(slugs::add);
        awaitSubscriptions(1);
        newsroom.article("a", DAY);
        assertThat(slugs.poll(30, TimeUnit.SECONDS)).isEqualTo("a");
        awaitKeepAlives();
        newsroom.article("b", DAY);
        assertThat(slugs.poll(30, TimeUnit.SECONDS)).isEqualTo("b");
        subscription.dispose();
        awaitSubscriptions(0);
    }

    private GraphQlClient client(Transport transport) {
        return switch (transport) {
            case HTTP ->
                HttpGraphQlClient.builder(WebClient.create("http://localhost:" + port + "/graphql"))
                        .headers(headers -> headers.setBearerAuth(Tokens.ofEditor()))
                        .build();
            case WEB_SOCKET ->
                WebSocketGraphQlClient.builder("ws://localhost:" + port + "/graphql", new ReactorNettyWebSocketClient())
                        .interceptor(new Authorization())
                        .build();
        };
    }

    /** In the payload of connection_init. */
    private static final class Authorization implements WebSocketGraphQlClientInterceptor {

        @Override
        public Mono<Object> connectionInitPayload() {
            return Mono.just(Map.of("Authorization", "Bearer " + Tokens.ofEditor()));
        }
    }

    private void awaitSubscriptions(int count) {
        Awaitility.await()
                .until(() -> meters.get("utrop.feed.subscriptions").gauge().value() == count);
    }

    /** Another event stream that begins now has had two of them: so every socket has had some. */
    private void awaitKeepAlives() throws IOException, InterruptedException {
        HttpRequest request = Api.get(port, "subscription { newsFeed { cursor } }")
                .header("Accept", "text/event-stream")
                .build();
        try (HttpClient http = HttpClient.newHttpClient();
                Stream<String> lines =
                        http.send(request, HttpResponse.BodyHandlers.ofLines()).body()) {
            assertThat(lines.filter(line -> line.startsWith(":")).limit(2)).hasSize(2);
            http.shutdownNow();
        }
    }
}
