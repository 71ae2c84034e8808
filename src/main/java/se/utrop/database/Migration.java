package se.utrop.database;

import io.r2dbc.spi.ConnectionFactoryOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.core.internal.exception.sqlExceptions.FlywaySqlUnableToConnectToDbException;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.flyway.autoconfigure.FlywayConfigurationCustomizer;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** Migrates, and tells the operator in a few words where the database can't be reached. */
record Migration(ConnectionFactoryOptions options, String newsroomZone, String searchLanguage)
        implements FlywayConfigurationCustomizer, FlywayMigrationStrategy {

    private static final String UNKNOWN_DATABASE = "3D000";

    /** What no later try will mend: the user, the password, or what the server asks of a connection. */
    private static final Set<String> REFUSALS = Set.of("28000", "28P01", "08004");

    @Override
    public void customize(FluentConfiguration configuration) {
        configuration
                .dataSource(new DecidedDataSource(configuration.getDataSource()))
                .placeholders(Map.of("zone", newsroomZone, "language", searchLanguage));
    }

    @Override
    public void migrate(Flyway flyway) {
        try {
            flyway.migrate();
            grant(flyway.getConfiguration().getDataSource());
        } catch (FlywaySqlUnableToConnectToDbException e) {
            throw new FailureAnalyzedException(
                    "No PostgreSQL answers at %s: %s".formatted(address(), reason(e)),
                    "Check that it runs, that it can be reached from here, "
                            + "and that SPRING_R2DBC_URL names its host, port and database.",
                    e);
        }
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
        return DatabaseAddress.of(options);
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
                    "Create it (createdb), or name another in SPRING_R2DBC_URL.",
                    e);
        }
        if (REFUSALS.contains(state)) {
            throw new FailureAnalyzedException(
                    "PostgreSQL at %s refuses the connection: %s".formatted(address(), e.getMessage()),
                    "Check SPRING_R2DBC_USERNAME and SPRING_R2DBC_PASSWORD.",
                    e);
        }
    }

    /** Ends Flyway's tries at once where a later one would fare no better. */
    private final class DecidedDataSource extends DelegatingDataSource {

        DecidedDataSource(DataSource target) {
            super(target);
        }

        @Override
        public Connection getConnection() throws SQLException {
            try {
                return super.getConnection();
            } catch (SQLException e) {
                throwIfFinal(e);
                throw e;
            }
        }
    }
}
