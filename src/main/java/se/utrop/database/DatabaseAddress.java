package se.utrop.database;

import io.r2dbc.spi.ConnectionFactoryOptions;
import org.jspecify.annotations.Nullable;

/** The address of a database, without credentials. */
public record DatabaseAddress(
        String host, @Nullable Object port, @Nullable Object name) {

    public static DatabaseAddress of(ConnectionFactoryOptions options) {
        return new DatabaseAddress(
                options.getRequiredValue(ConnectionFactoryOptions.HOST).toString(),
                options.getValue(ConnectionFactoryOptions.PORT),
                options.getValue(ConnectionFactoryOptions.DATABASE));
    }

    /** The form that PostgreSQL's URLs have: without a port its own holds, and without a name the user's. */
    @Override
    public String toString() {
        return host + (port == null ? "" : ":" + port) + "/" + (name == null ? "" : name);
    }
}
