package se.utrop.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import se.utrop.Api;
import se.utrop.EventStream;
import se.utrop.TestNode;
import se.utrop.embedded.RestartablePostgres;
import se.utrop.paging.Cursors;
import se.utrop.paging.Position;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Two nodes, each on a standby of its own that applies commits late: a client that demands a position gets it, every answer
 * has what its position says, and subscribers miss, repeat and reorder nothing; at last a failover loses commits.
 *
 * <p>{@code -Dutrop.replicas.pairs=10000} for the long form.
 */
@Timeout(1800)
class ReplicatedNodesTests {

    private static final int PAIRS = Integer.getInteger("utrop.replicas.pairs", 200);

    private static final int LOST = 20;

    private static final String FEED = """
        subscription { newsFeed { cursor previousCursor ... on NewsPublished { news { slug } } } }
        """;

    private static final String NEWEST = "{ news(first: 1) { nodes { slug } feedCursor } }";

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private static Path directory;

    private final Random random = new Random(1);

    private final List<String> published = new ArrayList<>();

    private long first;

    @Test
    void answersAreAsNewAsTheyStateAndSubscribersHearEachEventOnce() throws Exception {
        try (ReplicatedPostgres database = ReplicatedPostgres.start(directory)) {
            TestNode.start(database.settings()).close();
            RestartablePostgres second = database.anotherStandby();
            delay(database.standby(), "10ms");
            delay(second, "40ms");
            try (TestNode a = start(database, database.standby());
                    TestNode b = start(database, second)) {
                Awaitility.await().until(() -> isOnReplica(a) && isOnReplica(b));
                answersAreAsNewAsTheyState(database, List.of(a, b));
                aFailoverThatLosesEventsIsToldOf(database, second, List.of(a, b));
            } finally {
                second.close();
            }
        }
    }

    private static TestNode start(ReplicatedPostgres database, RestartablePostgres standby) {
        return TestNode.start(
                database.settings(),
                "--utrop.database.read.url=r2dbc:postgresql://%s:%d/%s"
                        .formatted(RestartablePostgres.HOST, standby.port(), RestartablePostgres.DATABASE));
    }

    private static boolean isOnReplica(TestNode node) {
        return node.bean(ReadDatabase.class).active() != null;
    }

    private static void delay(RestartablePostgres standby, String time) throws SQLException {
        standby.run("alter system set recovery_min_apply_delay = '" + time + "'");
        standby.run("select pg_reload_conf()");
    }

    private void answersAreAsNewAsTheyState(ReplicatedPostgres database, List<TestNode> nodes) throws Exception {
        Cursors cursors = nodes.getFirst().bean(Cursors.class);
        first = Long.parseLong(database.ask("select position from feed"));
        try (Connection session = DriverManager.getConnection(database.jdbcUrl());
                EventStream ofA = EventStream.open(nodes.get(0).port(), FEED, Map.of());
                EventStream ofB = EventStream.open(nodes.get(1).port(), FEED, Map.of())) {
            for (int i = 0; i < PAIRS; i++) {
                Position end = publish(session, "p" + i);
                String demanded = cursors.write(Cursors.FEED, end);
                assertStated(cursors, ask(nodes.get(random.nextInt(2)), demanded), end.key());
                assertStated(cursors, ask(nodes.get(random.nextInt(2)), null), first);
            }
            for (EventStream feed : List.of(ofA, ofB)) {
                List<JsonNode> heard = feed.events(PAIRS);
                assertThat(heard.stream().map(event -> event.at("/news/slug").asString()))
                        .isEqualTo(published);
                for (int i = 1; i < PAIRS; i++) {
                    assertThat(heard.get(i).get("previousCursor"))
                            .isEqualTo(heard.get(i - 1).get("cursor"));
                }
                assertThat(feed.arrived()).isEmpty();
            }
        }
    }

    private Position publish(Connection session, String slug) throws SQLException {
        try (PreparedStatement insert = session.prepareStatement("""
            insert into news (slug, title, summary, published_at) values (?, 'Titel', 'Ingress', now())
            """)) {
            insert.setString(1, slug);
            insert.execute();
        }
        published.add(slug);
        try (ResultSet row = session.createStatement().executeQuery("select position, occurred_at from feed")) {
            row.next();
            return Position.of(row.getTimestamp(2).toInstant(), row.getLong(1));
        }
    }

    /** The answer has all up to the position that it states, which is as late as demanded. */
    private void assertStated(Cursors cursors, HttpResponse<String> answer, long demanded) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode news = JsonMapper.shared().readTree(answer.body()).at("/data/news");
        long inHeader =
                number(cursors, answer.headers().firstValue("Feed-Cursor").orElseThrow());
        long inBody = number(cursors, news.get("feedCursor").asString());
        assertThat(inHeader).isGreaterThanOrEqualTo(demanded).isLessThanOrEqualTo(inBody);
        if (inBody > first) {
            String newest = news.at("/nodes/0/slug").asString();
            assertThat(newest).isEqualTo(published.get((int) (inBody - first - 1)));
        }
    }

    private static long number(Cursors cursors, String cursor) {
        return cursors.read(Cursors.FEED, "after", cursor).key();
    }

    /** Again where the server says so: on a busy machine neither the standby nor the primary may answer in time. */
    private static HttpResponse<String> ask(TestNode node, @Nullable String least) throws Exception {
        HttpRequest.Builder request = Api.get(node.port(), NEWEST);
        if (least != null) {
            request.header("Feed-Cursor-At-Least", least);
        }
        HttpResponse<String> answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return answer.statusCode() == 503 ? ask(node, least) : answer;
    }

    private void aFailoverThatLosesEventsIsToldOf(
            ReplicatedPostgres database, RestartablePostgres second, List<TestNode> nodes) throws Exception {
        List<String> lost = IntStream.range(0, LOST).mapToObj(i -> "lost" + i).toList();
        List<EventStream> feeds = new ArrayList<>();
        try {
            for (TestNode node : nodes) {
                feeds.add(EventStream.open(node.port(), FEED, Map.of()));
            }
            second.run("alter system set primary_conninfo = ''");
            second.run("select pg_reload_conf()");
            database.detachStandby();
            try (Connection session = DriverManager.getConnection(database.jdbcUrl())) {
                for (String slug : lost) {
                    publish(session, slug);
                }
            }
            for (EventStream feed : feeds) {
                assertThat(feed.events(LOST).stream()
                                .map(event -> event.at("/news/slug").asString()))
                        .isEqualTo(lost);
            }
            database.failoverAsIs();
            try (Connection session = DriverManager.getConnection(database.jdbcUrl())) {
                publish(session, "new");
            }
            for (EventStream feed : feeds) {
                assertThat(feed.answer().at("/errors/0/extensions/code").asString())
                        .isEqualTo("CURSOR_INVALID");
            }
            for (TestNode node : nodes) {
                Awaitility.await()
                        .until(() -> ask(node, null).statusCode() == 200
                                && ask(node, null).body().contains("\"new\""));
                for (String slug : lost) {
                    HttpRequest request = Api.get(node.port(), "{ newsBySlug(slug: \"%s\") { slug } }".formatted(slug))
                            .build();
                    assertThat(HTTP.send(request, HttpResponse.BodyHandlers.ofString())
                                    .body())
                            .contains("null");
                }
            }
        } finally {
            for (EventStream feed : feeds) {
                feed.close();
            }
        }
    }
}
