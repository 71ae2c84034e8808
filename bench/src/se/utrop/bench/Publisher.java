package se.utrop.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A busy newsroom. What it has published is gone when it closes, so that the next server finds the same news. */
final class Publisher implements AutoCloseable {

    private static final int EVERY_MILLIS = 100;

    private final Connection connection;
    private final PreparedStatement publish;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

    private int published;

    Publisher(String postgres, String database) throws SQLException {
        this.connection = Database.connect(postgres, database, "postgres");
        this.publish = connection.prepareStatement("""
            with published as (
                insert into news (slug, title, summary, body, published_at)
                values ('just-now-' || ?, 'Trafiken är i gång igen', 'Tågen går enligt tidtabell.',
                    'Arbetet blev klart tidigare än väntat.', clock_timestamp())
                returning id, published_at)
            insert into news_topic (news_id, position, topic_id, published_at)
            select id, 1, 1, published_at from published
            """);
        var _ = clock.scheduleAtFixedRate(this::publish, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    int published() {
        return published;
    }

    @Override
    public void close() throws SQLException {
        clock.close();
        Database.run(connection, "delete from news where slug like 'just-now-%'");
        Database.run(connection, "vacuum news, news_topic, revision");
        connection.close();
    }

    private void publish() {
        try {
            publish.setLong(1, System.nanoTime());
            publish.executeUpdate();
            published++;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
