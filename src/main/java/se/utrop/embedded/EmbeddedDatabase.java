package se.utrop.embedded;

import io.r2dbc.spi.ConnectionFactoryOptions;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcConnectionDetails;
import org.springframework.core.env.Environment;

/**
 * The embedded PostgreSQL server. All processes that open the same data directory share one server: the first starts
 * it, the last stops it.
 *
 * <p>Two file locks count the processes, because the operating system releases them however a process ends. A process
 * holds one exclusively while it opens or closes the database, and the other one shared while it uses the database.
 */
public final class EmbeddedDatabase implements R2dbcConnectionDetails, AutoCloseable {

    private static final long OPEN_CLOSE_LOCK = 0;
    private static final long IN_USE_LOCK = 1;

    private final Path data;
    private final PostgresCluster cluster;
    private final PostgresCluster.Server server;
    private final FileChannel locks;
    private final FileLock inUse;

    private EmbeddedDatabase(Path data, PostgresCluster cluster, PostgresCluster.Server server, FileChannel locks)
            throws IOException {
        this.data = data;
        this.cluster = cluster;
        this.server = server;
        this.locks = locks;
        this.inUse = locks.lock(IN_USE_LOCK, 1, true);
    }

    /** The configured data directory; null if another database is configured. */
    public static @Nullable Path directory(Environment settings) {
        return settings.containsProperty("spring.r2dbc.url")
                ? null
                : Binder.get(settings)
                        .bindOrCreate("utrop", EmbeddedDatabaseProperties.class)
                        .data();
    }

    public Path directory() {
        return data;
    }

    public static EmbeddedDatabase open(Path data) {
        Path directory = data.toAbsolutePath().normalize();
        try {
            OwnerOnly.createDirectories(directory);
            FileChannel locks = FileChannel.open(
                    directory.resolve("lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            try (FileLock _ = locks.lock(OPEN_CLOSE_LOCK, 1, false)) {
                return openLocked(data, directory, locks);
            } catch (IOException | RuntimeException e) {
                locks.close();
                throw e;
            }
        } catch (IOException e) {
            throw new FailureAnalyzedException(
                    "The embedded PostgreSQL can't keep its files in %s: %s".formatted(data, e),
                    "Set UTROP_DATA to a directory that this user may write to, "
                            + "or SPRING_R2DBC_URL to a PostgreSQL of your own.",
                    e);
        }
    }

    private static EmbeddedDatabase openLocked(Path data, Path directory, FileChannel locks) throws IOException {
        Path programs = directory.resolve("programs");
        OwnerOnly.createDirectories(programs);
        PostgresCluster cluster = new PostgresCluster(
                directory.resolve("postgresql"),
                directory.resolve("postgresql.log"),
                PostgresPrograms.unpackedUnder(programs));
        PostgresCluster.Server running = cluster.running();
        if (running == null && !isUnused(locks)) {
            throw new FailureAnalyzedException(
                    "Another Utrop uses %s, but its PostgreSQL is not running here.".formatted(data),
                    "Stop the other one. The next one to start then starts the database.");
        }
        return new EmbeddedDatabase(data, cluster, running == null ? cluster.start() : running, locks);
    }

    private static boolean isUnused(FileChannel locks) throws IOException {
        try (FileLock exclusive = locks.tryLock(IN_USE_LOCK, 1, false)) {
            return exclusive != null;
        }
    }

    @Override
    public ConnectionFactoryOptions getConnectionFactoryOptions() {
        return ConnectionFactoryOptions.builder()
                .option(ConnectionFactoryOptions.DRIVER, "postgresql")
                .option(ConnectionFactoryOptions.HOST, PostgresCluster.HOST)
                .option(ConnectionFactoryOptions.PORT, server.port())
                .option(ConnectionFactoryOptions.USER, PostgresCluster.USER)
                .option(ConnectionFactoryOptions.PASSWORD, server.password())
                .option(ConnectionFactoryOptions.DATABASE, PostgresCluster.DATABASE)
                .build();
    }

    @Override
    public void close() throws IOException {
        try (locks;
                FileLock _ = locks.lock(OPEN_CLOSE_LOCK, 1, false)) {
            inUse.release();
            if (isUnused(locks)) {
                cluster.stop();
            }
        }
    }

    @Override
    public String toString() {
        return "the embedded PostgreSQL %s in %s".formatted(server.version(), data);
    }
}
