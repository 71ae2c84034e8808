package se.utrop.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import se.utrop.Api;
import se.utrop.Ports;
import se.utrop.ServerProcess;
import se.utrop.embedded.RestartablePostgres;
import tools.jackson.databind.json.JsonMapper;

/** A node that is told to stop, as an orchestrator tells it: no request is lost that comes before all know. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DrainTests {

    private static final int PORT = Ports.free();

    private static final int MANAGEMENT_PORT = Ports.free();

    private static final int OTHER_PORT = Ports.free();

    private static final int HELD = 30;

    private static final int TERMINATED = 128 + 15;

    /** Of whichever kind there is, a connection of its own: one that is kept alive says nothing of the port. */
    private static final int REFUSED = 0;

    @TempDir
    private static Path directory;

    private RestartablePostgres database;

    @BeforeAll
    void start() throws IOException {
        database = RestartablePostgres.start(directory);
    }

    @AfterAll
    void stop() throws IOException {
        database.close();
    }

    static List<Integer> managementPorts() {
        return List.of(PORT, MANAGEMENT_PORT);
    }

    @ParameterizedTest
    @MethodSource("managementPorts")
    void theNodeGoesOnAnsweringUntilTheDrainIsOverAndThenEndsWhatItHasBegun(int management) throws Exception {
        ServerProcess server = server(management);
        server.awaitReady();
        try (Connection session = DriverManager.getConnection(database.jdbcUrl());
                Statement statement = session.createStatement()) {
            session.setAutoCommit(false);
            statement.execute("lock table series");
            server.signal("TERM");
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> status(management, "/actuator/health/readiness") == 503);
            CompletableFuture<Integer> underWay = new CompletableFuture<>();
            Thread.startVirtualThread(() -> underWay.complete(status(query("series { name }"))));
            Awaitility.await()
                    .until(() -> database.ask("select count(*) from pg_stat_activity where wait_event_type = 'Lock'")
                            .equals("1"));

            assertThat(answersUntilThePortIsClosed()).isNotEmpty().containsOnly(200);
            assertThat(underWay).isNotDone();
            if (management != PORT) {
                assertThat(status(management, "/actuator/health/liveness")).isEqualTo(200);
                assertThat(status(management, "/actuator/health/readiness")).isEqualTo(503);
            }
            session.rollback();
            assertThat(underWay.join()).isEqualTo(200);
        }
        assertThat(server.awaitExit()).isEqualTo(TERMINATED);
    }

    private static List<Integer> answersUntilThePortIsClosed() throws InterruptedException {
        List<Integer> answers = new ArrayList<>();
        int number = 0;
        int status = status(query("a%d: __typename".formatted(number++)));
        while (status != REFUSED) {
            answers.add(status);
            Thread.sleep(50);
            status = status(query("a%d: __typename".formatted(number++)));
        }
        return answers;
    }

    /** A node that stops neither cuts off nor refuses a request of the feed. Each answer leads on at another node. */
    @Test
    void heldRequestsOfTheFeedGoOnAtAnotherNode() throws Exception {
        ServerProcess server = server(PORT);
        ServerProcess other = new ServerProcess(OTHER_PORT, settings("--utrop.sockets.drain=0s"), directory);
        try {
            server.awaitReady();
            other.awaitReady();
            String first = next(feed(PORT, "/feed?query=subscription%7BnewsFeed%7Bcursor%7D%7D"));
            AtomicBoolean stopping = new AtomicBoolean();
            List<CompletableFuture<String>> held = new ArrayList<>();
            for (int i = 0; i < HELD; i++) {
                held.add(follow(PORT, first, answer -> stopping.get()));
            }
            Awaitility.await().until(() -> server.metric("utrop_feed_held") == HELD);
            stopping.set(true);
            server.signal("TERM");
            String next = first;
            for (CompletableFuture<String> one : held) {
                next = next(one.get());
                assertThat(next).isNotEqualTo(first).contains("&live=");
            }
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> status(PORT, "/actuator/health/readiness") == 503);
            CompletableFuture<String> goingOn =
                    follow(OTHER_PORT, next(feed(PORT, next)), answer -> answer.contains("\"newsFeed\""));
            Awaitility.await().until(() -> other.metric("utrop_feed_held") == 1);
            database.run("insert into news (slug, title, summary, published_at) values ('a', 'A', 'A', now())");
            goingOn.get();
            assertThat(server.awaitExit()).isEqualTo(TERMINATED);
        } finally {
            server.kill();
            other.kill();
        }
    }

    /** Asks on as each answer says, as a held request ends with its bucket, until this is the last answer. */
    private static CompletableFuture<String> follow(int port, String address, Predicate<String> isLast) {
        CompletableFuture<String> last = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try {
                String answer = feed(port, address);
                while (!isLast.test(answer)) {
                    answer = feed(port, next(answer));
                }
                last.complete(answer);
            } catch (Throwable e) {
                last.completeExceptionally(e);
            }
        });
        return last;
    }

    private static String feed(int port, String address) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(URI.create("http://localhost:" + port + address))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            return response.statusCode() + " " + response.body();
        } catch (IOException | InterruptedException e) {
            return e.toString();
        }
    }

    private static String next(String answer) {
        assertThat(answer).startsWith("200 {");
        return JsonMapper.shared().readTree(answer.substring(4)).get("next").asString();
    }

    @Test
    void withoutADrainItStopsAtOnce() throws Exception {
        ServerProcess server = new ServerProcess(PORT, List.of(), settings("--utrop.sockets.drain=0s"), directory);
        server.awaitReady();
        server.signal("TERM");
        assertThat(server.awaitExit()).isEqualTo(TERMINATED);
    }

    private ServerProcess server(int management) throws IOException {
        List<String> settings = settings("--utrop.sockets.drain=3s");
        if (management != PORT) {
            settings.add("--management.server.port=" + management);
        }
        return new ServerProcess(PORT, List.of(), settings, directory);
    }

    private List<String> settings(String drain) {
        List<String> settings = new ArrayList<>(database.settings());
        settings.add(drain);
        return settings;
    }

    private static HttpRequest query(String selection) {
        return Api.get(PORT, "{ " + selection + " }").build();
    }

    private static int status(int port, String path) {
        return status(HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
                .build());
    }

    private static int status(HttpRequest request) {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return REFUSED;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
