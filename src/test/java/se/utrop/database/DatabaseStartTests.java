package se.utrop.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.AbstractThrowableAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.boot.test.context.runner.AbstractApplicationContextRunner;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import se.utrop.UtropProgram;
import se.utrop.embedded.RestartablePostgres;

/** What a start makes of a database that it finds. */
@Timeout(120)
class DatabaseStartTests {

    private static final AutoConfigurations DATABASE = AutoConfigurations.of(
            DatabaseAutoConfiguration.class, R2dbcAutoConfiguration.class, FlywayAutoConfiguration.class);

    @TempDir
    private static Path directory;

    private static RestartablePostgres database;

    private final ReactiveWebApplicationContextRunner server =
            new ReactiveWebApplicationContextRunner().withConfiguration(DATABASE);

    private final ApplicationContextRunner command = new ApplicationContextRunner().withConfiguration(DATABASE);

    @BeforeAll
    static void open() throws Exception {
        database = RestartablePostgres.start(directory);
    }

    @AfterAll
    static void close() throws Exception {
        database.close();
    }

    @BeforeEach
    void empty() throws Exception {
        database.run("drop schema public cascade; create schema public");
    }

    @Test
    void aCommandLeavesTheNewsroomAsAServerSetIt() throws Exception {
        start(server, "utrop.zone=Asia/Kolkata", "utrop.search.language=english");
        String migrations = migrations();
        start(command);
        start(command, "utrop.zone=Europe/Paris", "utrop.search.language=french");
        assertThat(newsroom()).isEqualTo("Asia/Kolkata english");
        assertThat(migrations()).isEqualTo(migrations);
        start(server, "utrop.zone=Asia/Kolkata", "utrop.search.language=english");
        assertThat(migrations()).isEqualTo(migrations);
    }

    @Test
    void anImportLeavesTheNewsroomAsAServerSetIt() throws Exception {
        start(server, "utrop.zone=Asia/Kolkata", "utrop.search.language=english");
        List<String> program = new ArrayList<>(UtropProgram.command());
        program.addAll(List.of("import", "db/sample/lagesrapporter.txt", "--captured=2023-11-08"));
        program.addAll(database.settings());
        Path said = directory.resolve("import.log");
        Process process = new ProcessBuilder(program)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(said)).contains("24 news added");
        assertThat(newsroom()).isEqualTo("Asia/Kolkata english");
    }

    @Test
    void aServerSetsAnewWhatACommandHasBegun() throws Exception {
        start(command);
        assertThat(newsroom()).isEqualTo("Europe/Stockholm swedish");
        start(server, "utrop.zone=Asia/Kolkata", "utrop.search.language=english");
        assertThat(newsroom()).isEqualTo("Asia/Kolkata english");
    }

    @Test
    void refusesASchemaThatIsNewerThanTheProgram() throws Exception {
        start(server);
        database.run("""
            insert into flyway_schema_history
                (installed_rank, version, description, type, script, installed_by, execution_time, success)
            values (9999, '9999', 'to come', 'SQL', 'V9999__to_come.sql', 'utrop', 1, true)\
            """);
        assertFailure(server)
                .hasMessageEndingWith("was migrated by a newer Utrop: its schema has version 9999, unknown here.");
        assertFailure(command).hasMessageContaining("newer Utrop");
    }

    @Test
    void refusesAnEncodingThatHoldsNotEveryText() throws Exception {
        database.run("create database latin encoding 'LATIN1' template template0 locale_provider libc locale 'C'");
        String url = direct().getFirst().replaceFirst("--", "").replaceFirst("/\\w+$", "/latin");
        assertFailure(server, url).hasMessageContaining("/latin has the encoding LATIN1");
    }

    @Test
    void printsNoPasswordOfAWrongUrl() {
        assertFailure(server, "spring.r2dbc.url=postgresql://utrop:hemligt@127.0.0.1/utrop")
                .hasMessage("spring.r2dbc.url is not a URL of R2DBC.");
    }

    @Test
    void refusesAnAddressForFlywayAlone() {
        assertFailure(server, "spring.flyway.url=" + database.jdbcUrl())
                .hasMessageStartingWith(
                        "spring.flyway.url is set, but Utrop migrates the database that it serves, at 127");
    }

    private static String newsroom() throws Exception {
        return database.ask("select zone || ' ' || configuration from newsroom, search_language");
    }

    private static String migrations() throws Exception {
        return database.ask("select max(installed_rank) from flyway_schema_history");
    }

    private static void start(AbstractApplicationContextRunner<?, ?, ?> start, String... settings) {
        assertThat(failure(start, settings)).isNull();
    }

    private static AbstractThrowableAssert<?, ?> assertFailure(
            AbstractApplicationContextRunner<?, ?, ?> start, String... settings) {
        Throwable cause = failure(start, settings);
        while (cause != null && !(cause instanceof FailureAnalyzedException)) {
            cause = cause.getCause();
        }
        return assertThat(cause);
    }

    private static @Nullable Throwable failure(AbstractApplicationContextRunner<?, ?, ?> start, String... settings) {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        String[] own = direct().stream().map(setting -> setting.substring(2)).toArray(String[]::new);
        start.withPropertyValues(own)
                .withPropertyValues(settings)
                .run(context -> failure.set(context.getStartupFailure()));
        return failure.get();
    }

    private static List<String> direct() {
        return database.settings(database.port(), RestartablePostgres.DATABASE);
    }
}
