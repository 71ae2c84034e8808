package se.utrop;

import io.r2dbc.spi.ConnectionFactoryOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcConnectionDetails;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.test.context.DynamicPropertyRegistrar;
import org.springframework.util.FileSystemUtils;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;
import se.utrop.embedded.RestartablePostgres;
import se.utrop.embedded.Route;

/**
 * A real PostgreSQL: a container where a Docker engine answers, the embedded one otherwise and on another {@link Route} than
 * the direct one. Without autovacuum: tests empty
 * the tables, and statistics that were taken of an empty table would mislead the planner in the next test.
 */
@TestConfiguration(proxyBeanMethods = false)
class TestDatabase {

    private static final String MAJOR_VERSION =
            System.getProperty("utrop.test.postgresql", "18").replaceFirst("\\..*", "");

    @Configuration(proxyBeanMethods = false)
    @Conditional(EngineAnswers.class)
    static class InContainer {

        @Bean
        @ServiceConnection
        PostgreSQLContainer postgres() {
            return new PostgreSQLContainer("postgres:" + MAJOR_VERSION).withCommand("postgres", "-c", "autovacuum=off");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @Conditional(NoEngineAnswers.class)
    static class Embedded {

        @Bean
        Server postgres() throws IOException {
            return new Server(RestartablePostgres.startMigrated(Files.createTempDirectory("utrop-test")));
        }

        @Bean
        R2dbcConnectionDetails connectionDetails(Server postgres) {
            return postgres::options;
        }

        @Bean
        DynamicPropertyRegistrar databaseSettings(Server postgres) {
            return settings -> postgres.settings().forEach((name, value) -> settings.add(name, () -> value));
        }
    }

    /** Its files go with it. */
    record Server(RestartablePostgres postgres) implements AutoCloseable {

        private ConnectionFactoryOptions options() {
            Map<String, String> settings = settings();
            return ConnectionFactoryOptions.parse(required(settings, "spring.r2dbc.url"))
                    .mutate()
                    .option(ConnectionFactoryOptions.USER, required(settings, "spring.r2dbc.username"))
                    .option(ConnectionFactoryOptions.PASSWORD, required(settings, "spring.r2dbc.password"))
                    .build();
        }

        private static String required(Map<String, String> settings, String name) {
            return Objects.requireNonNull(settings.get(name), name);
        }

        private Map<String, String> settings() {
            return postgres.settings().stream()
                    .map(setting -> setting.substring(2).split("=", 2))
                    .collect(Collectors.toMap(setting -> setting[0], setting -> setting[1]));
        }

        @Override
        public void close() throws IOException {
            postgres.kill();
            FileSystemUtils.deleteRecursively(postgres.directory().normalize());
        }
    }

    static class EngineAnswers implements Condition {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return Route.TAKEN == Route.DIRECT && DockerClientFactory.instance().isDockerAvailable();
        }
    }

    static class NoEngineAnswers extends EngineAnswers {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return !super.matches(context, metadata);
        }
    }
}
