package se.utrop.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import se.utrop.embedded.RestartablePostgres;

/**
 * No migration since the ninth blocks a reader for more than a second; PostgreSQL tells by its lock_timeout. With more news
 * than a few thousand: the system property {@code utrop.upgrade.news}.
 */
class MigrationLockTests {

    /** Blocks readers while it rewrites the table of news; it was released before the rule. */
    private static final String BEFORE_THE_RULE = "9";

    private static final List<String> READ = List.of("news", "news_topic", "event", "topic", "series", "figure");

    @Test
    void noMigrationBlocksReadersForASecond(@TempDir Path directory) throws Exception {
        try (RestartablePostgres database = RestartablePostgres.start(directory);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            flyway(database, BEFORE_THE_RULE).migrate();
            FilledNewsroom.fill(database);
            for (MigrationVersion version : pending(database)) {
                AtomicBoolean migrated = new AtomicBoolean();
                List<Future<Integer>> readers = READ.stream()
                        .map(table -> threads.submit(() -> read(database, table, version, migrated)))
                        .toList();
                flyway(database, version.getVersion()).migrate();
                migrated.set(true);
                for (Future<Integer> reader : readers) {
                    assertThat(reader.get()).isPositive();
                }
            }
            flyway(database, "latest").migrate();
        }
    }

    private static List<MigrationVersion> pending(RestartablePostgres database) {
        return Arrays.stream(flyway(database, "latest").info().pending())
                .map(MigrationInfo::getVersion)
                .filter(Objects::nonNull)
                .toList();
    }

    private static int read(
            RestartablePostgres database, String table, MigrationVersion version, AtomicBoolean migrated)
            throws SQLException {
        try (Connection session = DriverManager.getConnection(database.jdbcUrl());
                Statement statement = session.createStatement()) {
            statement.execute("set lock_timeout = '1s'");
            int reads = 0;
            do {
                statement.execute("select from %s limit 1".formatted(table));
                statement.execute("select pg_sleep(0.01)");
                reads++;
            } while (!migrated.get());
            return reads;
        } catch (SQLException e) {
            throw new AssertionError("Migration V%s blocks readers of %s".formatted(version, table), e);
        }
    }

    private static Flyway flyway(RestartablePostgres database, String target) {
        return Flyway.configure()
                .dataSource(database.jdbcUrl().replace("socketTimeout=30", "socketTimeout=0"), null, null)
                .placeholders(Map.of("zone", "Europe/Stockholm", "language", "swedish"))
                .target(target)
                .load();
    }
}
