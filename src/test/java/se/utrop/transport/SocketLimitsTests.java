package se.utrop.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import se.utrop.Api;
import se.utrop.EventStream;
import se.utrop.Newsroom;
import se.utrop.Tokens;
import se.utrop.UtropTest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@UtropTest
@TestPropertySource(
        properties = {
            "utrop.sockets.per-node=4",
            "utrop.sockets.per-address=3",
            "utrop.sockets.subscriptions=2",
            "utrop.sockets.subscriptions-per-client=3",
            "utrop.sockets.message-rate=1",
            "utrop.sockets.message-burst=20",
            "utrop.sockets.init-timeout=1s",
            "utrop.sockets.lifetime=10s",
            "utrop.sockets.keep-alive=1s",
            "utrop.sockets.stalled=3s"
        })
class SocketLimitsTests {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static final String FEED =
            "subscription { newsFeed { ... on NewsPublished { news { slug a: body b: body c: body } } } }";

    private final int port;

    private final Newsroom newsroom;

    private final MeterRegistry meters;

    SocketLimitsTests(@LocalServerPort int port, Newsroom newsroom, MeterRegistry meters) {
        this.port = port;
        this.newsroom = newsroom;
        this.meters = meters;
    }

    @BeforeEach
    void clear() {
        Awaitility.await().until(() -> sockets() == 0);
        newsroom.clear();
    }

    @Test
    void aSocketThatIsNotInitializedInTimeIsClosed() throws Exception {
        try (Socket socket = Socket.open(port)) {
            assertThat(socket.closeCode()).isEqualTo(4408);
        }
        assertThat(closed(4408)).isPositive();
    }

    @Test
    void anAddressAndTheNodeHaveOnlySoManySockets() throws Exception {
        String held = next("/feed?query=subscription%7BnewsFeed%7Bcursor%7D%7D");
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                sockets.add(Socket.ready(port));
            }
            assertRefused(Socket.open(port), "per-address");
            HttpResponse<String> stream = stream();
            assertThat(stream.statusCode()).isEqualTo(503);
            assertThat(stream.headers().firstValue("Retry-After")).isPresent();
            assertThat(stream.body()).contains("UNAVAILABLE");
            HttpResponse<String> refused = feed(held);
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertThat(refused.body()).contains("UNAVAILABLE");
            InetAddress other = InetAddress.ofLiteral("127.0.0.2");
            sockets.add(Socket.openFrom(port, other));
            assertRefused(Socket.openFrom(port, other), "per-node");

