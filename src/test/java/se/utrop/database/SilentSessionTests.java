package se.utrop.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.R2dbcTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import se.utrop.embedded.RestartablePostgres;
import se.utrop.sql.Columns;

/** The pool has one session: it must not be lost, nor be handed out again when nothing answers it any more. */
@Timeout(120)
class SilentSessionTests {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Duration SHORT = Duration.ofMillis(500);

    @TempDir
    private static Path directory;

    private static RestartablePostgres database;

    private TcpProxy proxy;

    private final ApplicationContextRunner start = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    DatabaseAutoConfiguration.class, R2dbcAutoConfiguration.class, FlywayAutoConfiguration.class))
            .withPropertyValues(
                    "spring.r2dbc.pool.initial-size=1",
                    "spring.r2dbc.pool.max-size=1",
                    "spring.r2dbc.pool.max-acquire-time=10s",
                    "spring.r2dbc.pool.acquire-retry=0");

    @BeforeAll
    static void open() throws Exception {
        database = RestartablePostgres.start(directory);
    }

    @AfterAll
    static void close() throws Exception {
        database.close();
    }

    @BeforeEach
    void putBetween() throws Exception {
        proxy = new TcpProxy(database.port());
    }

    @AfterEach
    void remove() throws Exception {
        proxy.close();
    }

    @Test
    void replacesASessionWhoseStatementWasGivenUp() {
        assertRecovery(
                connections -> ask(connections, "select 'lost'").timeout(SHORT).then());
    }

    @Test
    void replacesASessionWhoseWorkWasCancelled() {
        assertRecovery(connections -> {
            Cancellation cancellation = new Cancellation();
            return ask(connections, "select 'lost'")
                    .doOnCancel(cancellation::cancel)
                    .timeout(SHORT)
                    .contextWrite(cancellation::in)
                    .then();
        });
    }

    @Test
    void replacesASessionWhoseTransactionHadNotBegun() {
        assertRecovery(connections -> {
            TransactionalOperator transaction = new DatabaseAutoConfiguration().transaction(connections);
            DatabaseClient client = DatabaseClient.create(connections);
            return transaction
                    .transactional(client.sql("select 1").then())
                    .timeout(SHORT)
                    .then();
        });
    }

    @Test
    void failsAStatementThatIsNeverAnswered() {
        start("utrop.database.statement-timeout=100ms", connections -> {
            proxy.silence();
            assertThatThrownBy(() -> ask(connections, "select 'lost'").block(PATIENCE))
                    .isInstanceOf(R2dbcTimeoutException.class);
            proxy.speak();
            assertThat(ask(connections, "select 'back'").block(PATIENCE)).isEqualTo("back");
        });
    }

    @Test
    void replacesSessionsThatAreOlderThanASilence() {
        startContext("utrop.database.statement-timeout=10s").run(context -> {
            ConnectionFactory connections = context.getBean(ConnectionFactory.class);
            String backend = "select pg_backend_pid()::text";
            String before = ask(connections, backend).block(PATIENCE);
            assertThat(ask(connections, backend).block(PATIENCE)).isEqualTo(before);
            context.getBean(OpenSessions.class).expireAll();
            assertThat(ask(connections, backend).block(PATIENCE)).isNotEqualTo(before);
        });
    }

    private void assertRecovery(Function<ConnectionFactory, Mono<Void>> work) {
        start("utrop.database.statement-timeout=10s", connections -> {
            proxy.silence();
            assertThatThrownBy(() -> work.apply(connections).block(PATIENCE))
                    .hasRootCauseInstanceOf(TimeoutException.class);
            proxy.speak();
            assertThat(ask(connections, "select 'back'").block(PATIENCE)).isEqualTo("back");
        });
    }

    private void start(String setting, Consumer<ConnectionFactory> test) {
        startContext(setting).run(context -> {
            ConnectionFactory connections = context.getBean(ConnectionFactory.class);
            assertThat(ask(connections, "select 'there'").block(PATIENCE)).isEqualTo("there");
            test.accept(connections);
        });
    }

    private ApplicationContextRunner startContext(String setting) {
        return start.withPropertyValues(database.settings(proxy.port(), RestartablePostgres.DATABASE).stream()
                        .map(own -> own.substring(2))
                        .toArray(String[]::new))
                .withPropertyValues(setting);
    }

    private static Mono<String> ask(ConnectionFactory connections, String sql) {
        return Mono.usingWhen(
                connections.create(),
                connection -> Flux.from(connection.createStatement(sql).execute())
                        .concatMap(result -> result.map(row -> Columns.required(row, 0, String.class)))
                        .next(),
                Connection::close);
    }
}
