package se.utrop.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import se.utrop.Api;
import se.utrop.EventStream;
import se.utrop.TestNode;
import se.utrop.database.DatabaseProxy;
import se.utrop.database.Notifications;
import se.utrop.embedded.RestartablePostgres;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A failover to a standby that has not received the last commits: the lost events are told of, and what was published since
 * is told in full. The two servers have the same log up to a point, as a primary and its standby do.
 */
class FailoverTests {

    /** Lost events and new ones: 0 to 3 of each. */
    private static final int MOST = 3;

    private static final String BASE = "base";

    private static final String FEED = """
        subscription Feed($after: String) {
          newsFeed(after: $after) { cursor previousCursor ... on NewsPublished { news { slug } } }
        }
        """;

    /** What passes the filter is none of what is published here. */
    private static final String POSITIONS = """
        subscription { newsFeed(positions: true, filter: { urgencies: [BREAKING] }) { cursor } }
        """;

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private static Path directory;

    private static RestartablePostgres primary;

    private static RestartablePostgres standby;

    private static DatabaseProxy proxy;

    private static TestNode node;

    @BeforeAll
    static void start() throws Exception {
        Path copied = directory.resolve("standby");
        try (RestartablePostgres first = RestartablePostgres.start(directory.resolve("primary"))) {
            first.run("create database " + BASE);
            TestNode.start(first.settings(first.port(), BASE)).close();
            publish(first, BASE, "before");
        }
        new ProcessBuilder("cp", "-a", directory.resolve("primary").toString(), copied.toString())
                .start()
                .waitFor();
        primary = RestartablePostgres.start(directory.resolve("primary"));
        standby = RestartablePostgres.start(copied);
        primary.run("create database start template " + BASE);
        proxy = new DatabaseProxy(primary.port(), "start");
        node = TestNode.start(primary.settings(proxy.port(), BASE), "--utrop.feed.positions-every=500ms");
    }

    @AfterAll
    static void end() throws Exception {
        node.close();
        proxy.close();
        primary.close();
        standby.close();
    }

    static Stream<Arguments> failovers() {
        return IntStream.rangeClosed(0, MOST)
                .boxed()
                .flatMap(lost -> IntStream.rangeClosed(0, MOST).mapToObj(added -> Arguments.of(lost, added)));
    }

    @ParameterizedTest
    @MethodSource("failovers")
    void subscribersOfANodeThatStaysUpAreToldOfALoss(int lost, int added) throws Exception {
        String database = "up_%d_%d".formatted(lost, added);
        create(database);
        lead(database);
        try (EventStream live = EventStream.open(node.port(), FEED, Map.of())) {
            for (int i = 1; i <= lost; i++) {
                publish(primary, database, "lost-" + i);
                assertThat(live.event().at("/news/slug").asString()).isEqualTo("lost-" + i);
                awaitLatest("lost-" + i);
            }
            for (int i = 1; i <= added; i++) {
                publish(standby, database, "new-" + i);
            }
            proxy.pointTo(standby.port(), database);
            if (lost == 0) {
                publish(standby, database, "last");
                assertThat(slugs(live, added + 1)).isEqualTo(published(0, added));
            } else {
                assertContinues(database, live.answer(), added);
            }
        }
        awaitLatest("last");
        assertThat(latest(node)).containsExactlyElementsOf(published(0, added).reversed());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void cursorsOfLostEventsAreInvalidOnANodeThatStartsAfterwards(int added) throws Exception {
        String database = "down_" + added;
        create(database);
        List<String> cursors = loseEvents(database);
        for (int i = 1; i <= added; i++) {
            publish(standby, database, "new-" + i);
        }
        try (TestNode started = TestNode.start(standby.settings(standby.port(), database))) {
            assertInvalid(started, cursors);
            assertThat(latest(started)).doesNotContain("lost-1");
        }
    }

    @Test
    void cursorsOfLostEventsStayInvalidOnANodeThatStartsInBetween() throws Exception {
        create("between");
        List<String> cursors = loseEvents("between");
        try (TestNode started = TestNode.start(standby.settings(standby.port(), "between"))) {
            for (int i = 1; i <= MOST + 1; i++) {
                assertInvalid(started, cursors);
                publish(standby, "between", "new-" + i);
                String slug = "new-" + i;
                Awaitility.await().until(() -> latest(started).getFirst().equals(slug));
            }
            assertInvalid(started, cursors);
        }
    }

    @Test
    void positionsOfALostPartOfTheLogAreInvalidAndEarlierOnesAreNot() throws Exception {
        create("positions");
        lead("positions");
        String before;
        String lost;
        try (EventStream live = EventStream.open(node.port(), POSITIONS, Map.of())) {
            before = live.event().get("cursor").asString();
            publish(primary, "positions", "lost-1");
            JsonNode position = live.event();
            while (position.get("cursor").asString().equals(before)) {
                position = live.event();
            }
            lost = position.get("cursor").asString();
            publish(standby, "positions", "new-1");
            proxy.pointTo(standby.port(), "positions");
            JsonNode answer = live.answer();
            while (!answer.has("errors")) {
                answer = live.answer();
            }
            assertThat(answer.at("/errors/0/extensions/code").asString()).isEqualTo("CURSOR_INVALID");
        }
        assertInvalid(node, List.of(lost));
        try (EventStream again = EventStream.open(node.port(), FEED, Map.of("after", before))) {
            assertThat(slugs(again, 1)).containsExactly("new-1");
        }
        awaitLatest("new-1");
        JsonNode page = changes(before);
        assertThat(page.at("/data/changes/events/0/news/slug").asString()).isEqualTo("new-1");
        assertThat(changes(lost).at("/errors/0/extensions/code").asString()).isEqualTo("CURSOR_INVALID");
    }

    private static JsonNode changes(String after) throws IOException, InterruptedException {
        String document =
                "{ changes(after: \"%s\") { events { ... on NewsPublished { news { slug } } } } }".formatted(after);
        return JsonMapper.shared()
                .readTree(HTTP.send(Api.get(node.port(), document).build(), HttpResponse.BodyHandlers.ofString())
                        .body());
    }

    private static void create(String database) throws SQLException {
        primary.run("create database %s template %s".formatted(database, BASE));
        standby.run("create database %s template %s".formatted(database, BASE));
    }

    /** Has the node settle on this database of the primary. */
    private static void lead(String database) throws IOException {
        Notifications notifications = node.bean(Notifications.class);
        long reconnects = notifications.reconnects();
        proxy.pointTo(primary.port(), database);
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> notifications.reconnects() > reconnects && notifications.isListening());
        awaitLatest("before");
    }

