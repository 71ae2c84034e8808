package se.utrop.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.r2dbc.spi.ConnectionFactoryOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.diagnostics.FailureAnalyzedException;

/** Every test finds the database stopped, and leaves it so. */
@Timeout(60)
class EmbeddedDatabaseTests {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    static Path data;

    @BeforeAll
    static void create() throws Exception {
        run("create table kept (value int)");
    }

    @AfterAll
    static void leaveNothingRunning() throws Exception {
        assertThat(PostgresProcess.of(cluster())).isNull();
    }

    @Test
    void keepsItsDataWhenItStops() throws Exception {
        run("insert into kept values (7)");
        assertThat(ask("select value from kept")).isEqualTo("7");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void keepsItsFilesToItsOwner() throws Exception {
        Path password = cluster().resolve("utrop.password");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(password)))
                .isEqualTo("rw-------");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fsync", "synchronous_commit", "full_page_writes"})
    void losesNothingInACrash(String setting) throws Exception {
        assertThat(ask("show " + setting)).isEqualTo("on");
    }

    @Test
    void stopsWithTheLastThatLeaves() throws Exception {
        EmbeddedDatabase database = EmbeddedDatabase.open(data);
        ProcessHandle postmaster = postmaster();
        Process other = OtherProcess.open(data);
        assertThat(postmaster()).isEqualTo(postmaster);
        leave(other);
        assertThat(ask(database, "select 1")).isEqualTo("1");
        database.close();
        assertEnds(postmaster);
    }

    @Test
    void outlivesTheOneThatStartedItWhileAnotherIsIn() throws Exception {
        Process other = OtherProcess.open(data);
        ProcessHandle postmaster = postmaster();
        try (EmbeddedDatabase database = EmbeddedDatabase.open(data)) {
            leave(other);
            assertThat(ask(database, "select 1")).isEqualTo("1");
        }
        assertEnds(postmaster);
    }

    @Test
    void isTakenOverFromAProcessThatWasKilled() throws Exception {
        Process other = OtherProcess.open(data);
        ProcessHandle postmaster = postmaster();
        kill(other.toHandle());
        assertThat(postmaster.isAlive()).isTrue();
        try (EmbeddedDatabase database = EmbeddedDatabase.open(data)) {
            assertThat(postmaster()).isEqualTo(postmaster);
            assertThat(ask(database, "select 1")).isEqualTo("1");
        }
        assertEnds(postmaster);
    }

    @Test
    void recoversWhenItWasKilledWithItsProcess() throws Exception {
        Process other = OtherProcess.open(data);
        ProcessHandle postmaster = postmaster();
        kill(other.toHandle());
        kill(postmaster);
        assertThat(ask("select 1")).isEqualTo("1");
    }

    @Test
    void startsOverAFileThatNamesAnotherProgram() throws Exception {
        writePostmasterFile(ProcessHandle.current().pid());
        assertThat(ask("select 1")).isEqualTo("1");
    }

    @Test
    void startsOverAFileThatNamesAnotherPostgresql(@TempDir Path elsewhere) throws Exception {
        PostgresCluster another = new PostgresCluster(
                elsewhere.resolve("postgresql"),
                elsewhere.resolve("log"),
                PostgresPrograms.unpackedUnder(data.resolve("programs")));
        another.start();
        try {
            PostgresProcess foreign = Objects.requireNonNull(PostgresProcess.of(another.directory()));
            writePostmasterFile(foreign.pid());
            assertThat(ask("select 1")).isEqualTo("1");
            assertThat(another.running()).isNotNull();
        } finally {
            another.stop();
        }
    }

    @Test
    void refusesTheFilesOfAnotherMajorVersion() throws Exception {
        Path version = cluster().resolve("PG_VERSION");
        String own = Files.readString(version);
        Files.writeString(version, "17\n");
        try {
            assertThatExceptionOfType(FailureAnalyzedException.class)
                    .isThrownBy(() -> EmbeddedDatabase.open(data))
                    .withMessageContaining("PostgreSQL 17")
                    .withMessageContaining("brings PostgreSQL " + own.strip());
        } finally {
            Files.writeString(version, own);
        }
    }

    @Test
    void saysWhereItCannotWrite(@TempDir Path directory) throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        assertThatExceptionOfType(FailureAnalyzedException.class)
                .isThrownBy(() -> EmbeddedDatabase.open(file.resolve("data")))
                .withMessageContaining(file.toString());
    }

    private static Path cluster() {
        return data.resolve("postgresql");
    }

    private static ProcessHandle postmaster() throws IOException {
        PostgresProcess postmaster = Objects.requireNonNull(PostgresProcess.of(cluster()));
        return ProcessHandle.of(postmaster.pid()).orElseThrow();
    }

    private static void writePostmasterFile(long pid) throws IOException {
        Files.writeString(cluster().resolve(PostgresProcess.FILE), pid + "\n" + cluster() + "\n0\n1\n\n127.0.0.1\n\n");
    }

    private static void leave(Process process) throws Exception {
        process.outputWriter().close();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    private static void kill(ProcessHandle process) throws Exception {
        assertThat(process.destroyForcibly()).isTrue();
        assertEnds(process);
    }

    private static void assertEnds(ProcessHandle process) throws Exception {
        process.onExit().get(30, TimeUnit.SECONDS);
    }

    private static void run(String sql) throws Exception {
        try (EmbeddedDatabase database = EmbeddedDatabase.open(data);
                Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String ask(String sql) throws Exception {
        try (EmbeddedDatabase database = EmbeddedDatabase.open(data)) {
            return ask(database, sql);
        }
    }

    private static String ask(EmbeddedDatabase database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            assertThat(result.next()).isTrue();
            return result.getString(1);
        }
    }

    private static Connection connect(EmbeddedDatabase database) throws SQLException {
        ConnectionFactoryOptions options = database.getConnectionFactoryOptions();
        return DriverManager.getConnection(
                "jdbc:postgresql://%s:%s/%s"
                        .formatted(
                                options.getRequiredValue(ConnectionFactoryOptions.HOST),
                                options.getRequiredValue(ConnectionFactoryOptions.PORT),
                                options.getRequiredValue(ConnectionFactoryOptions.DATABASE)),
                options.getRequiredValue(ConnectionFactoryOptions.USER).toString(),
                options.getRequiredValue(ConnectionFactoryOptions.PASSWORD).toString());
    }
}
