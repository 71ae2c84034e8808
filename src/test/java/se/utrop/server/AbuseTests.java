package se.utrop.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import se.utrop.Api;
import se.utrop.Newsroom;
import se.utrop.UtropTest;
import se.utrop.server.RawConnection.Reply;

/** More of it: {@code -Dutrop.abuse.requests=20000 -Dutrop.abuse.connections=10000}. */
@UtropTest
@TestPropertySource(
        properties = {
            "utrop.server.per-address=20000",
            "utrop.server.head=2s",
            "utrop.server.body=2s",
            "utrop.server.idle=3s",
            "utrop.server.stalled=3s"
        })
class AbuseTests {

    private static final int REQUESTS = Integer.getInteger("utrop.abuse.requests", 1_000);

    private static final int CONNECTIONS = Integer.getInteger("utrop.abuse.connections", 1_000);

    private static final int AT_ONCE = Integer.getInteger("utrop.abuse.at-once", 8);

    private static final long MOST_GROWTH = 48L << 20;

    private static final String PROPER = "application/graphql-response+json";

    private static final String BODY_TO_COME = String.join(
            "\r\n",
            "POST /graphql HTTP/1.1",
            "Host: x",
            "Content-Type: application/json",
            "Content-Length: 9000",
            "",
            "");

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final int port;

    private final Newsroom newsroom;

    AbuseTests(@LocalServerPort int port, Newsroom newsroom) {
        this.port = port;
        this.newsroom = newsroom;
    }

    @BeforeEach
    void fill() {
        newsroom.clear();
        IntStream.range(0, 20).forEach(i -> newsroom.article("n" + i, Instant.ofEpochSecond(i)));
    }

    static List<Abuse> abuses() {
        return Abuse.all();
    }

    @ParameterizedTest
    @MethodSource("abuses")
    void isRefused(Abuse abuse) throws IOException {
        assertRefused(abuse, RawConnection.ask(port, abuse.request(PROPER)));
    }

    /** To those who ask in the old type, GraphQL over HTTP has a wrong document answered by 200. */
    @ParameterizedTest
    @MethodSource("abuses")
    void isRefusedInPlainJsonToo(Abuse abuse) throws IOException {
        Reply reply = RawConnection.ask(port, abuse.request("application/json"));
        if (reply.status() == 200) {
            assertThat(abuse.code()).isIn("GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED");
            assertThat(reply.body())
                    .contains("\"code\":\"" + abuse.code() + "\"")
                    .doesNotContain("\"data\"");
        } else {
            assertRefused(abuse, reply);
        }
    }

    private static void assertRefused(Abuse abuse, Reply reply) {
        assertThat(reply.status()).as("%s: %s", abuse, reply).isBetween(400, 499);
        assertThat(reply.body().length()).isLessThan(50_000);
        if (abuse.code() != null) {
            assertThat(reply.body()).contains("\"code\":\"" + abuse.code() + "\"");
        }
        assertPrivate(reply);
    }