    private static void publish(RestartablePostgres server, String database, String slug) throws SQLException {
        server.run(database, """
            insert into news (slug, title, summary, published_at, updated_at)
            values ('%s', 'Titel', 'Ingress', clock_timestamp(), clock_timestamp())
            """.formatted(slug));
    }

    /** The cursors of events that only the primary has. */
    private static List<String> loseEvents(String database) throws Exception {
        List<String> cursors = new ArrayList<>();
        lead(database);
        try (EventStream live = EventStream.open(node.port(), FEED, Map.of())) {
            for (int i = 1; i <= MOST; i++) {
                publish(primary, database, "lost-" + i);
                cursors.add(live.event().get("cursor").asString());
            }
        }
        return cursors;
    }

    private static void assertContinues(String database, JsonNode answer, int added) throws Exception {
        assertThat(answer.at("/errors/0/extensions/code").asString()).isEqualTo("CURSOR_INVALID");
        String after = answer.at("/errors/0/extensions/feedCursor").asString();
        long start = EventStream.number(after);
        try (EventStream again = EventStream.open(node.port(), FEED, Map.of("after", after))) {
            publish(standby, database, "last");
            List<String> expected = published(Math.toIntExact(start) - 1, added);
            assertThat(slugs(again, expected.size())).isEqualTo(expected);
        }
    }

    /** What the new log holds behind the first item and as many others. */
    private static List<String> published(int after, int added) {
        return Stream.concat(IntStream.rangeClosed(1, added).mapToObj(i -> "new-" + i), Stream.of("last"))
                .skip(after)
                .toList();
    }

    private static List<String> slugs(EventStream feed, int count) throws InterruptedException {
        return feed.events(count).stream()
                .map(event -> event.at("/news/slug").asString())
                .toList();
    }

    private static void assertInvalid(TestNode node, List<String> cursors) throws Exception {
        for (String cursor : cursors) {
            try (EventStream feed = EventStream.open(node.port(), FEED, Map.of("after", cursor))) {
                JsonNode answer = feed.answer();
                assertThat(answer.at("/errors/0/extensions/code").asString())
                        .as("%s", answer)
                        .isEqualTo("CURSOR_INVALID");
                assertThat(answer.at("/errors/0/extensions/feedCursor").asString())
                        .isNotEmpty();
            }
        }
    }

    private static void awaitLatest(String slug) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> slug.equals(latest(node).stream().findFirst().orElse("before")));
    }

    /** The slugs of the news, newest first, but for the first of all; an answer that is not of now has another. */
    private static List<String> latest(TestNode node) throws IOException, InterruptedException {
        String body = HTTP.send(
                        Api.get(node.port(), "{ news { nodes { slug } } }").build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        List<String> slugs = new ArrayList<>();
        JsonNode answer = JsonMapper.shared().readTree(body);
        if (answer.has("errors") || answer.at("/extensions/stale").isObject()) {
            return List.of("unknown");
        }
        answer.at("/data/news/nodes").forEach(news -> slugs.add(news.get("slug").asString()));
        slugs.remove("before");
        return slugs;
    }
}
