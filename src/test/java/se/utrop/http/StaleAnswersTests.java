package se.utrop.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import se.utrop.Api;
import se.utrop.EventStream;
import se.utrop.TestNode;
import se.utrop.embedded.RestartablePostgres;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A node whose PostgreSQL is killed goes on answering what it has kept, says so, and catches up afterwards. */
class StaleAnswersTests {

    private static final int NEWS = 20;

    private static final int CLIENTS = 4;

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private static Path directory;

    private static RestartablePostgres database;

    private static TestNode node;

    @BeforeAll
    static void start() throws IOException {
        database = RestartablePostgres.start(directory);
        node = TestNode.start(database.settings());
    }

    @AfterAll
    static void end() throws IOException {
        node.close();
        database.close();
    }

    @Test
    void whatWasAskedLatelyIsAnsweredWhileTheDatabaseIsAway() throws Exception {
        for (int i = 0; i < NEWS; i++) {
            publish("n" + i);
        }
        List<String> documents = IntStream.range(0, NEWS)
                .mapToObj(i -> "{ newsBySlug(slug: \"n%d\") { slug title } }".formatted(i))
                .toList();
        awaitAll(documents);
        String known = get("{ news { feedCursor } }")
                .headers()
                .firstValue("Feed-Cursor")
                .orElseThrow();
        try (EventStream feed = EventStream.open(
                node.port(), "subscription { newsFeed { ... on NewsPublished { news { slug } } } }", Map.of())) {
            List<HttpResponse<String>> answers = whileAway(documents);
            assertThat(answers).isNotEmpty().allSatisfy(answer -> {
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(read(answer).at("/data/newsBySlug/title").asString()).isEqualTo("Titel");
            });
            assertThat(answers.stream().filter(answer -> isStale(answer)).toList())
                    .isNotEmpty()
                    .allSatisfy(answer -> assertSaysSo(answer, EventStream.number(known)));
            publish("after");
            assertThat(feed.event().at("/news/slug").asString()).isEqualTo("after");
        }
        Awaitility.await().until(() -> !isStale(get(documents.getFirst())));
        assertThat(read(get("{ news(first: 1) { nodes { slug } } }"))
                        .at("/data/news/nodes/0/slug")
                        .asString())
                .isEqualTo("after");
    }

    @Test
    void whatWasNotAskedOrIsRetractedIsUnavailable() throws Exception {
        publish("taken-back");
        String document = "{ newsBySlug(slug: \"taken-back\") { title } }";
        awaitAll(List.of(document));
        database.run("delete from news where slug = 'taken-back'");
        Awaitility.await()
                .until(() -> read(get(document)).at("/data/newsBySlug").isNull());
        publish("taken-back-unread");
        String unread = "{ newsBySlug(slug: \"taken-back-unread\") { title summary } }";
        awaitAll(List.of(unread));
        database.run("delete from news where slug = 'taken-back-unread'");
        Awaitility.await()
                .until(() -> read(get("{ newsBySlug(slug: \"taken-back-unread\") { slug } }"))
                        .at("/data/newsBySlug")
                        .isNull());
        assertThat(page("/").statusCode()).isEqualTo(200);
        database.kill();
        try {
            awaitStale("{ newsBySlug(slug: \"taken-back-unread\") { slug } }");
            assertPagesSaySo();
            for (String gone : List.of(unread, "{ news(first: 7) { nodes { slug } } }")) {
                HttpResponse<String> answer = get(gone);
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
                assertThat(answer.headers().firstValue("Retry-After")).isPresent();
                assertThat(read(answer).at("/errors/0/extensions/code").asString())
                        .isEqualTo("UNAVAILABLE");
            }
            assertThat(health()).isEqualTo(200);
        } finally {
            database.startAgain();
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> read(get(unread)).at("/data/newsBySlug").isNull());
    }

    private static void assertPagesSaySo() {
        HttpResponse<String> asked = page("/");
        assertThat(asked.statusCode()).isEqualTo(200);
        assertThat(asked.headers().firstValue("Feed-Stale-Since")).isPresent();
        assertThat(asked.body()).contains("<p id=\"stale\" class=\"notice\">Sidan visar läget ");
        HttpResponse<String> other = page("/topics?a=b");
        assertThat(other.statusCode()).isEqualTo(503);
        assertThat(other.headers().firstValue("Retry-After")).isPresent();
        assertThat(other.body()).contains("<h1>Sidan kan inte visas just nu</h1>");
    }

    private static void publish(String slug) throws SQLException {
        database.run("""
            insert into news (slug, title, summary, published_at, updated_at)
            values ('%s', 'Titel', 'Ingress', clock_timestamp(), clock_timestamp())
            """.formatted(slug));
    }

    private static void awaitAll(List<String> documents) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
            for (String document : documents) {
                if (!read(get(document)).at("/data/newsBySlug/title").isString() || isStale(get(document))) {
                    return false;
                }
            }
            return true;
        });
    }

    private static void awaitStale(String document) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> isStale(get(document)));
    }

    /** What clients are answered who ask without a pause, from before the database is killed until it is back. */
    private static List<HttpResponse<String>> whileAway(List<String> documents) throws Exception {
        ConcurrentLinkedQueue<HttpResponse<String>> answers = new ConcurrentLinkedQueue<>();
        AtomicBoolean asking = new AtomicBoolean(true);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int client = i;
                clients.add(threads.submit(() -> {
                    for (int k = client; asking.get(); k++) {
                        answers.add(get(documents.get(k % documents.size())));
                        Thread.sleep(5);
                    }
                    return null;
                }));
            }
            database.kill();
            awaitStale(documents.getFirst());
            documents.forEach(StaleAnswersTests::awaitStale);
            database.startAgain();
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> !isStale(get(documents.getLast())));
            asking.set(false);
            for (Future<?> client : clients) {
                client.get();
            }
        }
        return List.copyOf(answers);
    }

    private static void assertSaysSo(HttpResponse<String> answer, long known) {
        assertThat(EventStream.number(answer.headers().firstValue("Feed-Cursor").orElseThrow()))
                .isLessThanOrEqualTo(known);
        Instant since = Instant.parse(read(answer).at("/extensions/stale/since").asString());
        assertThat(since).isBefore(Instant.now());
        assertThat(answer.headers().firstValue("Feed-Stale-Since")).contains(since.toString());
        assertThat(answer.headers().firstValueAsLong("Age")).isPresent();
        assertThat(answer.headers().firstValue("Cache-Control")).contains("public, max-age=1");
    }

    private static boolean isStale(HttpResponse<String> answer) {
        return read(answer).at("/extensions/stale").isObject();
    }

    private static JsonNode read(HttpResponse<String> answer) {
        return JsonMapper.shared().readTree(answer.body());
    }

    private static HttpResponse<String> get(String document) {
        return send(Api.get(node.port(), document).build());
    }

    private static HttpResponse<String> page(String address) {
        return send(HttpRequest.newBuilder(URI.create("http://localhost:" + node.port() + address))
                .build());
    }

    private static int health() {
        return page("/actuator/health/readiness").statusCode();
    }

    private static HttpResponse<String> send(HttpRequest request) {
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
