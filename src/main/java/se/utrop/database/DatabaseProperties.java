package se.utrop.database;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the service uses its database.
 *
 * @param statementTimeout how long one statement may take before PostgreSQL cancels it; 0 for as long as it likes
 * @param direct PostgreSQL itself, where {@code spring.r2dbc.url} leads to a connection pooler
 * @param passwordFile file of a password that is read anew for each session
 */
@ConfigurationProperties("utrop.database")
record DatabaseProperties(
        @DefaultValue("10s") Duration statementTimeout,
        @DefaultValue Direct direct,
        @Nullable Path passwordFile) {

    DatabaseProperties {
        if (statementTimeout.isNegative()) {
            throw new IllegalArgumentException("utrop.database.statement-timeout can't be negative");
        }
    }

    @Nullable
    PasswordFile password() {
        return passwordFile == null ? null : new PasswordFile(passwordFile);
    }

    /**
     * How PostgreSQL itself is reached.
     *
     * @param url the address for the listener and migrations; without a user, with the credentials of the pool
     */
    record Direct(@Nullable String url) {}
}
