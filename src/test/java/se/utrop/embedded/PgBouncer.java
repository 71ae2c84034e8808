package se.utrop.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import se.utrop.Ports;

/** A connection pooler before a PostgreSQL. */
public final class PgBouncer implements AutoCloseable {

    private final Process process;

    private final Path output;

    private final int port;

    private PgBouncer(Process process, Path output, int port) {
        this.process = process;
        this.output = output;
        this.port = port;
    }

    /** With its default settings, but for the mode of its pool and what is given. */
    public static PgBouncer start(Path directory, RestartablePostgres database, String mode, String... others)
            throws IOException {
        return start(directory, database, database.port(), mode, others);
    }

    /** Before a proxy at this port. */
    static PgBouncer start(
            Path directory, RestartablePostgres database, int databasePort, String mode, String... others)
            throws IOException {
        int port = Ports.free();
        Path settings = Files.writeString(directory.resolve("pgbouncer-" + port + ".ini"), """
            [databases]
            * = host=127.0.0.1 port=%d user=%s password=%s
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = %d
            unix_socket_dir =
            auth_type = any
            pool_mode = %s
            %s
            """.formatted(
                databasePort, RestartablePostgres.USER, database.password(), port, mode, String.join("\n", others)));
        if (!directory.toFile().setExecutable(true, false) || !settings.toFile().setReadable(true, false)) {
            throw new IOException("nobody can't read " + settings);
        }
        Path output = directory.resolve("pgbouncer-" + port + ".out");
        PgBouncer pooler = new PgBouncer(
                new ProcessBuilder(command(settings))
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start(),
                output,
                port);
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(pooler::isUp);
        return pooler;
    }

    /** It refuses to run as root. */
    private static List<String> command(Path settings) {
        return System.getProperty("user.name").equals("root")
                ? List.of("pgbouncer", "-u", "nobody", settings.toString())
                : List.of("pgbouncer", settings.toString());
    }

    private boolean isUp() throws IOException {
        if (!process.isAlive()) {
            throw new AssertionError(Files.readString(output));
        }
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    public int port() {
        return port;
    }

    void endWithThisProcess() {
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
