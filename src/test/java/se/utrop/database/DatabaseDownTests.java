package se.utrop.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.AbstractThrowableAssert;
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
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import se.utrop.UtropProgram;
import se.utrop.embedded.EmbeddedDatabase;
import se.utrop.embedded.EmbeddedDatabaseAutoConfiguration;
import se.utrop.embedded.NoDatabaseAutoConfiguration;
import se.utrop.embedded.RestartablePostgres;

@Timeout(60)
class DatabaseDownTests {

    private static final String PASSWORD = "not-the-password";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    static Path data;

    @SuppressWarnings("NullAway.Init") // opened before the tests
    private static EmbeddedDatabase database;

    private final ApplicationContextRunner start = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    DatabaseAutoConfiguration.class,
                    EmbeddedDatabaseAutoConfiguration.class,
                    NoDatabaseAutoConfiguration.class,
                    R2dbcAutoConfiguration.class,
                    FlywayAutoConfiguration.class));

    @BeforeAll
    static void open() {
        database = EmbeddedDatabase.open(data);
    }

    @AfterAll
    static void close() throws IOException {
        database.close();
    }

    @Test
    void endsTheProgramWithAMessage() throws Exception {
        int port = closedPort();
        List<String> command = new ArrayList<>(UtropProgram.command());
        command.addAll(List.of(
                "--server.port=0",
                "--spring.flyway.connect-retries=0",
                "--spring.r2dbc.url=r2dbc:postgresql://utrop:" + PASSWORD + "@localhost:" + port + "/news"));
        Process program = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(program.exitValue()).isOne();
        assertThat(said)
                .contains("No PostgreSQL answers at localhost:" + port + "/news")
                .contains("SPRING_R2DBC_URL")
                .doesNotContain(PASSWORD)
                .doesNotContainPattern("(?m)^\\s+at ");
    }

    @Test
    void saysThatThePasswordIsWrong() {
        assertFailure(start.withPropertyValues(
                        "spring.r2dbc.url=" + url("postgres"),
                        "spring.r2dbc.username=" + RestartablePostgres.USER,
                        "spring.r2dbc.password=" + PASSWORD,
                        "spring.flyway.connect-retries=5"))
                .hasMessageContaining(address() + "/postgres refuses the connection")
                .hasMessageNotContaining(PASSWORD);
    }

    @Test
    void saysThatTheDatabaseIsMissing() {
        MigrationConnectionDetails details = new MigrationConnectionDetails(database.getConnectionFactoryOptions());
        assertFailure(start.withPropertyValues(
                        "spring.r2dbc.url=" + url("missing"),
                        "spring.r2dbc.username=" + details.getUsername(),
                        "spring.r2dbc.password=" + details.getPassword(),
                        "spring.flyway.connect-retries=5"))
                .hasMessage("PostgreSQL at %s/missing has no such database.", address());
    }

    @Test
    void saysThatNoUserIsSet() {
        assertFailure(start.withPropertyValues("spring.r2dbc.url=" + url("postgres")))
                .hasMessage("No user is set for PostgreSQL at %s/postgres.", address());
    }

    @Test
    void saysThatNoDatabaseIsPackedOrNamed() {
        assertFailure(start.withClassLoader(new FilteredClassLoader(DefaultPostgresBinaryResolver.class)))
                .hasMessageStartingWith("Utrop has no database");
    }

    private static AbstractThrowableAssert<?, ?> assertFailure(ApplicationContextRunner start) {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        start.run(context -> failure.set(context.getStartupFailure()));
        Throwable cause = failure.get();
        while (cause != null && !(cause instanceof FailureAnalyzedException)) {
            cause = cause.getCause();
        }
        return assertThat(cause);
    }

    private static String url(String name) {
        return "r2dbc:postgresql://" + address() + "/" + name;
    }

    private static String address() {
        DatabaseAddress address = DatabaseAddress.of(database.getConnectionFactoryOptions());
        return address.host() + ":" + address.port();
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
