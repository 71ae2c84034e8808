package se.utrop.database;

import io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider;
import io.r2dbc.spi.ConnectionFactoryOptions;
import org.jspecify.annotations.Nullable;

/**
 * The address of a database, without credentials.
 *
 * @param host a name, an address, or the path of a Unix socket
 */
public record DatabaseAddress(
        String host, @Nullable Object port, @Nullable Object name) {

    private static final String DEFAULT_PORT = "5432";

    public static DatabaseAddress of(ConnectionFactoryOptions options) {
        String socket = socket(options);
        if (socket != null) {
            return new DatabaseAddress(socket, null, options.getValue(ConnectionFactoryOptions.DATABASE));
        }
        return new DatabaseAddress(
                options.getRequiredValue(ConnectionFactoryOptions.HOST).toString(),
                options.getValue(ConnectionFactoryOptions.PORT),
                options.getValue(ConnectionFactoryOptions.DATABASE));
    }

    /**
     * The path of a Unix socket; null where the database is reached by TCP. As for libpq, a host that begins with a slash is
     * the directory of the socket: {@code %2Fvar%2Frun%2Fpostgresql} in a URL.
     */
    static @Nullable String socket(ConnectionFactoryOptions options) {
        Object socket = options.getValue(PostgresqlConnectionFactoryProvider.SOCKET);
        if (socket != null) {
            return socket.toString();
        }
        String host = String.valueOf(options.getValue(ConnectionFactoryOptions.HOST));
        if (!host.startsWith("/")) {
            return null;
        }
        // R2DBC takes no port apart from a host that is none.
        int colon = host.indexOf(':');
        return colon == -1
                ? host + "/.s.PGSQL." + DEFAULT_PORT
                : host.substring(0, colon) + "/.s.PGSQL." + host.substring(colon + 1);
    }

    /** The form that PostgreSQL's URLs have: without a port its own holds, and without a name the user's. */
    @Override
    public String toString() {
        return host + (port == null ? "" : ":" + port) + "/" + (name == null ? "" : name);
    }
}
