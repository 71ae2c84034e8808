package se.utrop.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import se.utrop.Api;
import se.utrop.Ports;
import se.utrop.ServerProcess;
import se.utrop.embedded.RestartablePostgres;
import tools.jackson.databind.json.JsonMapper;

/** One anonymous client opens and asks as much as it may of a server that has 512 MB: it and others are still served. */
class SocketAbuseTests {

    private static final int PORT = Ports.free();

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static final int SOCKETS = 1_900;

    private final List<RawWebSocket> sockets = new ArrayList<>();

    private RestartablePostgres database;

    private ServerProcess server;

    private int asked;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        database = RestartablePostgres.start(directory);
        server = new ServerProcess(PORT, List.of("-Xmx512m"), database.settings(), directory);
        server.awaitReady();
    }

    @AfterEach
    void stop() throws Exception {
        for (RawWebSocket socket : sockets) {
            socket.close();
        }
        server.kill();
        database.close();
    }

    @Test
    void longIdsAreRefused() throws Exception {
        RawWebSocket socket = open();
        String padding = "x".repeat(60_000);
        for (int i = 0; i < 5_000; i++) {
            socket.send(subscribe(i + padding, "subscription { newsFeed { cursor } }", Map.of()));
        }
        assertThat(socket.message()).isEqualTo("closed by 4400");
        assertIsServed();
    }

    @Test
    void beginningsOfMessagesLeaveRoomForOthers() throws Exception {
        String beginning = "{\"type\":\"subscribe\",\"id\":\"" + "x".repeat(60_000);
        for (int i = 0; i < SOCKETS; i++) {
            open().sendBeginning(beginning);
        }
        assertIsServed();
    }

    @Test
    void differentSubscriptionsLeaveRoomForOthers() throws Exception {
        Map<String, Object> variables = Map.of(
                "unused", IntStream.range(0, 8_000).mapToObj(i -> List.of()).toList());
        for (int i = 0; i < 40; i++) {
            RawWebSocket socket = open();
            for (int j = 0; j < 50; j++) {
                socket.send(subscribe("s" + j, different(50 * i + j), variables));
            }
        }
        RawWebSocket last = sockets.getLast();
        String message = last.message();
        assertThat(message).contains("RATE_LIMITED");
        assertIsServed();
    }

    /** A document of some 30 KB that nobody else has sent. */
    private static String different(int number) {
        return IntStream.range(0, 20)
                .mapToObj(i -> "a%d_%d_%s: cursor".formatted(number, i, "x".repeat(1_500)))
                .collect(Collectors.joining(" ", "subscription { newsFeed { ", " } }"));
    }

    @Test
    void answersAndEventsThatAreNotTakenLeaveRoomForOthers() throws Exception {
        String insert = "insert into news (slug, title, summary, body, published_at)"
                + " select 'n%d-' || n, 'Titel', 'Ingress', repeat('Ord. ', 4000), now() from generate_series(1, 20) n";
        database.run(insert.formatted(0));
        String bodies =
                IntStream.range(0, 20).mapToObj(i -> "b%d: body".formatted(i)).collect(Collectors.joining(" "));
        for (int i = 0; i < SOCKETS; i++) {
            RawWebSocket socket = open();
            socket.send(subscribe(
                    "f", "subscription { newsFeed { ... on NewsPublished { news { " + bodies + " } } } }", Map.of()));
        }
        database.run(insert.formatted(1));
        for (RawWebSocket socket : sockets.subList(0, 900)) {
            socket.send(subscribe("q", "{ news(first: 20) { nodes { a: body b: body } } }", Map.of()));
        }
        Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> server.metric("utrop_admission_running") == 0);
        assertIsServed();
    }

    private RawWebSocket open() throws IOException {
        RawWebSocket socket = new RawWebSocket(PORT, InetAddress.getLoopbackAddress());
        sockets.add(socket);
        return socket;
    }

    private static String subscribe(String id, String document, Map<String, Object> variables) {
        return JsonMapper.shared()
                .writeValueAsString(Map.of(
                        "type", "subscribe", "id", id, "payload", Map.of("query", document, "variables", variables)));
    }

    /** By what has not been asked before, and by an event. */
    private void assertIsServed() throws Exception {
        try (RawWebSocket another = new RawWebSocket(PORT, InetAddress.ofLiteral("127.0.0.2"))) {
            another.send(subscribe("1", "subscription { newsFeed { cursor } }", Map.of()));
            another.send("{\"type\":\"ping\"}");
            assertThat(another.message()).contains("pong");
            for (int i = 0; i < 100; i++) {
                HttpResponse<String> answer = HTTP.send(
                        Api.get(PORT, "{ a%d: news(first: 5) { nodes { id } } }".formatted(asked++))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            }
            database.run("insert into news (slug, title, summary, published_at)"
                    + " values ('served', 'Titel', 'Ingress', now())");
            assertThat(another.message()).contains("\"next\"");
        }
        assertThat(server.isAlive()).isTrue();
        assertThat(server.log()).doesNotContain("OutOfMemory").doesNotContain("OutOfDirectMemory");
    }
}
