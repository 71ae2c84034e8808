package se.utrop.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import se.utrop.Api;
import se.utrop.Editor;
import se.utrop.EventStream;
import se.utrop.TestNode;
import se.utrop.Tokens;
import se.utrop.embedded.RestartablePostgres;
import se.utrop.paging.Cursors;
import se.utrop.paging.Position;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Nodes whose queries read from a standby, which may lag behind, stop, or outlive the primary. */
@Timeout(180)
class ReadReplicaTests {

    private static final String FEED = "subscription($after: String) { newsFeed(after: $after) { cursor previousCursor"
            + " ... on NewsPublished { news { slug } } } }";

    /** Sessions of a pool, by default. */
    private static final int POOL = 10;

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private static Path directory;

    private static ReplicatedPostgres database;

    private static TestNode node;

    /** Waits for a standby that lags rather than read from the primary. */
    private static TestNode patient;

    private static int published;

    @BeforeAll
    static void start() throws Exception {
        database = ReplicatedPostgres.start(directory);
        TestNode.start(database.settings()).close();
        node = start("1s");
        patient = start("1m");
    }

    private static TestNode start(String maxLag) {
        RestartablePostgres standby = database.standby();
        return TestNode.start(
                Stream.concat(database.settings().stream(), Tokens.settings().stream())
                        .toList(),
                "--utrop.database.read.url=r2dbc:postgresql://%s:%d/%s"
                        .formatted(RestartablePostgres.HOST, standby.port(), RestartablePostgres.DATABASE),
                "--utrop.database.read.max-lag=" + maxLag);
    }

    @AfterAll
    static void end() throws Exception {
        patient.close();
        node.close();
        database.close();
    }

    @AfterEach
    void awaitReplica() throws SQLException {
        delay("0");
        awaitReplica(node);
        awaitReplica(patient);
    }

