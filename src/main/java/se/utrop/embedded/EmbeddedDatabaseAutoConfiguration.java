package se.utrop.embedded;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.NoneNestedConditions;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/** Configures the embedded database if no other database is configured. */
@AutoConfiguration(before = R2dbcAutoConfiguration.class)
@ConditionalOnClass(name = EmbeddedDatabaseAutoConfiguration.PROGRAMS)
@ConditionalOnMissingBean(R2dbcConnectionDetails.class)
@Conditional(EmbeddedDatabaseAutoConfiguration.NoUrl.class)
@EnableConfigurationProperties(EmbeddedDatabaseProperties.class)
public class EmbeddedDatabaseAutoConfiguration {

    static final String PROGRAMS = "io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver";

    @Bean
    EmbeddedDatabase embeddedDatabase(EmbeddedDatabaseProperties properties) {
        return EmbeddedDatabase.open(properties.data());
    }

    /** The opposite of the condition under which Spring Boot uses the URL. */
    static class NoUrl extends NoneNestedConditions {

        NoUrl() {
            super(ConfigurationPhase.REGISTER_BEAN);
        }

        @ConditionalOnProperty("spring.r2dbc.url")
        static class Url {}
    }
}
