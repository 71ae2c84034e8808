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

/**
 * The JDBC connection of Flyway to the database that the service reaches by R2DBC.
 *
 * @param owner the role that migrates; null if the service migrates
 * @param passwordFile where the password is that isn't given
 */
record MigrationConnectionDetails(
        ConnectionFactoryOptions options,
        @Nullable String owner,
        @Nullable String ownerPassword,
        @Nullable PasswordFile passwordFile)
        implements FlywayConnectionDetails, JdbcConnectionDetails {

    /** What the operator may ask of a connection in R2DBC's URL, and JDBC's word for it. */
    private static final Map<String, String> PARAMETERS = Map.of(
            "sslMode", "sslmode",
            "sslmode", "sslmode",
            "sslRootCert", "sslrootcert",
            "sslCert", "sslcert",
            "sslKey", "sslkey",
            "schema", "currentSchema",
            "currentSchema", "currentSchema");

    private static final String VERIFY_FULL = "verify-full";

    /** In seconds, for each host: to connect, and for each answer until it is logged in. */
    private static final String LOGIN_TIMEOUT = "5";

    MigrationConnectionDetails(ConnectionFactoryOptions options) {
        this(options, null, null, null);
    }

    @Override
    public String getJdbcUrl() {
        DatabaseAddress address = DatabaseAddress.of(options);
        // A path is no host of a JDBC URL: the socket factory has it.
        String host = DatabaseAddress.socket(options) == null ? address.host() : "localhost";
        Object name = address.name() == null ? null : encoded(address.name());
        return "jdbc:postgresql://" + new DatabaseAddress(host, address.port(), name) + "?" + parameters();
    }

    private String parameters() {
        Map<String, String> parameters = new TreeMap<>(
                Map.of("ApplicationName", "utrop", "connectTimeout", LOGIN_TIMEOUT, "socketTimeout", LOGIN_TIMEOUT));
        if (isSsl(options)) {
            parameters.put("sslmode", VERIFY_FULL);
        }
        if (SessionFactory.isFailover(options)) {
            // whichever the service reads from
            parameters.put("targetServerType", "primary");
        }
        PARAMETERS.forEach((r2dbc, jdbc) -> {
            Object value = options.getValue(Option.valueOf(r2dbc));
            if (value != null) {
                parameters.put(jdbc, encoded(value));
            }
        });
        String socket = DatabaseAddress.socket(options);
        if (socket != null) {
            parameters.put("socketFactory", UnixSocketFactory.class.getName());
            parameters.put("socketFactoryArg", encoded(socket));
            parameters.put("sslmode", "disable");
        }
        return parameters.entrySet().stream().map(Map.Entry::toString).collect(Collectors.joining("&"));
    }

    /** Whether the name of the host must be the one in its certificate. */
    static boolean verifiesHost(ConnectionFactoryOptions options) {
        Object mode = options.getValue(Option.valueOf("sslMode"));
        Object given = mode == null ? options.getValue(Option.valueOf("sslmode")) : mode;
        return given == null ? isSsl(options) : given.toString().equalsIgnoreCase(VERIFY_FULL);
    }

    private static boolean isSsl(ConnectionFactoryOptions options) {
        return Boolean.parseBoolean(String.valueOf(options.getValue(ConnectionFactoryOptions.SSL)));
    }

    private static String encoded(Object value) {
        return URLEncoder.encode(value.toString(), StandardCharsets.UTF_8);
    }

    @Override
    public @Nullable String getUsername() {
        return owner == null ? (String) options.getValue(ConnectionFactoryOptions.USER) : owner;
    }

    @Override
    public @Nullable String getPassword() {
        Object password = owner == null ? options.getValue(ConnectionFactoryOptions.PASSWORD) : ownerPassword;
        if (password != null) {
            return password.toString();
        }
        return passwordFile == null ? null : passwordFile.read();
    }

    @Override
    public String getDriverClassName() {
        return "org.postgresql.Driver";
    }
}
