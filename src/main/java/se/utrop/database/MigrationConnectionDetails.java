package se.utrop.database;

import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.flyway.autoconfigure.FlywayConnectionDetails;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/** Where Flyway, which speaks JDBC, finds the database that the service reaches by R2DBC. */
record MigrationConnectionDetails(ConnectionFactoryOptions options)
        implements FlywayConnectionDetails, JdbcConnectionDetails {

    /** What the operator may ask of a connection in R2DBC's URL, and JDBC's word for it. */
    private static final Map<String, String> PARAMETERS = Map.of(
            "sslMode", "sslmode",
            "sslmode", "sslmode",
            "sslRootCert", "sslrootcert",
            "sslCert", "sslcert",
            "sslKey", "sslkey",
            "schema", "currentSchema",
            "currentSchema", "currentSchema",
            "targetServerType", "targetServerType");

    @Override
    public String getJdbcUrl() {
        return "jdbc:postgresql://" + DatabaseAddress.of(options) + "?" + parameters();
    }

    private String parameters() {
        Map<String, String> parameters = new TreeMap<>(Map.of("ApplicationName", "utrop", "connectTimeout", "5"));
        PARAMETERS.forEach((r2dbc, jdbc) -> {
            Object value = options.getValue(Option.valueOf(r2dbc));
            if (value != null) {
                parameters.put(jdbc, URLEncoder.encode(value.toString(), StandardCharsets.UTF_8));
            }
        });
        return parameters.entrySet().stream().map(Map.Entry::toString).collect(Collectors.joining("&"));
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
