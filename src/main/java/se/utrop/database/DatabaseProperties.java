package se.utrop.database;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the service uses its database.
 *
 * @param statementTimeout how long one statement may take before PostgreSQL cancels it; 0 for as long as it likes
 */
@ConfigurationProperties("utrop.database")
record DatabaseProperties(@DefaultValue("10s") Duration statementTimeout) {

    DatabaseProperties {
        if (statementTimeout.isNegative()) {
            throw new IllegalArgumentException("utrop.database.statement-timeout can't be negative");
        }
    }
}