    private static void assertPrivate(Reply reply) {
        assertThat(reply.head() + reply.body())
                .doesNotContainIgnoringCase("exception")
                .doesNotContainIgnoringCase("se.utrop")
                .doesNotContainIgnoringCase("select ")
                .doesNotContain("\tat ")
                .doesNotContainIgnoringCase("\r\nserver:");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /graphql?query=%zz HTTP/1.1",
                "GET /graphql?query=%7B__typename%20%23%ff%7D HTTP/1.1",
                "GET /graphql?query={__typename}&variables=[[[ HTTP/1.1",
                "GET /graphql?query=a&query=b HTTP/1.1",
                "GET /nothing HTTP/1.1",
                "GET /actuator/env HTTP/1.1",
                "GET /graphiql/../../../../etc/passwd HTTP/1.1",
                "GET /graphiql/assets/%2e%2e/%2e%2e%2fapplication.yaml HTTP/1.1",
                "GET /graphql HTTP/1.1\r\nUpgrade: websocket",
                "GET /graphql HTTP/1.1\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 99\r\nSec-WebSocket-Key: x",
                "GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nAccept: /;;;q=x",
                "GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nAccept: text/event-stream;q=z, x",
                "GET /nothing HTTP/1.1\r\nAccept: /;;;q=x",
                "PUT /graphql HTTP/1.1",
                "TRACE /graphql HTTP/1.1",
                "MAKE /graphql HTTP/1.1",
                "nonsense",
                "PRI * HTTP/2.0"
            })
    void aRequestThatMakesNoSenseIsRefused(String start) throws IOException {
        for (String accept : List.of("", "Accept: text/html\r\n")) {
            Reply reply = RawConnection.ask(
                    port,
                    (start + "\r\n" + (start.contains("Accept") ? "" : accept)
                                    + "Host: localhost\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
            assertThat(reply.status()).as(reply.toString()).isBetween(400, 499);
            assertPrivate(reply);
        }
    }

    @Test
    void anAddressOfAnyLengthIsRefused() throws IOException {
        for (int length : List.of(20_000, 2_000_000)) {
            Reply reply = RawConnection.ask(
                    port,
                    ("GET /graphql?query=" + "a".repeat(length) + " HTTP/1.1\r\nHost: x\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(reply.status()).isIn(414, 0);
        }
    }

    @Test
    void floodsLeaveMemoryFlatAndOthersServed() throws Exception {
        List<Abuse> abuses = Abuse.all();
        flood(abuses, 200);
        long before = memory();
        try (Onlooker onlooker = new Onlooker()) {
            Latencies latencies = flood(abuses, REQUESTS);
            onlooker.wasServed();
            if (Integer.getInteger("utrop.abuse.requests") != null) {
                onlooker.addTo(latencies);
                System.out.println(latencies.table());
            }
        }
        long growth = memory() - before;
        assertThat(growth).isLessThan(MOST_GROWTH);
    }

    private Latencies flood(List<Abuse> abuses, int requests) throws Exception {
        Latencies latencies = new Latencies();
        inParallel(requests, i -> {
            Abuse abuse = abuses.get(i % abuses.size());
            byte[] request = abuse.request(PROPER);
            long start = System.nanoTime();
            Reply reply = RawConnection.ask(port, request);
            latencies.add(abuse.name(), System.nanoTime() - start);
            assertRefused(abuse, reply);
        });
        return latencies;
    }

    @Test
    void halfOpenConnectionsAreClosedAndOthersServed() throws Exception {
        long before = memory();
        List<RawConnection> connections = new ArrayList<>();
        try (Onlooker onlooker = new Onlooker()) {
            for (int i = 0; i < CONNECTIONS; i++) {
                RawConnection connection = new RawConnection(port);
                connection.send(
                        switch (i % 4) {
                            case 0 -> "";
                            case 1 -> "POST /graphql HTTP/1.1\r\nHost: x\r\nX-Pad";
                            case 2 -> BODY_TO_COME + "{";
                            default -> "GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nHost: x\r\n\r\nGET ";
                        });
                connections.add(connection);
            }
            for (RawConnection connection : connections) {
                connection.awaitClosed();
            }
            onlooker.wasServed();
        } finally {
            for (RawConnection connection : connections) {
                connection.close();
            }
        }
        assertThat(memory() - before).isLessThan(MOST_GROWTH);
    }

    @Test
    void oneByteAtATimeIsTooSlow() throws Exception {
        try (RawConnection head = new RawConnection(port);
                RawConnection body = new RawConnection(port)) {
            head.send("GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nX: ");
            body.send(BODY_TO_COME);
            AtomicBoolean closed = new AtomicBoolean();
            Thread dripping = Thread.ofVirtual().start(() -> {
                while (!closed.get()) {
                    head.send("x");
                    body.send(" ");
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
                }
            });
            head.awaitClosed();
            body.awaitClosed();
            closed.set(true);
            dripping.join();
        }
    }

    @Test
    void whoTakesNothingOfAnAnswerIsLeft() throws Exception {
        newsroom.longArticle("long", "Lång text.".repeat(20_000));
        String ask = "GET /graphql?query=%7Bnews%7Bnodes%7Bbody%7D%7D%7D HTTP/1.1\r\nHost: x\r\n\r\n";
        try (RawConnection connection = new RawConnection(port)) {
            connection.send(ask.repeat(200));
            Awaitility.await().atMost(20, TimeUnit.SECONDS).until(connection::isReset);
        }
    }

    /** Asks what nobody asked before, as long as it is open, and sees that it is answered. */
    private final class Onlooker implements AutoCloseable {

        private final AtomicBoolean over = new AtomicBoolean();

        private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

        private final Future<Integer> served = executor.submit(this::watch);

        private final List<Long> nanos = new ArrayList<>();

        private int watch() throws Exception {
            int answers = 0;
            while (!over.get()) {
                long start = System.nanoTime();
                HttpResponse<String> answer = HTTP.send(
                        Api.get(port, "{ o%d: news(first: 5) { nodes { id } } }".formatted(answers))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                nanos.add(System.nanoTime() - start);
                answers++;
            }
            return answers;
        }

        void wasServed() throws Exception {
            over.set(true);
            assertThat(served.get(20, TimeUnit.SECONDS)).isPositive();
        }

        void addTo(Latencies latencies) {
            nanos.forEach(nano -> latencies.add("(a client that means well)", nano));
        }

        @Override
        public void close() {
            over.set(true);
            executor.close();
        }
    }

    private interface Step {

        void take(int number) throws Exception;
    }

    private static void inParallel(int times, Step step) throws Exception {
        try (ExecutorService executor = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Callable<Object>> steps = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                int number = i;
                steps.add(() -> {
                    step.take(number);
                    return number;
                });
            }
            for (Future<Object> done : executor.invokeAll(steps)) {
                done.get();
            }
        }
    }

    /** Bytes of objects that are alive, and of buffers beside them. */
    private static long memory() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed()
                + PlatformDependent.usedDirectMemory();
    }
}
