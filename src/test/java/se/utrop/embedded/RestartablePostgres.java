package se.utrop.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A PostgreSQL server of its own that a test may stop and start at will; it keeps its port. */
public final class RestartablePostgres implements AutoCloseable {

    public static final String HOST = PostgresCluster.HOST;
    public static final String USER = PostgresCluster.USER;
    public static final String DATABASE = PostgresCluster.DATABASE;

    private final PostgresCluster cluster;

    private final PostgresCluster.Server server;

    private final Map<Integer, PgBouncer> poolers = new HashMap<>();

    private RestartablePostgres(PostgresCluster cluster, PostgresCluster.Server server) {
        this.cluster = cluster;
        this.server = server;
    }

    /** In this directory: with its files where it has been there before, with an empty database otherwise. */
    public static RestartablePostgres start(Path directory) throws IOException {
        return PostgresTemplate.EMPTY.start(directory);
    }

    /** The same of the oldest version that is served. */
    public static RestartablePostgres startOldest(Path directory) throws IOException {
        return PostgresTemplate.EMPTY_OLDEST.start(directory);
    }

    /** With a database that is migrated, and statistics that no autovacuum changes. */
    public static RestartablePostgres startMigrated(Path directory) throws IOException {
        return PostgresTemplate.MIGRATED.start(directory);
    }

    static RestartablePostgres start(PostgresCluster cluster) throws IOException {
        return new RestartablePostgres(cluster, cluster.start());
    }

    /** Without a shutdown: as after a crash. */
    public void restart() throws IOException {
        cluster.programs()
                .run(
                        "pg_ctl",
                        "restart",
                        "-D",
                        cluster.directory().toString(),
                        "-l",
                        cluster.log().toString(),
                        "-m",
                        "immediate",
                        "-w",
                        "-t",
                        "120");
    }

    /** As by a crash: no session is told. */
    public void kill() throws IOException {
        cluster.programs()
                .run("pg_ctl", "stop", "-D", cluster.directory().toString(), "-m", "immediate", "-w", "-t", "60");
    }

    /** Starts it again after it was killed, at the same port. */
    public void startAgain() throws IOException {
        cluster.programs()
                .run(
                        "pg_ctl",
                        "start",
                        "-D",
                        cluster.directory().toString(),
                        "-l",
                        cluster.log().toString(),
                        "-o",
                        "-p " + server.port(),
                        "-w",
                        "-t",
                        "120");
    }

    /** The settings of a server that connects to it on the {@link Route} of this run. */
    public List<String> settings() {
        return settings(server.port());
    }

    /** The same through a proxy at another port. */
    public List<String> settings(int port) {
        return Route.TAKEN.settings(this, port);
    }

    /** The pooler before this port, which ends with the server. */
    PgBouncer pooler(int port) {
        return poolers.computeIfAbsent(port, this::startPooler);
    }

    /** It looks each second for a server that is away. It ends with this process where nobody closes it. */
    private PgBouncer startPooler(int port) {
        try {
            PgBouncer pooler = PgBouncer.start(directory(), this, port, "transaction", "server_login_retry = 1");
            pooler.endWithThisProcess();
            return pooler;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The settings of a server that connects directly, whatever the route is: to one of its databases, at this port. */
    public List<String> settings(int port, String database) {
        return List.of(
                "--spring.r2dbc.url=r2dbc:postgresql://%s:%d/%s".formatted(PostgresCluster.HOST, port, database),
                "--spring.r2dbc.username=" + PostgresCluster.USER,
                "--spring.r2dbc.password=" + server.password());
    }

    public int port() {
        return server.port();
    }

    public String password() {
        return server.password();
    }

    /** What it was started in. */
    public Path directory() {
        return cluster.directory().resolveSibling(".");
    }

    /** A standby becomes a primary. */
    public void promote() throws IOException {
        cluster.programs().run("pg_ctl", "promote", "-D", cluster.directory().toString(), "-w", "-t", "60");
    }

    public String jdbcUrl() {
        return jdbcUrl(PostgresCluster.DATABASE);
    }

    private String jdbcUrl(String database) {
        return "jdbc:postgresql://%s:%d/%s?user=%s&password=%s&socketTimeout=30"
                .formatted(PostgresCluster.HOST, server.port(), database, PostgresCluster.USER, server.password());
    }

    public void run(String sql) throws SQLException {
        run(PostgresCluster.DATABASE, sql);
    }

    /** In another of its databases. */
    public void run(String database, String sql) throws SQLException {
        try (Connection session = DriverManager.getConnection(jdbcUrl(database));
                Statement statement = session.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The first column of the first row. */
    public String ask(String sql) throws SQLException {
        try (Connection session = DriverManager.getConnection(jdbcUrl());
                Statement statement = session.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    @Override
    public void close() throws IOException {
        closePoolers();
        cluster.stop();
    }

    private void closePoolers() throws IOException {
        for (PgBouncer pooler : poolers.values()) {
            pooler.close();
        }
        poolers.clear();
    }
}
