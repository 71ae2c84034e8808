package se.utrop.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.ConnectionFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import se.utrop.ServedNewsroom;
import se.utrop.TestNode;
import se.utrop.Tokens;
import se.utrop.UtropProgram;
import se.utrop.embedded.PgBouncer;
import se.utrop.embedded.RestartablePostgres;

/** A server whose pool connects through PgBouncer with its default settings, and whose listener doesn't. */
@Timeout(180)
class PooledServerTests {

    private static final String NEWSROOM = "newsroom";

    /** Fewer sessions of PostgreSQL than the pool has clients: they are lent from one to the other. */
    private static final String[] FEW_SESSIONS = {"default_pool_size = 3"};

    @TempDir
    private static Path directory;

    private static RestartablePostgres database;

    @BeforeAll
    static void start() throws Exception {
        database = RestartablePostgres.start(directory);
    }

    @AfterAll
    static void end() throws Exception {
        database.close();
    }

    @BeforeEach
    void create() throws Exception {
        database.run("create database " + NEWSROOM);
    }

    @AfterEach
    void drop() throws Exception {
        database.run("drop database %s with (force)".formatted(NEWSROOM));
    }

    @Test
    void everythingWorksInTransactionMode() throws Exception {
        try (PgBouncer pooler = PgBouncer.start(directory, database, "transaction", FEW_SESSIONS);
                TestNode node = start(pooler)) {
            assertListens(node);
            new ServedNewsroom(node.port()).check();
        }
    }

    @Test
    void everythingWorksInSessionMode() throws Exception {
        try (PgBouncer pooler = PgBouncer.start(directory, database, "session");
                TestNode node = start(pooler)) {
            assertListens(node);
            new ServedNewsroom(node.port()).check();
        }
    }

    @Test
    void preparedStatementsAreUsedWhereTheUrlAsksForThem() throws Exception {
        try (PgBouncer pooler = PgBouncer.start(directory, database, "session");
                TestNode node = TestNode.start(settings(pooler, "?preparedStatementCacheQueries=100"))) {
            new ServedNewsroom(node.port()).check();
            assertThat(DatabaseClient.create(node.bean(ConnectionFactory.class))
                            .sql("select count(*) from pg_prepared_statements where $1 = 1")
                            .bind(0, 1)
                            .mapValue(Long.class)
                            .one()
                            .block())
                    .isPositive();
        }
    }

    @Test
    void aTransactionHasTheSettingsOfASession() throws Exception {
        try (PgBouncer pooler = PgBouncer.start(directory, database, "transaction", FEW_SESSIONS);
                TestNode node = start(pooler)) {
            String settings = DatabaseClient.create(node.bean(ConnectionFactory.class))
                    .sql("select concat_ws(' ', current_setting('plan_cache_mode'),"
                            + " current_setting('statement_timeout'),"
                            + " current_setting('idle_in_transaction_session_timeout'))")
                    .mapValue(String.class)
                    .one()
                    .as(node.bean(TransactionalOperator.class)::transactional)
                    .block();
            assertThat(settings).isEqualTo("force_generic_plan 10s 1min");
        }
    }

    @Test
    void aStatementThatTakesTooLongIsCancelled() throws Exception {
        try (PgBouncer pooler = PgBouncer.start(directory, database, "transaction", FEW_SESSIONS);
                TestNode node = TestNode.start(settings(pooler, ""), "--utrop.database.statement-timeout=100ms")) {
            DatabaseClient client = DatabaseClient.create(node.bean(ConnectionFactory.class));
            assertThatThrownBy(() -> client.sql("select pg_sleep(60)").then().block())
                    .hasMessageContaining("has not answered");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> database.ask(
                                    "select count(*) from pg_stat_activity where query like '%pg_sleep(60)%' and state"
                                            + " = 'active' and pid <> pg_backend_pid()")
                            .equals("0"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ignore_startup_parameters = extra_float_digits"})
    void saysWhatToSetWhereThePoolerRefusesTheSessions(String accepted) throws Exception {
        try (PgBouncer pooler = PgBouncer.start(directory, database, "transaction", accepted)) {
            List<String> command = new ArrayList<>(UtropProgram.command());
            command.add("--server.port=0");
            command.addAll(database.settings(pooler.port(), NEWSROOM));
            Process program =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(program.waitFor()).isOne();
            assertThat(said)
                    .contains("A connection pooler", "unsupported startup parameter", "UTROP_DATABASE_DIRECT_URL")
                    .doesNotContainPattern("(?m)^\\s+at ");
        }
    }

    private static TestNode start(PgBouncer pooler) {
        return TestNode.start(settings(pooler, ""));
    }

    private static List<String> settings(PgBouncer pooler, String parameters) {
        List<String> pool = database.settings(pooler.port(), NEWSROOM);
        String direct = database.settings(database.port(), NEWSROOM)
                .getFirst()
                .replace("spring.r2dbc.url", "utrop.database.direct.url");
        return Stream.concat(
                        Stream.of(pool.get(0) + parameters, pool.get(1), pool.get(2), direct),
                        Tokens.settings().stream())
                .toList();
    }

    private static void assertListens(TestNode node) {
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(node.bean(Notifications.class)::isListening);
    }
}
