package se.utrop.database;

import io.r2dbc.spi.ConnectionFactoryOptions;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.flyway.autoconfigure.FlywayConnectionDetails;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/** Where Flyway, which speaks JDBC, finds the database that the service reaches by R2DBC. */
record MigrationConnectionDetails(ConnectionFactoryOptions options)
        implements FlywayConnectionDetails, JdbcConnectionDetails {

    @Override
    public String getJdbcUrl() {
        return "jdbc:postgresql://%s:%s/%s"
                .formatted(
                        options.getRequiredValue(ConnectionFactoryOptions.HOST),
                        options.hasOption(ConnectionFactoryOptions.PORT)
                                ? options.getValue(ConnectionFactoryOptions.PORT)
                                : "5432",
                        options.getRequiredValue(ConnectionFactoryOptions.DATABASE));
    }

    @Override
    public @Nullable String getUsername() {
        return (String) options.getValue(ConnectionFactoryOptions.USER);
    }

    @Override
    public @Nullable String getPassword() {
        Object password = options.getValue(ConnectionFactoryOptions.PASSWORD);
        return password == null ? null : password.toString();
    }

    @Override
    public String getDriverClassName() {
        return "org.postgresql.Driver";
    }
}
