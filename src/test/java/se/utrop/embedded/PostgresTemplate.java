package se.utrop.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;

/** The files of a PostgreSQL server that others are copied from: that takes less time than {@code initdb} and migrations. */
final class PostgresTemplate {

    private static final String OLDEST = System.getProperty("utrop.test.postgresql.oldest", "");

    /** Where the build has none, the programs of the embedded database. */
    private static final String TESTED = System.getProperty("utrop.test.postgresql", "");

    /** From this version on, PostgreSQL has a locale of its own. */
    private static final int BUILTIN_LOCALE = 17;

    /** Nothing is lost when a process is killed, as by tests; only when the machine is. */
    static final PostgresTemplate EMPTY =
            new PostgresTemplate(TESTED, directory -> initialize(TESTED, directory), "fsync = off");

    /** Of the oldest version that is served. */
    static final PostgresTemplate EMPTY_OLDEST =
            new PostgresTemplate(OLDEST, directory -> initialize(OLDEST, directory), "fsync = off");

    /** Autovacuum would take statistics of a table that is empty between two tests, and mislead the planner in the next. */
    static final PostgresTemplate MIGRATED = new PostgresTemplate(
            TESTED,
            PostgresTemplate::migrate,
            "autovacuum = off",
            "synchronous_commit = off",
            "full_page_writes = off",
            "max_connections = 300");

    private static final Path PROGRAMS = Path.of("target/postgresql").toAbsolutePath();

    private static final Path BINARIES = Path.of("target/postgresql-binaries");

    private static final Map<String, PostgresPrograms> PROGRAMS_BY_VERSION = new HashMap<>();

    private final String version;

    private final Content content;

    private final List<String> settings;

    private @Nullable Path files;

    private PostgresTemplate(String version, Content content, String... settings) {
        this.version = version;
        this.content = content;
        this.settings = List.of(settings);
    }

    private interface Content {

        /** Makes the files, and leaves no server running. */
        void make(Path directory) throws IOException;
    }

    private static void initialize(String version, Path directory) throws IOException {
        PostgresCluster cluster = cluster(version, directory);
        if (!version.isEmpty() && Integer.parseInt(version.replaceFirst("\\..*", "")) < BUILTIN_LOCALE) {
            initializeWithoutBuiltinLocale(cluster);
        }
        RestartablePostgres.start(cluster).close();
    }

    /** As the embedded database is made, with the C library's locale in the place of PostgreSQL's own. */
    private static void initializeWithoutBuiltinLocale(PostgresCluster cluster) throws IOException {
        Path password = cluster.directory().resolveSibling("password");
        Files.writeString(password, "older");
        cluster.programs()
                .run(
                        "initdb",
                        "--pgdata=" + cluster.directory(),
                        "--username=" + PostgresCluster.USER,
                        "--pwfile=" + password,
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C",
                        "--lc-ctype=C.UTF-8");
        Files.write(
                cluster.directory().resolve("postgresql.conf"),
                List.of(
                        "listen_addresses = '%s'".formatted(PostgresCluster.HOST),
                        "unix_socket_directories = ''",
                        "timezone = UTC"),
                StandardOpenOption.APPEND);
        Files.move(password, cluster.directory().resolve("utrop.password"));
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
        PostgresCluster cluster = cluster(version, directory);
        if (!Files.exists(cluster.directory())) {
            copy(files(), cluster.directory());
        }
        return RestartablePostgres.start(cluster);
    }

    private synchronized Path files() throws IOException {
        if (files == null) {
            Path directory = Files.createTempDirectory("utrop-postgresql");
            deleteAtExit(directory);
            content.make(directory);
            Path made = cluster(version, directory).directory();
            Files.write(made.resolve("postgresql.conf"), settings, StandardOpenOption.APPEND);
            Files.write(made.resolve("postgresql.conf"), Route.TAKEN.serverSettings(), StandardOpenOption.APPEND);
            files = made;
        }
        return files;
    }

    static void deleteAtExit(Path directory) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
    }

    private static void delete(Path directory) {
        try {
            FileSystemUtils.deleteRecursively(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static PostgresCluster cluster(String version, Path directory) throws IOException {
        return new PostgresCluster(
                directory.resolve("postgresql"), directory.resolve("postgresql.log"), programs(version));
    }

    /** Unpacked once for all tests, of which other processes may run some. */
    private static synchronized PostgresPrograms programs(String version) throws IOException {
        PostgresPrograms programs = PROGRAMS_BY_VERSION.get(version);
        if (programs == null) {
            Files.createDirectories(PROGRAMS);
            try (FileChannel file = FileChannel.open(
                            PROGRAMS.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = file.lock()) {
                assert lock.isValid();
                programs = version.isEmpty()
                        ? PostgresPrograms.unpackedUnder(PROGRAMS)
                        : PostgresPrograms.unpackedUnder(PROGRAMS, archive(version));
            }
            PROGRAMS_BY_VERSION.put(version, programs);
        }
        return programs;
    }

    private static byte[] archive(String version) throws IOException {
        Path jar = BINARIES.resolve(version + ".jar");
        if (!Files.exists(jar)) {
            throw new IOException("No %s: ./mvnw generate-test-resources puts it there".formatted(jar));
        }
        try (JarFile binaries = new JarFile(jar.toFile())) {
            JarEntry archive = binaries.stream()
                    .filter(entry -> entry.getName().endsWith(".txz"))
                    .findFirst()
                    .orElseThrow();
            return binaries.getInputStream(archive).readAllBytes();
        }
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
