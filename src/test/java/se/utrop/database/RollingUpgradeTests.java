package se.utrop.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import se.utrop.Api;
import se.utrop.Editor;
import se.utrop.EventStream;
import se.utrop.Ports;
import se.utrop.ServerProcess;
import se.utrop.Tokens;
import se.utrop.embedded.RestartablePostgres;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A node of this release starts, and migrates, beside one of the release before, while people read, edit and subscribe by
 * both: nothing fails, nobody misses an event, no reader waits for a lock for a second. The system properties
 * {@code utrop.upgrade.from} and {@code utrop.upgrade.news} say from which commit, and with how many news.
 */
class RollingUpgradeTests {

    private static final int OLD = Ports.free();

    private static final int NEW = Ports.free();

    private static final int READERS = 2;

    private static final int EDITORS = 2;

    private static final int SUBSCRIBERS = 5;

    /** As many by each node while both run. */
    private static final int EDITS = 20;

    /** The longest that somebody waits between two requests, in milliseconds. */
    private static final int PACE = Integer.getInteger("utrop.upgrade.pace", 300);

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    private static final String FEED = """
        subscription($after: String!) {
          newsFeed(after: $after) { cursor previousCursor ... on NewsPublished { news { slug } } }
        }
        """;

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private Path directory;

    /** Where people go. */
    private final List<Integer> ports = new CopyOnWriteArrayList<>(List.of(OLD));

    private final Map<Integer, AtomicInteger> edits =
            new ConcurrentHashMap<>(Map.of(OLD, new AtomicInteger(), NEW, new AtomicInteger()));

    private volatile boolean open = true;

    @Test
    void thePreviousReleaseGoesOnWorkingBesideThisOne() throws Exception {
        Path jar = PreviousRelease.jar();
        try (RestartablePostgres database = RestartablePostgres.start(directory)) {
            ServerProcess old = ServerProcess.ofJar(jar, OLD, directSettings(database), directory);
            try {
                old.awaitReady();
                FilledNewsroom.fill(database);
                awaitCaughtUp(database, old);
                awaitKeys(OLD);
                upgrade(database, old);
            } finally {
                old.kill();
            }
        }
    }

    private static List<String> settings(RestartablePostgres database) {
        return withTokens(database.settings());
    }

    /** The previous release knows no poolers. */
    private static List<String> directSettings(RestartablePostgres database) {
        return withTokens(database.settings(database.port(), RestartablePostgres.DATABASE));
    }

    private static List<String> withTokens(List<String> settings) {
        return Stream.concat(settings.stream(), Tokens.settings().stream()).toList();
    }

