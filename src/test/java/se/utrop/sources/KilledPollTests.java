package se.utrop.sources;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import se.utrop.Ports;
import se.utrop.ServerProcess;
import se.utrop.TestNode;
import se.utrop.Tokens;
import se.utrop.embedded.PgBouncer;
import se.utrop.embedded.RestartablePostgres;

/**
 * Nodes are killed while they store a poll. Its items and the state of the source stay together: an ETag that was kept
 * without the items would lose them. The nodes connect through PgBouncer in transaction mode, with its default settings.
 */
@Timeout(240)
class KilledPollTests {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private static final String FIRST = "\"1\"";

    @TempDir
    private Path directory;

    private final CountDownLatch gate = new CountDownLatch(1);

    private volatile String etag = FIRST;

    private volatile String feed = feed("Ny bro", "Ny väg");

    @Test
    void aPollIsStoredAsAWholeOrNotAtAll() throws Exception {
        try (FeedServer server = new FeedServer().answers(this::answer);
                RestartablePostgres database = RestartablePostgres.start(directory);
                PgBouncer pooler = PgBouncer.start(directory, database, "transaction", "default_pool_size = 3")) {
            List<String> settings = settings(server, database, pooler);
            killBeforeTheStateIsStored(settings, server, database);
            assertThat(stored(database)).isEqualTo("0 items, ETag none");
            killDuringTheCommit(settings, database);
            assertThat(stored(database)).isEqualTo("2 items, ETag " + FIRST);
            goOn(settings, server, database);
        }
    }

    private static List<String> settings(FeedServer server, RestartablePostgres database, PgBouncer pooler) {
        List<String> settings = new ArrayList<>(database.settings(pooler.port(), RestartablePostgres.DATABASE));
        settings.add(database.settings(database.port(), RestartablePostgres.DATABASE)
                .getFirst()
                .replace("spring.r2dbc.url", "utrop.database.direct.url"));
        settings.addAll(Tokens.settings());
        settings.addAll(List.of(
                "--utrop.sources[0].name=" + TestSource.NAME,
                "--utrop.sources[0].url=" + server.address("/feed"),
                "--utrop.sources[0].interval=500ms",
                "--utrop.sources[0].max-interval=1s",
                "--utrop.sources[0].allow-private-addresses=true"));
        return settings;
    }

    /** The items are in the transaction, and the state waits for a lock. */
    private void killBeforeTheStateIsStored(List<String> settings, FeedServer server, RestartablePostgres database)
            throws Exception {
        ServerProcess node = new ServerProcess(Ports.free(), settings, directory);
        try (Connection session = DriverManager.getConnection(database.jdbcUrl());
                Statement statement = session.createStatement()) {
            await(() -> !server.requests().isEmpty());
            session.setAutoCommit(false);
            statement.execute("select from source for update");
            gate.countDown();
            await(() -> isActive(database, "wait_event_type = 'Lock' and query like '%succeeded_at%'"));
            // before the lock falls
            node.kill();
        } finally {
            node.kill();
        }
        await(() -> !isActive(database, "wait_event_type = 'Lock'"));
    }

    /** COMMIT has been sent, and waits for a constraint. */
    private void killDuringTheCommit(List<String> settings, RestartablePostgres database) throws Exception {
        database.run("""
            create function wait() returns trigger language plpgsql as 'begin perform pg_sleep(3); return null; end';
            create constraint trigger wait after update on source deferrable initially deferred for each row
                when (new.succeeded_at is distinct from old.succeeded_at) execute function wait()\
            """);
        ServerProcess node = new ServerProcess(Ports.free(), settings, directory);
        try {
            await(() -> isActive(database, "wait_event = 'PgSleep'"));
        } finally {
            node.kill();
        }
        await(() -> !isActive(database, "wait_event = 'PgSleep'"));
        database.run("drop trigger wait on source");
    }

    private void goOn(List<String> settings, FeedServer server, RestartablePostgres database) throws Exception {
        try (TestNode node = TestNode.start(settings)) {
            assertThat(node.port()).isPositive();
            await(() -> FIRST.equals(server.latest().headers().getFirst("If-None-Match")));
            feed = feed("Ny bro", "Ny väg", "Ny skola");
            etag = "\"2\"";
            await(() -> stored(database).equals("3 items, ETag \"2\""));
        }
        assertThat(database.ask("select string_agg(type || ' ' || slug, ', ' order by slug) from event"))
                .isEqualTo("PUBLISHED ny-bro, PUBLISHED ny-skola, PUBLISHED ny-vag");
    }

    private static String stored(RestartablePostgres database) throws SQLException {
        return database.ask(
                "select format('%s items, ETag %s', (select count(*) from news), coalesce(etag, 'none')) from source");
    }

    private static boolean isActive(RestartablePostgres database, String condition) throws SQLException {
        return !database.ask("select count(*) from pg_stat_activity where pid <> pg_backend_pid() and " + condition)
                .equals("0");
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(LONGEST_WAIT).until(condition);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        boolean isKnown = etag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"));
        FeedServer.send(exchange, isKnown ? 304 : 200, Map.of("ETag", etag), isKnown ? "" : feed);
    }

    private static String feed(String... titles) {
        StringBuilder items = new StringBuilder();
        for (String title : titles) {
            items.append("<item><guid>%s</guid><title>%s</title><description>Text.</description></item>"
                    .formatted(title, title));
        }
        return "<rss version='2.0'><channel>" + items + "</channel></rss>";
    }
}