    private static void awaitReplica(TestNode one) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> isOnReplica(one));
    }

    private static boolean isOnReplica(TestNode one) {
        return one.bean(ReadDatabase.class).active() != null;
    }

    private static void delay(String time) throws SQLException {
        database.standby().run("alter system set recovery_min_apply_delay = '" + time + "'");
        database.standby().run("select pg_reload_conf()");
        Awaitility.await()
                .until(() ->
                        database.standby().ask("show recovery_min_apply_delay").equals(time));
    }

    @Test
    void queriesReadFromTheReplicaAlone() throws Exception {
        String slug = publish();
        awaitShown(node, slug);
        long before = scans();
        for (int i = 0; i < 50; i++) {
            assertThat(get(node, "q%d: newsBySlug(slug: \"%s\") { title }".formatted(i, slug)))
                    .contains("Titel");
        }
        Awaitility.await().until(() -> scans() == before);
    }

    /** Reads of the table of news by others than replication, which doesn't read tables. */
    private static long scans() throws SQLException {
        database.run("select pg_stat_force_next_flush()");
        return Long.parseLong(database.ask(
                "select sum(idx_scan + seq_scan) from pg_stat_user_tables where relname in ('news', 'topic',"
                        + " 'series')"));
    }

    /** A subscriber that reads as soon as it is told. */
    @Test
    void nobodyHearsOfAnEventThatQueriesDontShow() throws Exception {
        delay("150ms");
        try (EventStream feed = EventStream.open(node.port(), FEED, Map.of())) {
            for (int i = 0; i < 20; i++) {
                publish();
                String slug = feed.event().at("/news/slug").asString();
                assertThat(get(node, "newsBySlug(slug: \"%s\") { title }".formatted(slug)))
                        .contains("Titel");
                assertThat(isOnReplica(node)).isTrue();
            }
        }
    }

    @Test
    void aReplicaThatLagsIsLeftAndComesBack() throws Exception {
        delay("1h");
        try (EventStream feed = EventStream.open(node.port(), FEED, Map.of())) {
            String slug = publish();
            assertThat(feed.event().at("/news/slug").asString()).isEqualTo(slug);
            assertThat(isOnReplica(node)).isFalse();
            assertThat(get(node, "newsBySlug(slug: \"%s\") { title }".formatted(slug)))
                    .contains("Titel");
            delay("0");
            awaitReplica(node);
            assertThat(get(node, "newsBySlug(slug: \"%s\") { slug }".formatted(slug)))
                    .contains(slug);
        }
    }

    @Test
    void aReplicaWhosePoolIsExhaustedDoesNotLag() throws Exception {
        ConnectionFactory connections = node.bean(ReadDatabase.class).connections();
        try (EventStream feed = EventStream.open(node.port(), FEED, Map.of())) {
            List<? extends Connection> taken = Flux.range(0, POOL)
                    .flatMap(i -> connections.create())
                    .collectList()
                    .blockOptional()
                    .orElseThrow();
            String slug = publish();
            Thread.sleep(2_000);
            assertThat(isOnReplica(node)).isTrue();
            Flux.fromIterable(taken).flatMap(Connection::close).blockLast();
            assertThat(feed.event().at("/news/slug").asString()).isEqualTo(slug);
        }
    }

    @Test
    void aReplicaThatStopsIsReplacedAtOnce() throws Exception {
        String slug = publish();
        awaitShown(node, slug);
        database.withoutStandby();
        database.standby().kill();
        try {
            for (int i = 0; i < 20; i++) {
                assertThat(get(node, "s%d: newsBySlug(slug: \"%s\") { title }".formatted(i, slug)))
                        .contains("Titel");
            }
            assertThat(isOnReplica(node)).isFalse();
        } finally {
            database.standby().startAgain();
            database.withStandby();
        }
    }

    /** What was read of the primary before it went stays readable, and not from kept answers alone. */
    @Test
    void aReplicaServesQueriesWhileThePrimaryIsAway() throws Exception {
        String slug = publish();
        awaitShown(node, slug);
        database.killPrimary();
        try {
            Awaitility.await().until(() -> !node.bean(Notifications.class).isConnected());
            for (int i = 0; i < 20; i++) {
                assertThat(get(node, "p%d: newsBySlug(slug: \"%s\") { title }".formatted(i, slug)))
                        .contains("Titel");
            }
        } finally {
            database.startPrimary();
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> node.bean(Notifications.class).isListening()
                        && patient.bean(Notifications.class).isListening());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anAnswerIsAsNewAsItsClientDemands(boolean byAddress) throws Exception {
        delay("4s");
        for (int i = 0; i < 3; i++) {
            String slug = publish();
            String demanded = end(patient);
            HttpResponse<String> answer =
                    ask(patient, "newsBySlug(slug: \"%s\") { title }".formatted(slug), demanded, byAddress);
            assertThat(answer.body()).contains("Titel");
            String stated = answer.headers().firstValue("Feed-Cursor").orElseThrow();
            assertThat(number(patient, stated)).isGreaterThanOrEqualTo(number(patient, demanded));
        }
        assertThat(isOnReplica(patient)).isTrue();
    }

    /** Topics are kept: not where the answer has to be newer than they are. */
    @Test
    void whatIsKeptIsAsNewAsTheClientDemands() throws Exception {
        database.run("insert into topic (slug, name) values ('vatten', 'Vatten')");
        String document = "topics { name }";
        Awaitility.await().until(() -> get(patient, document).contains("Vatten"));
        delay("4s");
        database.run("update topic set name = 'Dricksvatten' where slug = 'vatten'");
        assertThat(ask(patient, document, end(patient), false).body()).contains("Dricksvatten");
    }

    @Test
    void aPositionThatNoDatabaseHasIsUnavailable() throws Exception {
        publish();
        String future = cursors(node).write(Cursors.FEED, Position.of(Instant.now(), 1_000_000));
        HttpResponse<String> answer = ask(node, "topics { name }", future, false);
        assertThat(answer.body()).contains("\"UNAVAILABLE\"");
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        assertThat(ask(node, "topics { name }", "x", false).body()).contains("\"CURSOR_INVALID\"");
    }

    /** By a node that reads from a standby, a subscription begins at a cursor that another node has given. */
    @Test
    void aSubscriptionBeginsAtAPositionThatTheReplicaLacks() throws Exception {
        delay("4s");
        publish();
        String start = end(patient);
        String slug = publish();
        try (EventStream feed = EventStream.open(patient.port(), FEED, Map.of("after", start))) {
            assertThat(feed.event().at("/news/slug").asString()).isEqualTo(slug);
        }
    }

    /** The requests of one client go to both nodes in turn. The cursor of one is ahead of what the other has read. */
    @Test
    void theFeedOverHttpGoesOnAtANodeThatIsBehindTheCursor() throws Exception {
        delay("4s");
        JsonNode page = page(node, "/feed?query=" + URLEncoder.encode(FEED, StandardCharsets.UTF_8));
        for (TestNode next : List.of(node, patient, node)) {
            String slug = publish();
            String cursor = page.get("cursor").asString();
            page = awaitEvents(next, page.get("next").asString());
            assertThat(page.get("events")).hasSize(1);
            JsonNode event = page.at("/events/0/data/newsFeed");
            assertThat(event.at("/news/slug").asString()).isEqualTo(slug);
            assertThat(event.at("/previousCursor").asString()).isEqualTo(cursor);
            JsonNode atOnce = page(patient, page.get("next").asString().replaceFirst("&live=.*", ""));
            assertThat(atOnce.get("events")).isEmpty();
            assertThat(atOnce.get("cursor")).isEqualTo(page.get("cursor"));
        }
        assertThat(isOnReplica(patient)).isTrue();
    }

    private static JsonNode awaitEvents(TestNode one, String address) throws Exception {
        JsonNode page = page(one, address);
        while (page.get("events").isEmpty()) {
            page = page(one, page.get("next").asString());
        }
        return page;
    }

    private static JsonNode page(TestNode one, String address) throws Exception {
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + one.port() + address))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JsonMapper.shared().readTree(answer.body());
    }

    @Test
    void aMutationIsAnsweredFromAfterItself() throws Exception {
        delay("150ms");
        for (int i = 0; i < 5; i++) {
            HttpResponse<String> answer = HTTP.send(
                    Editor.request(node.port(), "publishNews", Map.of("news", Editor.content("Egen text " + i)))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            JsonNode payload = JsonMapper.shared().readTree(answer.body()).at("/data/payload");
            assertThat(payload.at("/news/title").asString()).isEqualTo("Egen text " + i);
            String stated = answer.headers().firstValue("Feed-Cursor").orElseThrow();
            assertThat(number(node, stated)).isEqualTo(number(node, end(node)));
            assertThat(get(node, "newsBySlug(slug: \"egen-text-%d\") { title }".formatted(i)))
                    .contains("Egen text " + i);
        }
    }

    private static String publish() throws SQLException {
        String slug = "n" + published++;
        database.run("insert into news (slug, title, summary, published_at) values ('%s', 'Titel', 'Ingress', now())"
                .formatted(slug));
        return slug;
    }

    private static void awaitShown(TestNode one, String slug) {
        Awaitility.await()
                .until(() -> get(one, "newsBySlug(slug: \"%s\") { slug }".formatted(slug))
                        .contains("\"" + slug + "\"}"));
    }

    /** The cursor of the end of the log in the primary, as another node would have given it. */
    private static String end(TestNode one) throws SQLException {
        long number = Long.parseLong(database.ask("select position from feed"));
        Instant time = Instant.parse(database.ask(
                "select to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') from feed"));
        return cursors(one).write(Cursors.FEED, Position.of(time, number));
    }

    private static Cursors cursors(TestNode one) {
        return one.bean(Cursors.class);
    }

    private static long number(TestNode one, String cursor) {
        return cursors(one).read(Cursors.FEED, "after", cursor).key();
    }

    private static String get(TestNode one, String fields) throws Exception {
        return ask(one, fields, null, false).body();
    }

    private static HttpResponse<String> ask(TestNode one, String fields, @Nullable String least, boolean byAddress)
            throws Exception {
        HttpRequest.Builder request = Api.get(one.port(), "{ " + fields + " }");
        if (least != null && byAddress) {
            String address = request.build().uri() + "&at=" + URLEncoder.encode(least, StandardCharsets.UTF_8);
            request.uri(URI.create(address));
        } else if (least != null) {
            request.header("Feed-Cursor-At-Least", least);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