    private static void awaitCaughtUp(RestartablePostgres database, ServerProcess node) throws SQLException {
        double position = Double.parseDouble(database.ask("select max(position)::text from event"));
        Awaitility.await()
                .atMost(Duration.ofMinutes(10))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> node.metric("utrop_feed_position") >= position);
    }

    /** The issuer is asked for its keys when the first token comes. */
    private static void awaitKeys(int port) {
        HttpRequest signed = Api.get(port, "{ __typename }")
                .header("Authorization", "Bearer " + Tokens.ofEditor())
                .build();
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> HTTP.send(signed, HttpResponse.BodyHandlers.discarding())
                                .statusCode()
                        == 200);
    }

    private void upgrade(RestartablePostgres database, ServerProcess old) throws Exception {
        String start =
                read(OLD, "{ news { feedCursor } }").at("/news/feedCursor").asString();
        LockWaits waits = new LockWaits(database);
        List<EventStream> subscribers = new ArrayList<>(subscribe(OLD, start));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> people = people(threads);
            Future<?> watch = threads.submit(waits);
            ServerProcess node = new ServerProcess(NEW, settings(database), directory);
            try {
                node.awaitReady();
                awaitKeys(NEW);
                ports.add(NEW);
                subscribers.addAll(subscribe(NEW, start));
                awaitEdits(people);
                open = false;
                for (Future<?> person : people) {
                    person.get(60, TimeUnit.SECONDS);
                }
                verify(database, start, subscribers);
                old.stop();
                assertTopicsHaveEvents(database);
                assertThat(read(NEW, "{ news(first: 1) { nodes { title } } }").at("/news/nodes"))
                        .hasSize(1);
            } finally {
                open = false;
                waits.end();
                node.kill();
            }
            watch.get();
        }
        report(waits);
    }

    /** While a node of the previous release listens, there is none, because it couldn't read it. */
    private void assertTopicsHaveEvents(RestartablePostgres database) throws Exception {
        String count = "select count(*)::text from event where type = 'TOPIC_CHANGED'";
        assertThat(database.ask(count)).isEqualTo("0");
        Awaitility.await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
            rename(NEW, "Ämne " + System.nanoTime());
            assertThat(database.ask(count)).isNotEqualTo("0");
        });
    }

    private static void report(LockWaits waits) {
        System.out.printf(
                "While this release migrated %d news, readers waited for a lock for at most %d ms, writers for %d ms%n",
                FilledNewsroom.NEWS,
                waits.longestOfReaders().toMillis(),
                waits.longestOfWriters().toMillis());
        assertThat(waits.longestOfReaders()).isLessThan(LONGEST_WAIT);
    }

    private static List<EventStream> subscribe(int port, String start) throws Exception {
        List<EventStream> subscribers = new ArrayList<>();
        for (int i = 0; i < SUBSCRIBERS; i++) {
            subscribers.add(EventStream.open(port, FEED, Map.of("after", start)));
        }
        return subscribers;
    }

    private List<Future<?>> people(ExecutorService threads) {
        List<Future<?>> people = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            Random random = new Random(i);
            people.add(threads.submit(() -> {
                while (open) {
                    read(anyPort(random), question(random));
                    pause(random);
                }
                return null;
            }));
        }
        for (int i = 0; i < EDITORS; i++) {
            Random random = new Random(100 + i);
            people.add(threads.submit(() -> {
                while (open) {
                    edit(random);
                    pause(random);
                }
                return null;
            }));
        }
        return people;
    }

    /** People read what they get; the processors are for the node that starts. */
    private static void pause(Random random) throws InterruptedException {
        Thread.sleep(random.nextInt(PACE));
    }

    private int anyPort(Random random) {
        return ports.get(random.nextInt(ports.size()));
    }

    private void awaitEdits(List<Future<?>> people) {
        int before = edits(OLD);
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .until(() ->
                        people.stream().anyMatch(Future::isDone) || Math.min(edits(OLD) - before, edits(NEW)) >= EDITS);
    }

    private int edits(int port) {
        return edits.getOrDefault(port, new AtomicInteger()).get();
    }

    /** Most differ from those asked before, so that the database is asked. */
    private static String question(Random random) {
        int any = 1 + random.nextInt(FilledNewsroom.NEWS);
        return switch (random.nextInt(5)) {
            case 0 ->
                "{ newsBySlug(slug: \"filled-%d\") { title summary body topics { name } revisions { nodes { number } } } }"
                        .formatted(any);
            case 1 ->
                "{ news(first: %d, filter: { topics: { anyOf: [\"topic-%d\"] } }) { totalCount nodes { slug title } } }"
                        .formatted(1 + any % 100, 1 + any % 30);
            case 2 -> "{ searchNews(query: \"konserthuset %d\", first: 5) { nodes { title } } }".formatted(any);
            case 3 -> "{ topics { name news(first: %d) { nodes { title topics { slug } } } } }".formatted(1 + any % 20);
            default -> "{ archive { year month count } news(last: %d) { nodes { slug } } }".formatted(1 + any % 100);
        };
    }

    private static JsonNode read(int port, String question) throws Exception {
        return data(Api.get(port, question).build());
    }

    /** Publishes, revises and retracts one item, each by whichever node. */
    private void edit(Random random) throws Exception {
        String title = "Uppgradering " + random.nextLong(Long.MAX_VALUE);
        JsonNode published = call(
                random, "publishNews", Map.of("news", Editor.content(title, "topics", List.of("topic-1", "topic-2"))));
        String id = published.at("/news/id").asString();
        call(random, "reviseNews", Map.of("id", id, "expectedRevision", 1, "title", title + "!", "topics", List.of()));
        if (random.nextBoolean()) {
            call(random, "retractNews", Map.of("id", id, "reason", "Den gick inte."));
        }
        rename(anyPort(random), "Ämne " + random.nextLong(Long.MAX_VALUE));
    }

    private void rename(int port, String name) throws Exception {
        call(port, "renameTopic", Map.of("slug", "topic-3", "name", name));
    }

    private JsonNode call(Random random, String mutation, Map<String, Object> input) throws Exception {
        return call(anyPort(random), mutation, input);
    }

    private JsonNode call(int port, String mutation, Map<String, Object> input) throws Exception {
        JsonNode payload = data(Editor.request(port, mutation, input).build()).get("payload");
        assertThat(payload.get("userErrors")).as("%s of %s", mutation, payload).isEmpty();
        edits.computeIfAbsent(port, _ -> new AtomicInteger()).incrementAndGet();
        return payload;
    }

    private static JsonNode data(HttpRequest request) throws Exception {
        HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonNode answer = JsonMapper.shared().readTree(response.body());
        assertThat(answer.get("errors")).as("%s: %s", request.uri(), answer).isNull();
        return answer.get("data");
    }

    /** By the log itself, which is the oracle: a news item that was retracted may be told of by its retraction alone. */
    private static void verify(RestartablePostgres database, String start, List<EventStream> subscribers)
            throws Exception {
        long first = EventStream.number(start);
        List<Long> logged = positions(database, "select position from event e where position > " + first);
        List<Long> retracted = positions(database, """
            select position from event e where type <> 'RETRACTED' and exists (
                select from event r where r.news_id = e.news_id and r.type = 'RETRACTED' and r.position > e.position)
            """);
        assertThat(logged).hasSizeGreaterThan(2 * EDITS);
        for (int i = 0; i < subscribers.size(); i++) {
            List<Long> seen = seen(subscribers.get(i), start, logged.getLast());
            assertThat(seen)
                    .as(
                            "what subscriber %d of %s has seen",
                            i, i < SUBSCRIBERS ? "the previous release" : "this release")
                    .isEqualTo(logged.stream()
                            .filter(position -> !retracted.contains(position) || seen.contains(position))
                            .toList());
            subscribers.get(i).close();
        }
    }

    /** The numbers of the events until the last one, or of fewer where no more come. */
    private static List<Long> seen(EventStream subscriber, String start, long last) throws InterruptedException {
        String previous = start;
        List<Long> seen = new ArrayList<>();
        while (seen.isEmpty() || seen.getLast() < last) {
            JsonNode event = subscriber.eventIfAny();
            if (event == null) {
                return seen;
            }
            assertThat(event.get("previousCursor").asString()).isEqualTo(previous);
            previous = event.get("cursor").asString();
            seen.add(EventStream.number(previous));
        }
        return seen;
    }

    private static List<Long> positions(RestartablePostgres database, String sql) throws SQLException {
        try (Connection session = DriverManager.getConnection(database.jdbcUrl());
                Statement statement = session.createStatement();
                ResultSet rows = statement.executeQuery(sql + " order by position")) {
            List<Long> positions = new ArrayList<>();
            while (rows.next()) {
                positions.add(rows.getLong(1));
            }
            return positions;
        }
    }
}
