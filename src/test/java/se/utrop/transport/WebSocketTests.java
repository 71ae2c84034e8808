package se.utrop.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import se.utrop.Newsroom;
import se.utrop.Tokens;
import se.utrop.UtropTest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What GraphQL over WebSocket Protocol says of a server, clause by clause, and what it leaves to it. */
@UtropTest
class WebSocketTests {

    private static final String FEED = """
        subscription($after: String) {
          newsFeed(after: $after) { cursor ... on NewsPublished { news { slug } } }
        }
        """;

    private static final String INIT = "{\"type\":\"connection_init\"}";

    private static final Instant DAY = Instant.parse("2023-01-01T12:00:00Z");

    private final int port;

    private final Newsroom newsroom;

    private final MeterRegistry meters;

    WebSocketTests(@LocalServerPort int port, Newsroom newsroom, MeterRegistry meters) {
        this.port = port;
        this.newsroom = newsroom;
        this.meters = meters;
    }

    @BeforeEach
    void clear() {
        newsroom.clear();
    }

    @Test
    void answersAQueryAndCompletesIt() throws Exception {
        newsroom.article("a", DAY);
        try (Socket socket = Socket.ready(port)) {
            socket.subscribe("é\"1", "{ news { nodes { slug } } }", Map.of());
            JsonNode next = socket.message("next");
            assertThat(next.get("id").asString()).isEqualTo("é\"1");
            assertThat(next.at("/payload/data/news/nodes/0/slug").asString()).isEqualTo("a");
            assertThat(socket.message("complete").get("id").asString()).isEqualTo("é\"1");
        }
    }

    @Test
    void deliversEventsUntilTheClientCompletes() throws Exception {
        try (Socket socket = Socket.ready(port)) {
            socket.subscribe("1", FEED, Map.of());
            socket.subscribe("2", FEED, Map.of());
            awaitReceived(socket);
            newsroom.article("a", DAY);
            assertThat(List.of(
                            socket.message("next").get("id").asString(),
                            socket.message("next").get("id").asString()))
                    .containsExactlyInAnyOrder("1", "2");
            socket.complete("1");
            socket.complete("unknown");
            awaitReceived(socket);
            newsroom.article("b", DAY);
            JsonNode next = socket.message("next");
            assertThat(next.get("id").asString()).isEqualTo("2");
            assertThat(next.at("/payload/data/newsFeed/news/slug").asString()).isEqualTo("b");
            assertThat(socket.isQuiet(300)).isTrue();
        }
    }

    @Test
    void fromNowOnIsFromTheSubscriptionOn() throws Exception {
        for (int i = 0; i < 30; i++) {
            try (Socket socket = Socket.ready(port)) {
                newsroom.article("before-" + i, DAY);
                socket.subscribe("1", FEED, Map.of());
                awaitReceived(socket);
                newsroom.article("after-" + i, DAY);
                assertThat(socket.message("next")
                                .at("/payload/data/newsFeed/news/slug")
                                .asString())
                        .isEqualTo("after-" + i);
            }
        }
    }

    @Test
    void pingsAreAnsweredBeforeTheConnectionIsInitialized() throws Exception {
        try (Socket socket = Socket.open(port)) {
            socket.send("{\"type\":\"ping\",\"payload\":{\"a\":1}}");
            assertThat(socket.message("pong").at("/payload/a").asInt()).isEqualTo(1);
            socket.send("{\"type\":\"ping\"}");
            assertThat(socket.message("pong").has("payload")).isFalse();
            socket.send("{\"type\":\"pong\"}");
            socket.send(INIT);
            socket.message("connection_ack");
        }
    }

    @Test
    void aTokenIsTakenInConnectionInitAndInTheRequest() throws Throwable {
        try (Socket socket = Socket.signedIn(port, Tokens.of("news:write"))) {
            socket.message("connection_ack");
        }
        try (Socket socket = Socket.openWith(port, "Authorization", "Bearer " + Tokens.of("news:write"))) {
            socket.send(INIT);
            socket.message("connection_ack");
        }
    }

