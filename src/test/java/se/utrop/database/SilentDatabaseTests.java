package se.utrop.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import se.utrop.Api;
import se.utrop.Editor;
import se.utrop.Ports;
import se.utrop.ServerProcess;
import se.utrop.Tokens;
import se.utrop.embedded.RestartablePostgres;
import tools.jackson.databind.json.JsonMapper;

/** The database's host vanishes without closing a connection, and another takes its place: all goes on without a restart. */
@Timeout(300)
class SilentDatabaseTests {

    private static final int PORT = Ports.free();

    /** A hang, not a time that anything is expected to take. */
    private static final Duration HANG = Duration.ofSeconds(60);

    private static final Duration LONG = Duration.ofSeconds(90);

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static final AtomicInteger ASKED = new AtomicInteger();

    @TempDir
    private static Path directory;

    private static RestartablePostgres database;

    private static TcpProxy proxy;

    private static ServerProcess server;

    @BeforeAll
    static void start() throws Exception {
        database = RestartablePostgres.start(directory);
        proxy = new TcpProxy(database.port());
        server = new ServerProcess(
                PORT,
                Stream.of(
                                database.settings(proxy.port(), RestartablePostgres.DATABASE).stream(),
                                Tokens.settings().stream(),
                                Stream.of(
                                        "--utrop.limits.timeout=8s",
                                        "--utrop.database.statement-timeout=8s",
                                        "--management.endpoint.health.show-details=always"))
                        .flatMap(settings -> settings)
                        .toList(),
                directory);
        server.awaitReady();
    }

    @AfterAll
    static void end() throws Exception {
        server.stop();
        proxy.close();
        database.close();
    }

    @Test
    void allRecovers() throws Exception {
        assertThat(askAtOnce()).allMatch(answer -> answer.contains("\"data\""));
        schedule(Instant.now().plusSeconds(20).truncatedTo(ChronoUnit.MILLIS));

        proxy.silence();
        assertThat(askAtOnce()).allMatch(answer -> answer.contains("TIMEOUT") || answer.contains("UNAVAILABLE"));
        HttpResponse<String> health = get("/actuator/health");
        assertThat(health.statusCode()).isEqualTo(503);
        assertThat(JsonMapper.shared()
                        .readTree(health.body())
                        .at("/components/r2dbc/status")
                        .asString())
                .isEqualTo("DOWN");
        assertThat(get("/actuator/health/readiness").body()).contains("status");

        proxy.speak();
        Awaitility.await()
                .atMost(LONG)
                .untilAsserted(() -> assertThat(askAtOnce()).noneMatch(answer -> answer.contains("errors")));
        await(() -> get("/actuator/health").statusCode() == 200);
        await(() -> get("/actuator/health/readiness").statusCode() == 200);
        await(() -> ask("{ newsBySlug(slug: \"en-tid\") { title } }").join().contains("En tid"));
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(LONG).pollInterval(Duration.ofMillis(500)).until(condition);
    }

    private static void schedule(Instant time) throws Exception {
        Map<String, Object> input = Map.of("publishAt", time.toString(), "news", Editor.content("En tid"));
        String answer = HTTP.send(
                        Editor.request(PORT, "scheduleNews", input).build(), HttpResponse.BodyHandlers.ofString())
                .body();
        assertThat(answer).contains("\"userErrors\":[]");
    }

    /** None of them has been asked before. */
    private static List<String> askAtOnce() {
        List<CompletableFuture<String>> answers = IntStream.range(0, 12)
                .mapToObj(i -> ask("{ newsBySlug(slug: \"s%d\") { slug } }".formatted(ASKED.incrementAndGet())))
                .toList();
        return answers.stream().map(CompletableFuture::join).toList();
    }

    private static CompletableFuture<String> ask(String document) {
        return HTTP.sendAsync(Api.get(PORT, document).timeout(HANG).build(), HttpResponse.BodyHandlers.ofString())
                .thenApply(HttpResponse::body);
    }

    private static HttpResponse<String> get(String path) throws Exception {
        URI address = URI.create("http://localhost:" + PORT + path);
        return HTTP.send(HttpRequest.newBuilder(address).timeout(HANG).build(), HttpResponse.BodyHandlers.ofString());
    }
}
