package se.utrop.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.springframework.util.FileSystemUtils;
import se.utrop.embedded.RestartablePostgres;
import se.utrop.embedded.Route;

/**
 * A primary and a standby that streams from it, behind one address. Commits wait for the standby, so that a failover loses
 * none that anybody has seen.
 *
 * @see <a href="https://www.postgresql.org/docs/18/warm-standby.html">Log-shipping standby servers</a>
 */
public final class ReplicatedPostgres implements AutoCloseable {

    private final Path directory;

    private final DatabaseProxy proxy;

    private int servers;

    private int followers;

    private volatile RestartablePostgres primary;

    private RestartablePostgres standby;

    private ReplicatedPostgres(Path directory) throws IOException, SQLException {
        this.directory = directory;
        this.primary = RestartablePostgres.start(next());
        primary.run("alter system set wal_keep_size = '256MB'");
        primary.run("alter system set synchronous_standby_names = '*'");
        primary.run("select pg_reload_conf()");
        this.standby = follow(primary);
        this.proxy = new DatabaseProxy(primary.port(), RestartablePostgres.DATABASE);
    }

    public static ReplicatedPostgres start(Path directory) throws IOException, SQLException {
        return new ReplicatedPostgres(directory);
    }

    private Path next() {
        return directory.resolve("server-" + servers++);
    }

    /** A new standby of this server, made of a base backup through the low-level API. */
    private RestartablePostgres follow(RestartablePostgres server) throws IOException, SQLException {
        Path target = next();
        Files.createDirectory(target);
        try (Connection session = DriverManager.getConnection(server.jdbcUrl());
                Statement statement = session.createStatement()) {
            statement.execute("select pg_backup_start('standby', true)");
            copy(server.directory(), target);
            try (ResultSet stopped = statement.executeQuery("select labelfile from pg_backup_stop(false)")) {
                stopped.next();
                Files.writeString(target.resolve("postgresql/backup_label"), stopped.getString(1));
            }
        }
        Files.createFile(target.resolve("postgresql/standby.signal"));
        Files.writeString(
                target.resolve("postgresql/postgresql.auto.conf"),
                "primary_conninfo = 'host=%s port=%d user=%s password=%s'%n"
                        .formatted(
                                RestartablePostgres.HOST, server.port(), RestartablePostgres.USER, server.password()),
                StandardOpenOption.APPEND);
        RestartablePostgres follower = RestartablePostgres.start(target);
        followers++;
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> isFollowed(server));
        return follower;
    }

    /** Files that change or vanish meanwhile are what a base backup is made for: the write-ahead log mends them. */
    private static void copy(Path source, Path target) throws IOException {
        try {
            new ProcessBuilder("cp", "-a", source + "/.", target.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private boolean isFollowed(RestartablePostgres server) throws SQLException {
        return server.ask("select count(*) from pg_stat_replication where state = 'streaming'")
                .equals(String.valueOf(followers));
    }

    /** The primary is killed, the standby takes over and gets a standby of its own. */
    public void failover() throws IOException, SQLException {
        RestartablePostgres failed = primary;
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> isFollowed(failed));
        failed.kill();
        standby.promote();
        primary = standby;
        proxy.pointTo(primary.port(), RestartablePostgres.DATABASE);
        FileSystemUtils.deleteRecursively(failed.directory().normalize());
        followers = 0;
        standby = follow(primary);
    }

    /** The primary, without a shutdown: as after a crash. */
    public void restart() throws IOException {
        primary.restart();
    }

    /** The standby, which a failover makes the primary. */
    public RestartablePostgres standby() {
        return standby;
    }

    /** Another standby of the primary, to be closed by the caller. */
    public RestartablePostgres anotherStandby() throws IOException, SQLException {
        return follow(primary);
    }

    /** The standby gets no more of what is committed. */
    public void detachStandby() throws SQLException {
        withoutStandby();
        standby.run("alter system set primary_conninfo = ''");
        standby.run("select pg_reload_conf()");
        Awaitility.await()
                .until(() ->
                        standby.ask("select count(*) from pg_stat_wal_receiver").equals("0"));
        followers--;
    }

    /** The primary is killed, and the standby takes over with what it has. */
    public void failoverAsIs() throws IOException, SQLException {
        primary.kill();
        standby.promote();
        primary = standby;
        withoutStandby();
        proxy.pointTo(primary.port(), RestartablePostgres.DATABASE);
    }

    /** Commits wait for no standby. */
    public void withoutStandby() throws SQLException {
        setSynchronousStandbys("");
    }

    /** Commits wait for a standby, as in the beginning. */
    public void withStandby() throws SQLException {
        setSynchronousStandbys("*");
    }

    private void setSynchronousStandbys(String names) throws SQLException {
        primary.run("alter system set synchronous_standby_names = '" + names + "'");
        primary.run("select pg_reload_conf()");
    }

    /** The primary goes, without a shutdown, and nobody takes over. */
    public void killPrimary() throws IOException {
        primary.kill();
    }

    public void startPrimary() throws IOException {
        primary.startAgain();
    }

    /** The settings of a server that uses it. The proxy reads the startup message, which therefore is not encrypted. */
    public List<String> settings() {
        return Route.TAKEN == Route.TLS
                ? primary.settings(proxy.port(), RestartablePostgres.DATABASE)
                : primary.settings(proxy.port());
    }

    public String jdbcUrl() {
        return primary.jdbcUrl();
    }

    public void run(String sql) throws SQLException {
        primary.run(sql);
    }

    /** The first column of the first row. */
    public String ask(String sql) throws SQLException {
        return primary.ask(sql);
    }

    @Override
    public void close() throws IOException {
        proxy.close();
        if (standby != primary) {
            standby.close();
        }
        primary.kill();
    }
}
