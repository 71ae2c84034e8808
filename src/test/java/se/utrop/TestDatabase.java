package se.utrop;

import io.r2dbc.spi.ConnectionFactoryOptions;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcConnectionDetails;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * A real PostgreSQL 18: a container where a Docker engine answers, the embedded one otherwise. Without autovacuum: tests empty
 * the tables, and statistics that were taken of an empty table would mislead the planner in the next test.
 */
@TestConfiguration(proxyBeanMethods = false)
class TestDatabase {

    @Configuration(proxyBeanMethods = false)
    @Conditional(EngineAnswers.class)
    static class InContainer {

        @Bean
        @ServiceConnection
        PostgreSQLContainer postgres() {
            return new PostgreSQLContainer("postgres:18").withCommand("postgres", "-c", "autovacuum=off");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Conditional(NoEngineAnswers.class)
    static class Embedded {

        @Bean(destroyMethod = "close")
        EmbeddedPostgres postgres() throws IOException {
            return EmbeddedPostgres.builder()
                    .setLocaleConfig("locale", "C.UTF-8")
                    .setServerConfig("autovacuum", "off")
                    .start();
        }

        @Bean
        R2dbcConnectionDetails connectionDetails(EmbeddedPostgres postgres) {
            return () -> ConnectionFactoryOptions.parse(
                    "r2dbc:postgresql://postgres@localhost:" + postgres.getPort() + "/postgres");
        }
    }

    static class EngineAnswers implements Condition {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return DockerClientFactory.instance().isDockerAvailable();
        }
    }

    static class NoEngineAnswers extends EngineAnswers {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return !super.matches(context, metadata);
        }
    }
}
