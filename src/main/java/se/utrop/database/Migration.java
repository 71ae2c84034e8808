package se.utrop.database;

import java.io.FileNotFoundException;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.configuration.Configuration;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.internal.exception.sqlExceptions.FlywaySqlUnableToConnectToDbException;
import org.flywaydb.core.internal.jdbc.JdbcUtils;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.boot.flyway.autoconfigure.FlywayConnectionDetails;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Migrates the database, and explains in a few words why the server can't start with it.
 *
 * @param connection whose password is asked for anew for each session
 * @param newsroomZone the time zone that a server sets; a command leaves it as it is, unless there is none yet
 * @param searchLanguage the language of the search index, set in the same way
 * @param isServer whether this is a server, not a command
 */
record Migration(
        DirectAddress database,
        FlywayConnectionDetails connection,
        String newsroomZone,
        String searchLanguage,
        boolean isServer)
        implements FlywayConfigurationCustomizer, FlywayMigrationStrategy {

    private static final String UNKNOWN_DATABASE = "3D000";

    /** What no later try will mend: the user, the password, or what the server asks of a connection. */
    private static final Set<String> REFUSALS = Set.of("28000", "28P01", "08004");

    private static final String PROTOCOL_VIOLATION = "08P01";

    private static final String CONNECTION_FAILURE = "08006";

    private static final Set<MigrationState> FUTURE =
            EnumSet.of(MigrationState.FUTURE_SUCCESS, MigrationState.FUTURE_FAILED);

    @Override
    public void customize(FluentConfiguration configuration) {
        configuration
                .dataSource(new DecidedDataSource(configuration.getDataSource()))
                .placeholders(Map.of("zone", newsroomZone, "language", searchLanguage));
    }

    @Override
    public void migrate(Flyway flyway) {
        try {
            Flyway prepared = prepare(flyway);
            List<MigrationInfo> migrations = List.of(prepared.info().all());
            requireKnownSchema(migrations);
            if (!migrations.stream().allMatch(Migration::isDone)) {
                prepared.migrate();
            }
            grant(prepared.getConfiguration().getDataSource());
        } catch (FlywaySqlUnableToConnectToDbException e) {
            throw new FailureAnalyzedException(
                    "No PostgreSQL answers at %s: %s".formatted(address(), reason(e)),
                    "Check that it runs, that it can be reached from here, "
                            + "and that %s names its host, port and database.".formatted(database.setting()),
                    e);
        }
    }

    private Flyway prepare(Flyway flyway) {
        Configuration settings = flyway.getConfiguration();
        try (Connection connection = JdbcUtils.openConnection(
                settings.getDataSource(), settings.getConnectRetries(), settings.getConnectRetriesInterval())) {
            requireUtf8(connection);
            return isServer ? flyway : keepingNewsroom(connection, settings);
        } catch (SQLException e) {
            throw new IllegalStateException("The database's settings can't be read", e);
        }
    }

    private void requireUtf8(Connection connection) throws SQLException {
        String encoding = ask(connection, "show server_encoding");
        if (!"UTF8".equals(encoding)) {
            throw new FailureAnalyzedException(
                    "The database at %s has the encoding %s, and can't hold every text: Utrop needs UTF8."
                            .formatted(address(), encoding),
                    "Create another (createdb --encoding=UTF8 --template=template0), "
                            + "and name it in %s.".formatted(database.setting()));
        }
    }

    /** With the newsroom's own settings, a repeatable migration has the checksum that it had, and doesn't run. */
    private Flyway keepingNewsroom(Connection connection, Configuration settings) throws SQLException {
        Map<String, String> placeholders = new HashMap<>(settings.getPlaceholders());
        keep("zone", connection, "newsroom", "zone", placeholders);
        keep("language", connection, "search_language", "configuration", placeholders);
        return Flyway.configure(settings.getClassLoader())
                .configuration(settings)
                .placeholders(placeholders)
                .load();
    }

    private static void keep(
            String name, Connection connection, String table, String column, Map<String, String> placeholders)
            throws SQLException {
        if (ask(connection, "select to_regclass('%s')".formatted(table)) != null) {
            String kept = ask(connection, "select %s::text from %s".formatted(column, table));
            if (kept != null) {
                placeholders.put(name, kept);
            }
        }
    }

    private static @Nullable String ask(Connection connection, String question) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(question)) {
            return rows.next() ? rows.getString(1) : null;
        }
    }

    /** Flyway's own validation lets migrations pass that it doesn't know, where they are newer than all it knows. */
    private void requireKnownSchema(List<MigrationInfo> migrations) {
        migrations.stream()
                .filter(applied -> FUTURE.contains(applied.getState()))
                .reduce((earlier, later) -> later)
                .ifPresent(latest -> {
                    throw new FailureAnalyzedException(
                            "The database at %s was migrated by a newer Utrop: its schema has version %s, unknown here."
                                    .formatted(address(), latest.getVersion()),
                            "Start that version or a later one. To go back, restore a backup of before the upgrade.");
                });
    }

    /** Where all are, Flyway has nothing to do: it would only read and validate them once more. */
    private static boolean isDone(MigrationInfo migration) {
        return migration.getState() == MigrationState.SUPERSEDED
                || (migration.getState() == MigrationState.SUCCESS && migration.isChecksumMatching());
    }

    private static void grant(DataSource database) {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("select grant_service()");
        } catch (SQLException e) {
            throw new IllegalStateException("The service can't be granted what it has to do", e);
        }
    }

    private DatabaseAddress address() {
        return DatabaseAddress.of(database.options());
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.toString();
    }

    private void throwIfFinal(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        if (UNKNOWN_DATABASE.equals(state)) {
            throw new FailureAnalyzedException(
                    "PostgreSQL at %s has no such database.".formatted(address()),
                    "Create it (createdb), or name another in %s.".formatted(database.setting()),
                    e);
        }
        if (REFUSALS.contains(state)) {
            throw new FailureAnalyzedException(
                    "PostgreSQL at %s refuses the connection: %s".formatted(address(), e.getMessage()),
                    "Check SPRING_R2DBC_USERNAME and SPRING_R2DBC_PASSWORD, or SPRING_FLYWAY_USER and"
                            + " SPRING_FLYWAY_PASSWORD where they are set.",
                    e);
        }
        if (isRefusedByPooler(e)) {
            throw new FailureAnalyzedException(
                    "A connection pooler at %s refuses the connection: %s".formatted(address(), e.getMessage()),
                    ConnectionPoolerFailureAnalyzer.ACTION,
                    e);
        }
        String distrust = distrust(e);
        if (distrust != null) {
            throw new FailureAnalyzedException(
                    "PostgreSQL at %s can't be trusted: %s".formatted(address(), distrust),
                    "Check the server's certificate, and the host, sslMode and sslRootCert in %s."
                            .formatted(database.setting()),
                    e);
        }
    }

    private static boolean isRefusedByPooler(SQLException e) {
        return PROTOCOL_VIOLATION.equals(e.getSQLState())
                && String.valueOf(e.getMessage()).contains(ConnectionPoolerFailureAnalyzer.REFUSAL);
    }

    /** What is wrong with the server's certificate, or with what it is compared to; null where nothing is. */
    private @Nullable String distrust(SQLException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof GeneralSecurityException || cause instanceof FileNotFoundException) {
                return reason(cause);
            }
        }
        // The driver gives no cause where the host's name isn't the certificate's, and only there.
        boolean isHostUnverified = CONNECTION_FAILURE.equals(failure.getSQLState())
                && failure.getCause() == null
                && MigrationConnectionDetails.verifiesHost(database.options());
        return isHostUnverified ? failure.getMessage() : null;
    }

    /** Ends Flyway's tries at once where a later one would fare no better. */
    private final class DecidedDataSource extends DelegatingDataSource {

        DecidedDataSource(DataSource target) {
            super(target);
        }

        @Override
        public Connection getConnection() throws SQLException {
            try {
                Connection session = open();
                // The timeout is for the login: a migration may take long.
                session.setNetworkTimeout(Runnable::run, 0);
                return session;
            } catch (SQLException e) {
                throwIfFinal(e);
                throw e;
            }
        }

        private Connection open() throws SQLException {
            String user = connection.getUsername();
            String password = connection.getPassword();
            return user == null || password == null ? super.getConnection() : super.getConnection(user, password);
        }
    }
}
