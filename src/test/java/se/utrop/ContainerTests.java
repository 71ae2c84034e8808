package se.utrop;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import se.utrop.embedded.RestartablePostgres;
import tools.jackson.databind.json.JsonMapper;

/** The server as containers run it: with little memory, and with a file system that nothing can be unpacked into. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class ContainerTests {

    private static final int PORT = Ports.free();

    private static final String BROWSER = "gzip, deflate, br, zstd";

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static final JsonMapper JSON = new JsonMapper();

    private RestartablePostgres database;

    private Path directory;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        this.directory = directory;
        database = RestartablePostgres.start(directory);
    }

    @AfterAll
    void stop() throws Exception {
        database.close();
    }

    @Test
    void browsersAreAnsweredWhereNothingCanBeUnpacked() throws Exception {
        Path none = Files.createFile(directory.resolve("no-folder"));
        ServerProcess server =
                new ServerProcess(PORT, List.of("-Djava.io.tmpdir=" + none), database.settings(), directory);
        try {
            server.awaitReady();
            database.run("insert into news (slug, title, summary, body, published_at, updated_at)"
                    + " values ('long', 'T', 'I', repeat('Lång text. ', 500), now(), now())");
            for (int i = 0; i < 100; i++) {
                HttpResponse<byte[]> answer = ask(Map.of("query", "{ a%d: news { nodes { body } } }".formatted(i)));
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.headers().firstValue("Content-Encoding")).contains("gzip");
            }
            assertThat(server.metric("utrop_admission_running")).isZero();
            assertThat(Files.readString(directory.resolve("server-" + PORT + ".log")))
                    .containsOnlyOnce("the library of zstd can't be loaded");
        } finally {
            server.kill();
        }
    }

    /** About what a container of 512 MB gives it. */
    @Test
    void aHeapOf256MegabytesIsEnough() throws Exception {
        ServerProcess server = new ServerProcess(
                PORT, List.of("-Xmx256m", "-XX:+ExitOnOutOfMemoryError"), database.settings(), directory);
        try {
            server.awaitReady();
            database.run("insert into news (slug, title, summary, body, published_at, updated_at)"
                    + " select 's' || i, 'T', 'I', repeat(md5(i::text), 400), now(), now()"
                    + " from generate_series(1, 40) i");
            askInParallel(Integer.getInteger("utrop.container.requests", 400));
            Awaitility.await().until(() -> server.metric("utrop_admission_running") == 0);
            assertThat(ask(Map.of("query", "{ news { totalCount } }")).statusCode())
                    .isEqualTo(200);
        } finally {
            server.kill();
        }
    }

    private static void askInParallel(int requests) throws Exception {
        try (ExecutorService executor = Executors.newFixedThreadPool(16)) {
            List<Callable<Integer>> asked = new ArrayList<>();
            for (int i = 0; i < requests; i++) {
                Map<String, Object> request = request(i);
                asked.add(() -> ask(request).statusCode());
            }
            for (Future<Integer> status : executor.invokeAll(asked)) {
                assertThat(status.get()).isIn(200, 503);
            }
        }
    }

    /** Large in its answer, in its document's plan, in its document's text, or in its variables. */
    private static Map<String, Object> request(int number) {
        return switch (number % 4) {
            case 0 -> Map.of("query", "{ a%d: news(first: 40) { nodes { body bodyHtml } } }".formatted(number));
            case 1 ->
                Map.of(
                        "query",
                        IntStream.range(0, 45)
                                        .mapToObj(i -> "a%d: news(first: 1) { nodes { ...F } }".formatted(i))
                                        .collect(Collectors.joining(" ", "{", "}"))
                                + " fragment F on News { id slug title summary kind urgency revision } # " + number);
            case 2 -> Map.of("query", "{ __typename } # %d %s".formatted(number, "x".repeat(100_000)));
            default ->
                Map.of(
                        "query",
                        "query($n: Int!) { news(first: $n) { totalCount } }",
                        "variables",
                        Map.of("n", 1, "number", number, "lists", Collections.nCopies(30_000, List.of())));
        };
    }

    private static HttpResponse<byte[]> ask(Map<String, Object> request) throws Exception {
        HttpRequest post = HttpRequest.newBuilder(URI.create("http://localhost:" + PORT + "/graphql"))
                .header("Content-Type", "application/json")
                .header("Accept-Encoding", BROWSER)
                .timeout(Duration.ofSeconds(60))
                .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(request)))
                .build();
        return HTTP.send(post, HttpResponse.BodyHandlers.ofByteArray());
    }
}
