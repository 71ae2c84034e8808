package se.utrop.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactoryOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import se.utrop.embedded.PgBouncer;
import se.utrop.embedded.RestartablePostgres;
import se.utrop.sql.Columns;

/** PgBouncer lends a session to whoever has a transaction: what was LISTENed to is lost, and nothing says so. */
class ConnectionPoolerTests {

    private static final String CHANNEL = "utrop_feed_test";

    private static final Duration INTERVAL = Duration.ofMillis(200);

    private static final Duration DEADLINE = Duration.ofSeconds(5);

    @TempDir
    private static Path directory;

    private static RestartablePostgres database;

    private static PgBouncer pooler;

    @BeforeAll
    static void start() throws Exception {
        database = RestartablePostgres.start(directory);
        pooler = PgBouncer.start(
                directory, database, "transaction", "ignore_startup_parameters = extra_float_digits,options");
    }

    @AfterAll
    static void end() throws Exception {
        pooler.close();
        database.close();
    }

    @Test
    void aListenerThatDoesntReceiveItsOwnNotificationsPolls() {
        Notifications notifications = notifications(pooler.port());
        AtomicInteger reads = new AtomicInteger();
        Disposable listening = listen(notifications).subscribe(one -> reads.incrementAndGet());
        try {
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(notifications::isConnected);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .during(DEADLINE.plusSeconds(2))
                    .until(() -> !notifications.isListening());
            assertThat(reads.get()).isGreaterThan(5);
            assertThat(notifications.reconnects()).isZero();
        } finally {
            listening.dispose();
        }
    }

    @Test
    void aListenerWithASessionOfItsOwnListens() {
        Notifications notifications = notifications(database.port());
        Disposable listening = listen(notifications).subscribe();
        try {
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(notifications::isListening);
        } finally {
            listening.dispose();
        }
    }

    private static Flux<String> listen(Notifications notifications) {
        return notifications.listen(session -> Mono.just(CHANNEL), ConnectionPoolerTests::read, INTERVAL, DEADLINE);
    }

    private static Mono<String> read(Connection session) {
        return Flux.from(session.createStatement("select 'read'").execute())
                .concatMap(result -> result.map((row, metadata) -> Columns.required(row, 0, String.class)))
                .last();
    }

    private static Notifications notifications(int port) {
        return new Notifications(new SessionFactory(
                ConnectionFactoryOptions.builder()
                        .option(ConnectionFactoryOptions.DRIVER, "postgresql")
                        .option(ConnectionFactoryOptions.HOST, RestartablePostgres.HOST)
                        .option(ConnectionFactoryOptions.PORT, port)
                        .option(ConnectionFactoryOptions.USER, RestartablePostgres.USER)
                        .option(ConnectionFactoryOptions.PASSWORD, database.password())
                        .option(ConnectionFactoryOptions.DATABASE, RestartablePostgres.DATABASE)
                        .option(ConnectionFactoryOptions.CONNECT_TIMEOUT, DEADLINE)
                        .option(PostgresqlConnectionFactoryProvider.PREPARED_STATEMENT_CACHE_QUERIES, 0)
                        .build(),
                new OpenSessions()));
    }
}