            sockets.removeFirst().close();
            Awaitility.await().until(() -> sockets() == 3);
            sockets.add(Socket.ready(port));
        } finally {
            sockets.forEach(Socket::close);
        }
    }

    private String next(String address) throws Exception {
        return JsonMapper.shared().readTree(feed(address).body()).get("next").asString();
    }

    private HttpResponse<String> feed(String address) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + address))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private void assertRefused(Socket socket, String limit) throws InterruptedException {
        try (socket) {
            assertThat(socket.closeCode()).isEqualTo(1013);
        }
        assertThat(refused(limit)).isPositive();
    }

    private HttpResponse<String> stream() throws Exception {
        return HTTP.send(
                Api.get(port, "{__typename}")
                        .header("Accept", "text/event-stream")
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aSocketHasOnlySoManySubscriptions() throws Exception {
        try (Socket socket = Socket.ready(port)) {
            for (int i = 0; i < 3; i++) {
                socket.subscribe("s" + i, FEED, Map.of());
            }
            assertThat(socket.closeCode()).isEqualTo(1008);
        }
        assertThat(refused("subscriptions")).isPositive();
    }

    @Test
    void aClientHasOnlySoManySubscriptionsOnAllItsSockets() throws Exception {
        try (Socket one = Socket.ready(port);
                Socket another = Socket.ready(port)) {
            one.subscribe("1", FEED, Map.of());
            one.subscribe("2", FEED, Map.of());
            awaitReceived(one);
            another.subscribe("3", FEED, Map.of());
            another.subscribe("4", FEED, Map.of());
            assertTooMany(another.message("error").get("payload"));
            try (EventStream stream = EventStream.open(port, FEED, Map.of())) {
                assertTooMany(stream.answer().get("errors"));
            }
            assertThat(refused("subscriptions-per-client")).isEqualTo(2);

            one.complete("1");
            awaitReceived(one);
            another.subscribe("4", FEED, Map.of());
            awaitReceived(another);
        }
    }

    private static void assertTooMany(JsonNode errors) {
        assertThat(errors.at("/0/extensions/code").asString()).isEqualTo("RATE_LIMITED");
    }

    @Test
    void aTokenHasSubscriptionsOfItsOwn() throws Exception {
        try (Socket first = Socket.signedIn(port, Tokens.of("news:write"))) {
            // the issuer's keys have been fetched by then, which takes from a socket's short life
            first.message("connection_ack");
        }
        Awaitility.await().until(() -> sockets() == 0);
        try (Socket one = Socket.ready(port);
                Socket another = Socket.ready(port);
                Socket editor = Socket.signedIn(port, Tokens.of("news:write"))) {
            editor.message("connection_ack");
            for (Socket socket : List.of(one, another, editor)) {
                socket.subscribe("1", FEED, Map.of());
                awaitReceived(socket);
            }
            one.subscribe("2", FEED, Map.of());
            awaitReceived(one);
            editor.subscribe("2", FEED, Map.of());
            awaitReceived(editor);
        }
    }

    private static void awaitReceived(Socket socket) throws InterruptedException {
        socket.ping();
        socket.message("pong");
    }

    @Test
    void aClientSendsOnlySoManyMessages() throws Exception {
        assertTooManyMessages(Socket::ping);
    }

    @Test
    void pingsAndPongsOfTheWebSocketProtocolCountAsMessages() throws Exception {
        assertTooManyMessages(Socket::sendPing);
        assertTooManyMessages(Socket::sendPong);
    }

    private void assertTooManyMessages(Consumer<Socket> send) throws InterruptedException {
        double before = refused("message-rate");
        try (Socket socket = Socket.ready(port)) {
            try {
                for (int i = 0; i < 30; i++) {
                    send.accept(socket);
                }
            } catch (CompletionException e) {
                // closed meanwhile
            }
            assertThat(socket.closeCode()).isEqualTo(1008);
        }
        assertThat(refused("message-rate")).isEqualTo(before + 1);
    }

    @Test
    void anOldSocketIsToldToConnectAgain() throws Exception {
        try (Socket socket = Socket.ready(port);
                EventStream stream = EventStream.open(port, FEED, Map.of())) {
            assertThat(socket.closeCode()).isEqualTo(1001);
            assertThat(stream.isEnded()).isTrue();
        }
        assertThat(closed(1001)).isGreaterThanOrEqualTo(2);
    }

    @Test
    void whoTakesNothingForTooLongIsClosed() throws Exception {
        try (Socket socket = Socket.stalled(port)) {
            socket.subscribe("1", FEED, Map.of());
            Awaitility.await()
                    .until(() -> meters.get("utrop.feed.subscriptions").gauge().value() == 1);
            String body = "Ord. ".repeat(3_000);
            for (int i = 0; refused("stalled") == 0; i++) {
                newsroom.longArticle("a" + i, body);
            }
            assertThat(refused("stalled")).isEqualTo(1);
            socket.read();
            assertThat(socket.closeCode()).isEqualTo(1013);
        }
    }

    @Test
    void anIdleStreamIsKeptAliveByComments() throws Exception {
        HttpResponse<InputStream> response = HTTP.send(
                Api.get(port, "subscription{newsFeed{cursor}}")
                        .header("Accept", "text/event-stream")
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            while (!lines.readLine().isEmpty()) {
                // the start
            }
            // Several clients take an empty line for the end of an event, with or without data.
            for (int i = 0; i < 3; i++) {
                assertThat(lines.readLine()).isEqualTo(":");
            }
        }
    }

    private double sockets() {
        return meters.get("utrop.sockets").gauges().stream()
                .mapToDouble(gauge -> gauge.value())
                .sum();
    }

    private double refused(String limit) {
        return count("utrop.sockets.refused", "limit", limit);
    }

    private double closed(int code) {
        return count("utrop.sockets.closed", "code", String.valueOf(code));
    }

    private double count(String name, String tag, String value) {
        return meters.find(name).tag(tag, value).counters().stream()
                .filter(Objects::nonNull)
                .mapToDouble(counter -> counter.count())
                .sum();
    }
}