    @Test
    void aTokenThatDoesNotCountClosesTheSocket() throws Exception {
        for (String token : List.of(Tokens.forged(), Tokens.expiring(Duration.ofHours(-1)), "x")) {
            try (Socket socket = Socket.signedIn(port, token)) {
                assertThat(socket.closeCode()).isEqualTo(4403);
            }
        }
        for (Object authorization : List.of("Basic YTpi", "JWT x", "undefined", "Bearer")) {
            try (Socket socket = Socket.open(port)) {
                socket.signIn(authorization);
                assertThat(socket.closeReason()).contains("Bearer");
                assertThat(socket.code()).isEqualTo(4403);
            }
        }
        try (Socket socket = Socket.open(port)) {
            socket.signIn(List.of("Bearer x"));
            assertThat(socket.closeCode()).isEqualTo(4400);
        }
        assertThatThrownBy(() -> Socket.openWith(port, "Authorization", "Bearer " + Tokens.forged()))
                .isInstanceOf(WebSocketHandshakeException.class)
                .satisfies(e -> assertThat(
                                ((WebSocketHandshakeException) e).getResponse().statusCode())
                        .isEqualTo(401));
    }

    /** As clients write it. */
    @Test
    void aTokenIsFoundInConnectionInitWhateverItsPlaceAndCapitals() throws Exception {
        String token = "Bearer " + Tokens.forged();
        for (Map<String, ?> payload : List.of(
                Map.of("authorization", token),
                Map.of("AUTHORIZATION", token),
                Map.of("authorization", "", "headers", Map.of("Authorization", token)),
                Map.of("headers", Map.of("authorization", " ", "Authorization", token)),
                Map.of("headers", Map.of("Authorization", token)),
                Map.of("Headers", Map.of("authorization", token)))) {
            try (Socket socket = Socket.open(port)) {
                socket.send(
                        JsonMapper.shared().writeValueAsString(Map.of("type", "connection_init", "payload", payload)));
                assertThat(socket.closeCode()).isEqualTo(4403);
            }
        }
    }

    @Test
    void anEmptyTokenIsNone() throws Exception {
        for (String authorization : List.of("", " ")) {
            try (Socket socket = Socket.open(port)) {
                socket.signIn(authorization);
                socket.message("connection_ack");
            }
        }
    }

    @Test
    void theSocketIsClosedWhenTheTokenExpires() throws Throwable {
        String token = Tokens.expiring(Duration.ofSeconds(5));
        try (Socket socket = Socket.signedIn(port, token);
                Socket another = Socket.openWith(port, "Authorization", "Bearer " + token)) {
            socket.message("connection_ack");
            another.send(INIT);
            another.message("connection_ack");
            socket.subscribe("1", FEED, Map.of());
            assertThat(socket.closeCode()).isEqualTo(4403);
            assertThat(another.closeCode()).isEqualTo(4403);
        }
    }

    @ParameterizedTest
    @MethodSource
    void refusedOperationsAreErrorsAndTheSocketGoesOn(String document, Map<String, ?> variables, String code)
            throws Exception {
        try (Socket socket = Socket.ready(port)) {
            socket.subscribe("1", document, variables);
            JsonNode error = socket.message("error");
            assertThat(error.get("id").asString()).isEqualTo("1");
            assertThat(error.at("/payload/0/extensions/code").asString()).isEqualTo(code);
            assertThat(error.at("/payload/0/message").asString()).isNotEmpty();
            socket.subscribe("1", "{ __typename }", Map.of());
            socket.message("next");
            socket.message("complete");
        }
    }

    static Stream<Arguments> refusedOperationsAreErrorsAndTheSocketGoesOn() {
        return Stream.of(
                arguments("{ nothing }", Map.of(), "GRAPHQL_VALIDATION_FAILED"),
                arguments("{ news(", Map.of(), "GRAPHQL_PARSE_FAILED"),
                arguments("subscription { newsFeed { nothing } }", Map.of(), "GRAPHQL_VALIDATION_FAILED"),
                arguments(FEED, Map.of("after", 1), "BAD_USER_INPUT"),
                arguments(FEED, Map.of("after", "x"), "CURSOR_INVALID"));
    }

