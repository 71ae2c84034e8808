package se.utrop.database;

import io.r2dbc.spi.ConnectionFactoryOptions;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcConnectionDetails;
import org.springframework.util.StringUtils;

/**
 * The address of PostgreSQL itself. The listener and the migrations connect to it, because they need sessions that no
 * connection pooler lends to others.
 *
 * @param hasPooler whether the pool connects to another address, that of a connection pooler
 */
record DirectAddress(ConnectionFactoryOptions options, boolean hasPooler) {

    static DirectAddress of(ConnectionFactoryOptions pool, @Nullable String url) {
        return StringUtils.hasText(url)
                ? new DirectAddress(withCredentials(parse("utrop.database.direct.url", url), pool), true)
                : new DirectAddress(pool, false);
    }

    /** The options of a URL, which may carry a password: it must not be logged. */
    static ConnectionFactoryOptions parse(String setting, String url) {
        return parse(setting, () -> ConnectionFactoryOptions.parse(url));
    }

    /** Fails where the URL of the pool is malformed. The message of the driver would quote it. */
    static void requireValid(R2dbcConnectionDetails pool) {
        var _ = parse("spring.r2dbc.url", pool::getConnectionFactoryOptions);
    }

    private static ConnectionFactoryOptions parse(String setting, Supplier<ConnectionFactoryOptions> options) {
        try {
            return options.get();
        } catch (IllegalArgumentException e) {
            throw new FailureAnalyzedException(
                    setting + " is not a URL of R2DBC.", "Write it as in r2dbc:postgresql://localhost:5432/utrop.");
        }
    }

    private static ConnectionFactoryOptions withCredentials(
            ConnectionFactoryOptions own, ConnectionFactoryOptions pool) {
        if (own.hasOption(ConnectionFactoryOptions.USER)) {
            return own;
        }
        ConnectionFactoryOptions.Builder options = own.mutate();
        Object user = pool.getValue(ConnectionFactoryOptions.USER);
        if (user != null) {
            options.option(ConnectionFactoryOptions.USER, user.toString());
        }
        Object password = pool.getValue(ConnectionFactoryOptions.PASSWORD);
        if (password != null) {
            options.option(ConnectionFactoryOptions.PASSWORD, password.toString());
        }
        return options.build();
    }

    /** The setting that names the address. */
    String setting() {
        return hasPooler ? "UTROP_DATABASE_DIRECT_URL" : "SPRING_R2DBC_URL";
    }
}
