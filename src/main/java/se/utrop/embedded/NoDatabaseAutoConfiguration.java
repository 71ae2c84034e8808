package se.utrop.embedded;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/**
 * Explains a failed start of a program that is packaged without the embedded database and has no other one configured.
 */
@AutoConfiguration(before = R2dbcAutoConfiguration.class, after = EmbeddedDatabaseAutoConfiguration.class)
@ConditionalOnMissingBean(R2dbcConnectionDetails.class)
@Conditional(EmbeddedDatabaseAutoConfiguration.NoUrl.class)
public class NoDatabaseAutoConfiguration {

    @Bean
    R2dbcConnectionDetails noDatabase() {
        throw new FailureAnalyzedException(
                "Utrop has no database: no URL is set, and no embedded PostgreSQL is included.",
                "Set SPRING_R2DBC_URL, as in r2dbc:postgresql://localhost:5432/utrop, "
                        + "with SPRING_R2DBC_USERNAME and SPRING_R2DBC_PASSWORD.");
    }
}