    @ParameterizedTest
    @MethodSource
    void closesWithTheCodeThatSaysWhy(List<String> messages, int code) throws Exception {
        try (Socket socket = Socket.open(port)) {
            messages.forEach(socket::send);
            assertThat(socket.closeCode()).isEqualTo(code);
        }
    }

    static Stream<Arguments> closesWithTheCodeThatSaysWhy() {
        String subscribe = "{\"type\":\"subscribe\",\"id\":\"1\",\"payload\":{\"query\":\"subscription { newsFeed {"
                + " cursor } }\"}}";
        return Stream.of(
                arguments(List.of(subscribe), 4401),
                arguments(List.of(INIT, INIT), 4429),
                arguments(List.of(INIT, subscribe, subscribe), 4409),
                arguments(List.of("hej"), 4400),
                arguments(List.of("[]"), 4400),
                arguments(List.of("null"), 4400),
                arguments(List.of("{}"), 4400),
                arguments(List.of("{\"type\":1}"), 4400),
                arguments(List.of("{\"type\":\"\\ud83d\"}"), 4400),
                arguments(List.of("{\"type\":\"" + "start".repeat(100) + "\"}"), 4400),
                arguments(List.of(INIT, "{\"type\":\"subscribe\",\"payload\":{\"query\":\"{a}\"}}"), 4400),
                arguments(List.of(INIT, "{\"type\":\"subscribe\",\"id\":\"\",\"payload\":{\"query\":\"{a}\"}}"), 4400),
                arguments(List.of(INIT, "{\"type\":\"subscribe\",\"id\":1,\"payload\":{\"query\":\"{a}\"}}"), 4400),
                arguments(List.of(INIT, "{\"type\":\"subscribe\",\"id\":\"1\"}"), 4400),
                arguments(List.of(INIT, subscribe.replace("\"1\"", "\"" + "å".repeat(128) + "i\"")), 4400),
                arguments(List.of(INIT, "{\"type\":\"complete\"}"), 4400),
                arguments(List.of(INIT, "\"" + "x".repeat(70_000) + "\""), 1009));
    }

    @Test
    void anIdHasUpTo256Bytes() throws Exception {
        try (Socket socket = Socket.ready(port)) {
            String id = "å".repeat(128);
            socket.subscribe(id, "{ __typename }", Map.of());
            assertThat(socket.message("next").get("id").asString()).isEqualTo(id);
        }
    }

    /** JSON can hold half a surrogate pair, which UTF-8 can't. */
    @Test
    void anIdMayHoldHalfACharacter() throws Exception {
        try (Socket socket = Socket.ready(port)) {
            socket.send("{\"type\":\"subscribe\",\"id\":\"\\ud83d\",\"payload\":{\"query\":\"{ __typename }\"}}");
            assertThat(socket.message("next").get("id").asString()).isEqualTo("\ud83d");
            socket.message("complete");
        }
    }

    @Test
    void messagesAreText() throws Exception {
        try (Socket socket = Socket.open(port)) {
            socket.sendBinary((byte) 1);
            assertThat(socket.closeCode()).isEqualTo(4400);
        }
    }

    @Test
    void anotherSubprotocolIsNotAcceptable() throws Exception {
        try (Socket socket = Socket.openAs(port, "graphql-ws")) {
            assertThat(socket.closeCode()).isEqualTo(4406);
        }
    }

    @Test
    void onlyPagesOfTheOwnOriginMayOpenASocket() throws Throwable {
        try (Socket socket = Socket.openFrom(port, "http://localhost:" + port)) {
            socket.send(INIT);
            socket.message("connection_ack");
        }
        // A proxy that terminates TLS hides the scheme.
        try (Socket socket = Socket.openFrom(port, "https://localhost:" + port)) {
            socket.send(INIT);
            socket.message("connection_ack");
        }
        assertThatExceptionOfType(WebSocketHandshakeException.class)
                .isThrownBy(() -> Socket.openFrom(port, "https://localhost"))
                .satisfies(e -> assertThat(e.getResponse().statusCode()).isEqualTo(403));
        assertThatExceptionOfType(WebSocketHandshakeException.class)
                .isThrownBy(() -> Socket.openFrom(port, "https://example.org"))
                .satisfies(e -> assertThat(e.getResponse().statusCode()).isEqualTo(403));
    }

