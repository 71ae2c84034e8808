package se.utrop.embedded;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.util.FileSystemUtils;

/**
 * A PostgreSQL database cluster and its server. Callers make sure that only one process uses the methods at a time.
 *
 * @param directory the data directory; absolute
 * @param log the server's log file
 */
record PostgresCluster(Path directory, Path log, PostgresPrograms programs) {

    static final String HOST = "127.0.0.1";
    static final String USER = "utrop";
    static final String DATABASE = "postgres";

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int STARTS = 3;

    /** A server that accepts connections. */
    record Server(int port, String password, String version) {}

    /** The server that an earlier process left running, or null. Waits for a server that is starting or stopping. */
    @Nullable
    Server running() throws IOException {
        long start = System.nanoTime();
        while (System.nanoTime() - start < PATIENCE.toNanos()) {
            PostgresProcess postmaster = PostgresProcess.of(directory);
            if (postmaster == null || !postmaster.isAlive()) {
                return null;
            }
            Server server = answering(postmaster.port());
            if (server != null) {
                return server;
            }
            pause();
        }
        throw new FailureAnalyzedException(
                "The PostgreSQL that runs on %s has not answered for %d seconds."
                        .formatted(directory, PATIENCE.toSeconds()),
                "See its log, %s, and end the process that %s names."
                        .formatted(log, directory.resolve(PostgresProcess.FILE)));
    }

    Server start() throws IOException {
        if (Files.exists(directory)) {
            requireOwnVersion();
        } else {
            create();
        }
        // The pid file may name an unrelated process that has the old postmaster's pid now, and PostgreSQL would not
        // start.
        Files.deleteIfExists(directory.resolve(PostgresProcess.FILE));
        long logged = Files.exists(log) ? Files.size(log) : 0;
        for (int starts = 1; ; starts++) {
            try {
                return startOnce();
            } catch (IOException e) {
                // Another program may have taken the free port meanwhile, or processes of a killed server may still be
                // exiting.
                if (starts == STARTS) {
                    throw notStarting(logged, e);
                }
            }
        }
    }

    /** Stops the server. Gives open connections a moment to close first. */
    void stop() throws IOException {
        PostgresProcess postmaster = PostgresProcess.of(directory);
        if (postmaster == null || !postmaster.isAlive()) {
            return;
        }
        try {
            stop("smart", 2);
        } catch (IOException e) {
            if (postmaster.isAlive()) {
                stop("fast", 30);
            }
        }
    }

    private void stop(String mode, int seconds) throws IOException {
        programs.run("pg_ctl", "stop", "-D", directory.toString(), "-m", mode, "-w", "-t", String.valueOf(seconds));
    }

    private Server startOnce() throws IOException {
        int port = freePort();
        try {
            // The timeout allows for crash recovery.
            programs.run(
                    "pg_ctl",
                    "start",
                    "-D",
                    directory.toString(),
                    "-l",
                    log.toString(),
                    "-o",
                    "-p " + port,
                    "-w",
                    "-t",
                    "300");
            Server server = answering(port);
            if (server == null) {
                throw new IOException("It does not answer on port " + port);
            }
            return server;
        } catch (IOException e) {
            stop();
            throw e;
        }
    }

    private void create() throws IOException {
        Path partial = directory.resolveSibling(directory.getFileName() + ".partial");
        Path password = directory.resolveSibling("password.partial");
        FileSystemUtils.deleteRecursively(partial);
        Files.deleteIfExists(password);
        OwnerOnly.createFile(password);
        Files.writeString(password, newPassword());
        try {
            initialize(partial, password);
        } catch (IOException e) {
            throw new FailureAnalyzedException(
                    "The embedded PostgreSQL can't create its files in %s:\n\n%s".formatted(directory, e.getMessage()),
                    "Fix what it reports, or set SPRING_R2DBC_URL to a PostgreSQL of your own.",
                    e);
        }
        Files.move(password, passwordFile(partial));
        Files.move(partial, directory);
    }

    private void initialize(Path target, Path password) throws IOException {
        programs.run(
                "initdb",
                "--pgdata=" + target,
                "--username=" + USER,
                "--pwfile=" + password,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                // pg_trgm asks the C library which characters are letters. In the C locale å, ä and ö are none.
                "--lc-ctype=" + characterType(),
                "--set=listen_addresses=" + HOST,
                "--set=unix_socket_directories=",
                "--set=timezone=UTC",
                "--set=log_timezone=UTC",
                // The client reports errors of statements. They are not logged, because this log is never truncated.
                "--set=log_min_messages=log",
                "--set=log_checkpoints=off");
    }

    private static String characterType() {
        return switch (PostgresPrograms.system()) {
            case "Windows" -> "en-US";
            case "Darwin" -> "en_US.UTF-8";
            default -> "C.UTF-8";
        };
    }

    private void requireOwnVersion() throws IOException {
        String made = Files.readString(directory.resolve("PG_VERSION")).strip();
        String own = programs.run("postgres", "--version").replaceFirst("\\D*(\\d+).*", "$1");
        if (!made.equals(own)) {
            throw new FailureAnalyzedException(
                    "The files in %s are of PostgreSQL %s, but this Utrop brings PostgreSQL %s."
                            .formatted(directory, made, own),
                    """
                    Dump them (pg_dump) with the Utrop that made them, or with a PostgreSQL %s of your own. Then \
                    move the directory away, start this Utrop, and restore the dump into its new database.\
                    """.formatted(made));
        }
    }

    private @Nullable Server answering(int port) throws IOException {
        String password = Files.readString(passwordFile(directory));
        try (Connection connection = dataSource(port, password).getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("show data_directory")) {
            // Another program, even another PostgreSQL server, may listen on the port now.
            boolean ours = result.next() && Files.isSameFile(Path.of(result.getString(1)), directory);
            return ours ? new Server(port, password, version(connection)) : null;
        } catch (SQLException e) {
            return null;
        }
    }

    private static PGSimpleDataSource dataSource(int port, String password) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setServerNames(new String[] {HOST});
        dataSource.setPortNumbers(new int[] {port});
        dataSource.setDatabaseName(DATABASE);
        dataSource.setUser(USER);
        dataSource.setPassword(password);
        dataSource.setConnectTimeout(5);
        dataSource.setSocketTimeout(5);
        return dataSource;
    }

    private static String version(Connection connection) throws SQLException {
        return connection.getMetaData().getDatabaseProductVersion();
    }

    private FailureAnalyzedException notStarting(long logged, IOException cause) throws IOException {
        String lastLines = Files.exists(log)
                ? Files.readString(log).substring((int) logged).strip()
                : "";
        return new FailureAnalyzedException(
                "The embedded PostgreSQL in %s does not start:\n\n%s"
                        .formatted(directory, lastLines.isEmpty() ? cause.getMessage() : lastLines),
                "Fix what it reports, or set SPRING_R2DBC_URL to a PostgreSQL of your own.",
                cause);
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while PostgreSQL was starting or stopping");
        }
    }

    private static Path passwordFile(Path cluster) {
        return cluster.resolve("utrop.password");
    }

    private static String newPassword() {
        byte[] password = new byte[24];
        new SecureRandom().nextBytes(password);
        return HexFormat.of().formatHex(password);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
