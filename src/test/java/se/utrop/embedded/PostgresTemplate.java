package se.utrop.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;

/** The files of a PostgreSQL server that others are copied from: that takes less time than {@code initdb} and migrations. */
final class PostgresTemplate {

    /** Nothing is lost when a process is killed, as by tests; only when the machine is. */
    static final PostgresTemplate EMPTY = new PostgresTemplate(PostgresTemplate::initialize, "fsync = off");

    /** Autovacuum would take statistics of a table that is empty between two tests, and mislead the planner in the next. */
    static final PostgresTemplate MIGRATED = new PostgresTemplate(
            PostgresTemplate::migrate,
            "autovacuum = off",
            "synchronous_commit = off",
            "full_page_writes = off",
            "max_connections = 300");

    private static final Path PROGRAMS = Path.of("target/postgresql").toAbsolutePath();

    private static @Nullable PostgresPrograms programs;

    private final Content content;

    private final List<String> settings;

    private @Nullable Path files;

    private PostgresTemplate(Content content, String... settings) {
        this.content = content;
        this.settings = List.of(settings);
    }

    private interface Content {

        /** Makes the files, and leaves no server running. */
        void make(Path directory) throws IOException;
    }

    private static void initialize(Path directory) throws IOException {
        RestartablePostgres.start(cluster(directory)).close();
    }

    private static void migrate(Path directory) throws IOException {
        try (RestartablePostgres database = EMPTY.start(directory)) {
            Flyway.configure()
                    .dataSource(database.jdbcUrl(), null, null)
                    .placeholders(Map.of("zone", "Europe/Stockholm", "language", "swedish"))
                    .load()
                    .migrate();
        }
    }

    RestartablePostgres start(Path directory) throws IOException {
        PostgresCluster cluster = cluster(directory);
        if (!Files.exists(cluster.directory())) {
            copy(files(), cluster.directory());
        }
        return RestartablePostgres.start(cluster);
    }

    private synchronized Path files() throws IOException {
        if (files == null) {
            Path directory = Files.createTempDirectory("utrop-postgresql");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
            content.make(directory);
            Path made = cluster(directory).directory();
            Files.write(made.resolve("postgresql.conf"), settings, StandardOpenOption.APPEND);
            files = made;
        }
        return files;
    }

    private static void delete(Path directory) {
        try {
            FileSystemUtils.deleteRecursively(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static PostgresCluster cluster(Path directory) throws IOException {
        return new PostgresCluster(directory.resolve("postgresql"), directory.resolve("postgresql.log"), programs());
    }

    /** Unpacked once for all tests, of which other processes may run some. */
    private static synchronized PostgresPrograms programs() throws IOException {
        if (programs == null) {
            Files.createDirectories(PROGRAMS);
            try (FileChannel file = FileChannel.open(
                            PROGRAMS.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = file.lock()) {
                assert lock.isValid();
                programs = PostgresPrograms.unpackedUnder(PROGRAMS);
            }
        }
        return programs;
    }

    private static void copy(Path source, Path target) throws IOException {
        Files.createDirectories(target.resolveSibling("."));
        try {
            int status = new ProcessBuilder("cp", "-a", source.toString(), target.toString())
                    .inheritIO()
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new IOException("cp has ended with " + status);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
