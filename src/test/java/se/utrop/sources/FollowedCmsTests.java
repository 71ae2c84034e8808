package se.utrop.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static se.utrop.Editor.content;
import static se.utrop.Editor.fields;

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
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.hamcrest.Matcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import se.utrop.Editor;
import se.utrop.Ports;
import se.utrop.ServerProcess;
import se.utrop.TestNode;
import se.utrop.Tokens;
import se.utrop.embedded.RestartablePostgres;

/**
 * Two nodes follow a newsroom that is edited all the time and whose server fails often. One of them is killed while it
 * fetches. How many edits: the system property {@code utrop.sources.edits}; the seed: {@code utrop.sources.seed}.
 */
class FollowedCmsTests {

    private static final int EDITS = Integer.getInteger("utrop.sources.edits", 80);

    private static final long SEED = Long.getLong("utrop.sources.seed", 1);

    private static final Duration PACE = Duration.ofMillis(60);

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private Path directory;

    @Test
    void theNewsroomEndsEqualToTheOneThatItFollowsWithEachChangeOnce() throws Exception {
        try (Cms cms = new Cms(SEED);
                RestartablePostgres database = RestartablePostgres.start(directory)) {
            ServerProcess victim = new ServerProcess(Ports.free(), settings(cms, database), directory);
            try (TestNode survivor = TestNode.start(settings(cms, database))) {
                victim.awaitReady();
                edit(cms, survivor, "before ");
                kill(victim, cms, survivor);
                edit(cms, survivor, "after ");
                cms.recover();
                Awaitility.await()
                        .atMost(Duration.ofSeconds(60))
                        .untilAsserted(() -> assertThat(news(database)).containsExactlyInAnyOrderElementsOf(all(cms)));
                assertEachChangeOnce(database);
            } finally {
                victim.kill();
            }
        }
    }

    private static List<String> settings(Cms cms, RestartablePostgres database) {
        List<String> settings = new ArrayList<>();
        List<String> feeds = List.of("atom", "rss");
        for (int i = 0; i < feeds.size(); i++) {
            String source = "--utrop.sources[%d].".formatted(i);
            settings.addAll(List.of(
                    source + "name=" + feeds.get(i),
                    source + "url=" + cms.address(feeds.get(i)),
                    source + "topics=" + feeds.get(i),
                    source + "interval=250ms",
                    source + "max-interval=1s",
                    source + "timeout=500ms",
                    source + "retract-deleted=true",
                    source + "allow-private-addresses=true"));
        }
        return Stream.of(database.settings(), Tokens.settings(), settings)
                .flatMap(List::stream)
                .toList();
    }

    /** People edit there, and an editor publishes here. */
    private static void edit(Cms cms, TestNode node, String part) throws Exception {
        for (int i = 0; i < EDITS / 2; i++) {
            cms.edit();
            if (i % 20 == 0) {
                publish(node, part + i);
            }
            Thread.sleep(PACE);
        }
    }

    /** On a busy machine a call may take too long: it is repeated under the same key. */
    private static void publish(TestNode node, String key) throws Exception {
        HttpRequest call = Editor.request(
                        node.port(), "publishNews", fields("idempotencyKey", key, "news", content("Egen nyhet " + key)))
                .build();
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(
                        () -> HTTP.send(call, HttpResponse.BodyHandlers.ofString())
                                .body(),
                        hasNoErrors());
    }

    private static Matcher<String> hasNoErrors() {
        return containsString("\"userErrors\":[]");
    }

    /** While it holds the lease on a source. */
    private static void kill(ServerProcess victim, Cms cms, TestNode survivor) throws Exception {
        SourceFollower follower = survivor.bean(SourceFollower.class);
        follower.stop();
        cms.stall();
        Awaitility.await().until(() -> cms.stalled() > 0);
        victim.kill();
        follower.start();
        cms.open();
    }

    private static List<String> all(Cms cms) {
        return Stream.of("atom", "rss")
                .flatMap(feed -> cms.titles(feed).stream().map(title -> feed + " " + title))
                .toList();
    }

    private static List<String> news(RestartablePostgres database) throws SQLException {
        return ask(database, """
            select t.name || ' ' || n.title from news n join news_topic on news_id = n.id join topic t on t.id = topic_id\
            """);
    }

    private static void assertEachChangeOnce(RestartablePostgres database) throws SQLException {
        assertThat(ask(database, "select count(*) from news where title like 'Egen%'"))
                .containsExactly(String.valueOf(2 * Math.ceilDiv(EDITS / 2, 20)));
        assertThat(ask(database, """
            select e.slug || ': ' || string_agg(type, ' ' order by position) from event e
            where news_id is not null
            group by news_id, e.slug
            having string_agg(type, ' ' order by position) !~ '^PUBLISHED( REVISED)*( RETRACTED)?$'\
            """))
                .as("items whose events have another order")
                .isEmpty();
        assertThat(ask(database, """
            select n.title from news n
            where (select count(*) from event where news_id = n.id) <> n.revision
            """)).as("items with an event too many").isEmpty();
        assertThat(ask(database, """
            select title from (
                select title, cast(substring(title from '\\d+$') as int) as version,
                    lag(cast(substring(title from '\\d+$') as int)) over (partition by news_id order by number) as before
                from revision
            ) r where version <= before\
            """)).as("revisions that repeat or go back").isEmpty();
    }

    private static List<String> ask(RestartablePostgres database, String sql) throws SQLException {
        List<String> answers = new ArrayList<>();
        try (Connection session = DriverManager.getConnection(database.jdbcUrl());
                Statement statement = session.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                answers.add(rows.getString(1));
            }
        }
        return answers;
    }
}
