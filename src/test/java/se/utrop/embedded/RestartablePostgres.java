package se.utrop.embedded;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** A PostgreSQL server of its own that a test may stop and start at will; it keeps its port. */
public final class RestartablePostgres implements AutoCloseable {

    public static final String HOST = PostgresCluster.HOST;
    public static final String USER = PostgresCluster.USER;
    public static final String DATABASE = PostgresCluster.DATABASE;

    private final PostgresCluster cluster;

    private final PostgresCluster.Server server;

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

    /** The settings of a server that uses it. */
    public List<String> settings() {
        return settings(server.port(), PostgresCluster.DATABASE);
    }

    /** The same for another of its databases, reached at another port. */
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
        cluster.stop();
    }
}
