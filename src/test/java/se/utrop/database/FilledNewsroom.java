package se.utrop.database;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import se.utrop.embedded.RestartablePostgres;

/** Fills a newsroom of the schema that the previous release has. */
final class FilledNewsroom {

    /** How many news: a migration that holds a lock while it reads or rewrites a table shows with many. */
    static final int NEWS = Integer.getInteger("utrop.upgrade.news", 5_000);

    private static final int BATCH = 10_000;

    private FilledNewsroom() {}

    static void fill(RestartablePostgres database) throws SQLException {
        try (Connection session =
                        DriverManager.getConnection(database.jdbcUrl().replace("socketTimeout=30", "socketTimeout=0"));
                Statement statement = session.createStatement()) {
            statement.execute("""
                insert into topic (slug, name)
                select 'topic-' || i, 'Topic ' || i from generate_series(1, 30) i
                """);
            for (int first = 1; first <= NEWS; first += BATCH) {
                int last = Math.min(first + BATCH - 1, NEWS);
                statement.execute("""
                    insert into news (slug, title, summary, body, published_at)
                    select 'filled-' || i, 'Konserthuset ' || i || ' byggs', 'Regionen beslutar om nummer ' || i || '.',
                        repeat('Avgifter och vårdplatser. ', 20), now() - i * interval '1 minute'
                    from generate_series(%d, %d) i
                    """.formatted(first, last));
                statement.execute("""
                    insert into news_topic (news_id, position, topic_id, published_at)
                    select n.id, 1, 1 + n.id %% 30, n.published_at from news n
                    where n.slug like 'filled-%%' and not exists (select from news_topic where news_id = n.id)
                    """.formatted());
            }
            statement.execute("vacuum analyze");
        }
    }
}