    @Test
    void thousandsOfOperationsOnASocketDontKeepItFromHearingComplete() throws Exception {
        int count = 3_000;
        int events = 5;
        try (Socket socket = Socket.ready(port)) {
            for (int i = 0; i < count; i++) {
                socket.subscribe("s" + i, FEED, Map.of());
            }
            awaitReceived(socket);
            IntStream.range(0, events).forEach(i -> newsroom.article("a" + i, DAY));
            Map<String, List<String>> seen = new HashMap<>();
            for (int i = 0; i < count * events; i++) {
                JsonNode next = socket.message("next");
                seen.computeIfAbsent(next.get("id").asString(), id -> new ArrayList<>())
                        .add(next.at("/payload/data/newsFeed/news/slug").asString());
            }
            List<String> expected =
                    IntStream.range(0, events).mapToObj(i -> "a" + i).toList();
            assertThat(seen).hasSize(count);
            assertThat(seen.values()).allMatch(expected::equals);

            for (int i = 0; i < count; i++) {
                socket.complete("s" + i);
            }
            awaitReceived(socket);
            assertThat(gauge("utrop.feed.subscriptions")).isZero();
            newsroom.article("unheard", DAY);
            assertThat(socket.isQuiet(300)).isTrue();
        }
    }

    @Test
    void whoTakesNothingKeepsNobodyWaitingAndGetsEverythingLater() throws Exception {
        int events = 300;
        String summary = "Ord. ".repeat(180);
        List<String> expected =
                IntStream.range(0, events).mapToObj(i -> "a" + i).toList();
        String document = "subscription { newsFeed { ... on NewsPublished { news { slug a: body b: body c: body"
                + " d: body } } } }";
        List<Socket> stalled = new ArrayList<>();
        try (Socket healthy = Socket.ready(port)) {
            for (int i = 0; i < 5; i++) {
                Socket socket = Socket.stalled(port);
                stalled.add(socket);
                socket.subscribe("1", document, Map.of());
            }
            Awaitility.await().until(() -> gauge("utrop.feed.subscriptions") == 5);
            healthy.subscribe("1", document, Map.of());
            awaitReceived(healthy);
            for (String slug : expected) {
                newsroom.longArticle(slug, summary.repeat(20));
            }
            assertThat(slugs(healthy, events)).isEqualTo(expected);
            assertThat(gauge("utrop.feed.lag")).isPositive();
            for (Socket socket : stalled) {
                socket.read();
                assertThat(slugs(socket, events)).isEqualTo(expected);
            }
            Awaitility.await().until(() -> gauge("utrop.feed.lag") == 0);
        } finally {
            stalled.forEach(Socket::close);
        }
    }

    private static List<String> slugs(Socket socket, int count) throws InterruptedException {
        List<String> slugs = new ArrayList<>();
        while (slugs.size() < count) {
            slugs.add(socket.message("next")
                    .at("/payload/data/newsFeed/news/slug")
                    .asString());
        }
        return slugs;
    }

    @Test
    void nothingIsLeftOfSocketsThatCrash() throws Exception {
        for (int round = 0; round < 3; round++) {
            List<Socket> sockets = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                Socket socket = Socket.ready(port);
                sockets.add(socket);
                socket.subscribe("1", FEED, Map.of());
            }
            Awaitility.await().until(() -> gauge("utrop.feed.subscriptions") == 200);
            assertThat(gauge("utrop.sockets", "transport", "websocket")).isEqualTo(200);
            assertThat(gauge("utrop.feed.subscriptions.different")).isEqualTo(1);
            sockets.forEach(Socket::close);
            Awaitility.await().until(() -> gauge("utrop.sockets", "transport", "websocket") == 0);
            assertThat(gauge("utrop.feed.subscriptions")).isZero();
            assertThat(gauge("utrop.feed.subscriptions.different")).isZero();
        }
    }

    private static void awaitReceived(Socket socket) throws InterruptedException {
        socket.ping();
        socket.message("pong");
    }

    private double gauge(String name, String... tags) {
        return meters.get(name).tags(tags).gauge().value();
    }
}
