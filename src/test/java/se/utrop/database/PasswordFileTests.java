package se.utrop.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ConnectionFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import se.utrop.TestNode;
import se.utrop.embedded.RestartablePostgres;

/** The password of the database changes while a server runs. */
@Timeout(120)
class PasswordFileTests {

    @TempDir
    private static Path directory;

    private static RestartablePostgres database;

    private final ApplicationContextRunner start = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    DatabaseAutoConfiguration.class, R2dbcAutoConfiguration.class, FlywayAutoConfiguration.class));

    @BeforeAll
    static void start() throws Exception {
        database = RestartablePostgres.start(directory);
        database.run("create role newsroom login");
        database.run("create database newsroom owner newsroom");
    }

    @AfterAll
    static void end() throws Exception {
        database.close();
    }

    @Test
    void eachSessionHasThePasswordThatIsInTheFile() throws Exception {
        Path file = directory.resolve("password");
        change(file, "first å");
        List<String> settings = List.of(
                database.settings(database.port(), "newsroom").getFirst(),
                "--spring.r2dbc.username=newsroom",
                "--utrop.database.password-file=" + file);
        try (TestNode node = TestNode.start(settings)) {
            Notifications notifications = node.bean(Notifications.class);
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(notifications::isListening);
            change(file, "second");
            database.run("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'newsroom'");
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> notifications.reconnects() > 0 && notifications.isListening());
            DatabaseClient client = DatabaseClient.create(node.bean(ConnectionFactory.class));
            List<Long> sessions = Flux.range(0, 4)
                    .flatMap(i -> client.sql("select pg_backend_pid()::bigint from pg_sleep(0.5)")
                            .mapValue(Long.class)
                            .one())
                    .distinct()
                    .collectList()
                    .blockOptional()
                    .orElseThrow();
            assertThat(sessions).hasSize(4);
        }
        TestNode.start(settings).close();
    }

    @Test
    void saysThatTheFileIsMissing() {
        assertThat(failure("spring.r2dbc.username=newsroom", "utrop.database.password-file=" + directory + "/none"))
                .hasMessageStartingWith("The file of the database's password can't be read:")
                .hasMessageContaining("/none");
    }

    @Test
    void refusesTwoPasswords() throws Exception {
        Path file = Files.writeString(directory.resolve("two"), "x");
        assertThat(failure(
                        "spring.r2dbc.username=newsroom",
                        "spring.r2dbc.password=x",
                        "utrop.database.password-file=" + file))
                .hasMessageContaining("has two passwords");
    }

    private static void change(Path file, String password) throws Exception {
        Path renewed = Files.writeString(directory.resolve("renewed"), password + "\n");
        Files.move(renewed, file, StandardCopyOption.REPLACE_EXISTING);
        database.run("alter role newsroom password '%s'".formatted(password));
    }

    private @Nullable Throwable failure(String... settings) {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        String url = database.settings(database.port(), "newsroom").getFirst().substring(2);
        start.withPropertyValues(url)
                .withPropertyValues(settings)
                .run(context -> failure.set(context.getStartupFailure()));
        Throwable cause = failure.get();
        while (cause != null && !(cause instanceof FailureAnalyzedException)) {
            cause = cause.getCause();
        }
        return cause;
    }
}
