package se.utrop.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;

/** The newsroom that publishes, and what PostgreSQL knows of the server under test, which has a role of its own. */
final class Database implements AutoCloseable {

    /** Every slug is this and the number of its event. */
    static final String SLUG = "utrop-";

    static final String SERVER_ROLE = "utrop";

    private final Connection newsroom;
    private final Connection watch;
    private final PreparedStatement publish;

    Database(String postgres, String database) throws SQLException {
        this.watch = connect(postgres, "postgres", "postgres");
        this.newsroom = connect(postgres, database, "postgres");
        run(
                newsroom,
                "insert into topic (slug, name) values ('trafik', 'Trafik'), ('kollektivtrafik', 'Kollektivtrafik')");
        newsroom.setAutoCommit(false);
        this.publish = newsroom.prepareStatement("""
            with published as (
                insert into news (slug, title, summary, published_at)
                values (?, ?, ?, clock_timestamp())
                returning id, published_at)
            insert into news_topic (news_id, position, topic_id, published_at)
            select p.id, t.id, t.id, p.published_at from published p cross join topic t
            """);
    }

    /** Makes a database that is the server's: {@code address name [migration …]}. */
    public static void main(String[] arguments) throws SQLException, IOException {
        try (Connection connection = connect(arguments[0], "postgres", "postgres")) {
            run(connection, "create extension if not exists pg_stat_statements");
            run(
                    connection,
                    "do 'begin create role %s login; exception when duplicate_object then end'".formatted(SERVER_ROLE));
            run(connection, "create database %s owner %s".formatted(arguments[1], SERVER_ROLE));
        }
        List<String> migrations = Arrays.asList(arguments).subList(2, arguments.length);
        try (Connection connection = connect(arguments[0], arguments[1], SERVER_ROLE)) {
            for (String migration : migrations) {
                run(connection, Files.readString(Path.of(migration)));
            }
        }
    }

    /** Returns when the commit did. */
    long publish(int number) throws SQLException {
        publish.setString(1, SLUG + number);
        publish.setString(2, "Trafiken på linje " + number + " är i gång igen efter nattens arbete");
        publish.setString(
                3,
                "Tågen går åter enligt tidtabell. Arbetet med den nya växeln blev klart tidigare än väntat, och"
                        + " ersättningsbussarna dras in under förmiddagen. Den som har en resa bokad behöver inte göra"
                        + " något.");
        publish.executeUpdate();
        newsroom.commit();
        return System.nanoTime();
    }

    void retract(int number) throws SQLException {
        run(newsroom, "delete from news where slug = '%s'".formatted(SLUG + number));
        newsroom.commit();
    }

    /** How many statements the server has had executed so far. */
    long statements() throws SQLException {
        return count("select coalesce(sum(calls), 0) from pg_stat_statements where userid = '%s'::regrole");
    }

    int sessions() throws SQLException {
        return (int) count("select count(*) from pg_stat_activity where usename = '%s'");
    }

    @Override
    public void close() throws SQLException {
        newsroom.close();
        watch.close();
    }

    private long count(String query) throws SQLException {
        try (Statement statement = watch.createStatement();
                ResultSet result = statement.executeQuery(query.formatted(SERVER_ROLE))) {
            result.next();
            return result.getLong(1);
        }
    }

    static Connection connect(String postgres, String database, String role) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://" + postgres + "/" + database, role, null);
    }

    static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
