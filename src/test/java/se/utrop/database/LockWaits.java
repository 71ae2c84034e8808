package se.utrop.database;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import se.utrop.embedded.RestartablePostgres;

/** Watches in pg_locks how long sessions wait for locks on tables; it looks a hundred times a second. */
final class LockWaits implements Runnable {

    /** In milliseconds. */
    private static final String WAITING = """
        select
            1000 * extract(epoch from max(clock_timestamp() - waitstart) filter (where mode = 'AccessShareLock')) as reading,
            1000 * extract(epoch from max(clock_timestamp() - waitstart) filter (where mode = 'RowExclusiveLock')) as writing
        from pg_locks where locktype = 'relation' and not granted
        """;

    private final RestartablePostgres database;

    private final AtomicLong reading = new AtomicLong();

    private final AtomicLong writing = new AtomicLong();

    private volatile boolean ended;

    LockWaits(RestartablePostgres database) {
        this.database = database;
    }

    @Override
    public void run() {
        try (Connection session = DriverManager.getConnection(database.jdbcUrl());
                Statement statement = session.createStatement()) {
            while (!ended) {
                look(statement);
                statement.execute("select pg_sleep(0.01)");
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void look(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(WAITING)) {
            row.next();
            reading.accumulateAndGet(row.getLong(1), Math::max);
            writing.accumulateAndGet(row.getLong(2), Math::max);
        }
    }

    void end() {
        ended = true;
    }

    Duration longestOfReaders() {
        return Duration.ofMillis(reading.get());
    }

    Duration longestOfWriters() {
        return Duration.ofMillis(writing.get());
    }
}
