package se.utrop.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import se.utrop.embedded.EmbeddedDatabaseAutoConfiguration;

@Timeout(60)
class DatabaseConnectionTests {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    static Path data;

    private final ApplicationContextRunner start = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    DatabaseAutoConfiguration.class,
                    EmbeddedDatabaseAutoConfiguration.class,
                    R2dbcAutoConfiguration.class,
                    FlywayAutoConfiguration.class))
            .withPropertyValues("utrop.data=" + data);

    @Test
    void setsWhatEveryConnectionIsToHave() {
        start.run(context -> {
            ConnectionFactory connections = context.getBean(ConnectionFactory.class);
            assertThat(ask(connections, "show statement_timeout")).isEqualTo("10s");
            assertThat(ask(connections, "show application_name")).isEqualTo("utrop");
        });
    }

    @Test
    void keepsABoundedNumberOfPreparedStatements() {
        start.run(context -> {
            ConnectionFactory connections = context.getBean(ConnectionFactory.class);
            String prepared = "select count(*)::text from pg_prepared_statements";
            Mono<String> count = Mono.usingWhen(
                    connections.create(),
                    connection -> Flux.range(0, 400)
                            .concatMap(number -> first(connection, "select $1::int4::text as n" + number, number))
                            .then(first(connection, prepared)),
                    Connection::close);
            assertThat(Integer.parseInt(count.blockOptional().orElseThrow()))
                    .isBetween(100, ConnectionSettings.PREPARED_STATEMENTS);
        });
    }

    @Test
    void limitsAStatementButNotATransaction() {
        start.withPropertyValues("utrop.database.statement-timeout=500ms").run(context -> {
            ConnectionFactory connections = context.getBean(ConnectionFactory.class);
            Mono<String> transaction = Mono.usingWhen(
                    connections.create(),
                    connection -> Mono.from(connection.beginTransaction())
                            .thenMany(Flux.range(0, 4))
                            .concatMap(_ -> first(connection, "select pg_sleep(0.2)::text"))
                            .then(first(connection, "select (clock_timestamp() - now() > interval '0.7 s')::text"))
                            .delayUntil(_ -> connection.commitTransaction()),
                    Connection::close);
            assertThat(transaction.block(Duration.ofSeconds(20))).isEqualTo("true");
            assertThatThrownBy(() -> ask(connections, "select pg_sleep(5)::text"))
                    .hasMessageContaining("statement timeout");
        });
    }

    @Test
    void leavesNoTimeoutWhereItIsZero() {
        start.withPropertyValues("utrop.database.statement-timeout=0")
                .run(context -> assertThat(ask(context.getBean(ConnectionFactory.class), "show statement_timeout"))
                        .isEqualTo("0"));
    }

    @Test
    void closesItsConnectionsBeforeTheServerStops() throws Exception {
        start.run(context -> ask(context.getBean(ConnectionFactory.class), "select 'used'"));
        assertThat(Files.readString(data.resolve("postgresql.log")))
                .contains("database system is shut down")
                .doesNotContain("FATAL");
    }

    private static String ask(ConnectionFactory connections, String sql) {
        return Mono.usingWhen(connections.create(), connection -> first(connection, sql), Connection::close)
                .blockOptional(Duration.ofSeconds(20))
                .orElseThrow();
    }

    private static Mono<String> first(Connection connection, String sql, Object... values) {
        var statement = connection.createStatement(sql);
        for (int index = 0; index < values.length; index++) {
            statement.bind(index, values[index]);
        }
        return Flux.from(statement.execute())
                .concatMap(result -> result.map(row -> String.valueOf(row.get(0, String.class))))
                .next();
    }
}
