package se.utrop.database;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayConnectionDetails;
import org.springframework.boot.r2dbc.ConnectionFactoryDecorator;
import org.springframework.boot.r2dbc.OptionsCapableConnectionFactory;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcConnectionDetails;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcProperties;
import org.springframework.boot.web.context.reactive.ReactiveWebApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.util.StringUtils;
import se.utrop.tracing.Spans;

@AutoConfiguration(before = {R2dbcAutoConfiguration.class, FlywayAutoConfiguration.class})
@EnableConfigurationProperties({DatabaseProperties.class, ReadProperties.class})
class DatabaseAutoConfiguration {

    @Bean
    DirectAddress directAddress(R2dbcConnectionDetails database, DatabaseProperties properties) {
        return DirectAddress.of(
                database.getConnectionFactoryOptions(), properties.direct().url());
    }

    @Bean
    @ConditionalOnMissingBean(FlywayConnectionDetails.class)
    MigrationConnectionDetails migrationConnectionDetails(
            DirectAddress database, DatabaseProperties properties, Environment settings) {
        if (StringUtils.hasText(settings.getProperty("spring.flyway.url"))) {
            throw new FailureAnalyzedException(
                    "spring.flyway.url is set, but Utrop migrates the database that it serves, at %s."
                            .formatted(DatabaseAddress.of(database.options())),
                    "Unset SPRING_FLYWAY_URL. If migrations need an address of their own, set"
                            + " UTROP_DATABASE_DIRECT_URL, as in r2dbc:postgresql://localhost:5432/utrop."
                            + " SPRING_FLYWAY_USER and SPRING_FLYWAY_PASSWORD name the role that migrates.");
        }
        return new MigrationConnectionDetails(
                database.options(),
                settings.getProperty("spring.flyway.user"),
                settings.getProperty("spring.flyway.password"),
                properties.password());
    }

    @Bean
    Migration migration(
            DirectAddress database,
            FlywayConnectionDetails connection,
            @Value("${utrop.zone:Europe/Stockholm}") String newsroomZone,
            @Value("${utrop.search.language:swedish}") String searchLanguage,
            ApplicationContext context) {
        return new Migration(
                database, connection, newsroomZone, searchLanguage, context instanceof ReactiveWebApplicationContext);
    }

    @Bean
    ConnectionSettings connectionSettings(DatabaseProperties properties, DirectAddress database) {
        return new ConnectionSettings(properties, database.hasPooler());
    }

    @Bean
    OpenSessions openSessions() {
        return new OpenSessions();
    }

    /** Next to the driver: whatever else is put around its connections sees those that were opened in the end. */
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    ConnectionFactoryDecorator sessionFactory(OpenSessions sessions) {
        return driver -> {
            OptionsCapableConnectionFactory known = OptionsCapableConnectionFactory.unwrapFrom(driver);
            return known == null ? driver : new SessionFactory(driver, known.getOptions(), sessions);
        };
    }

    @Bean
    static BeanPostProcessor pooledConnections(
            ObjectProvider<OpenSessions> sessions,
            ObjectProvider<ConnectionSettings> settings,
            ObjectProvider<Spans> spans) {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                if (bean instanceof R2dbcConnectionDetails pool) {
                    DirectAddress.requireValid(pool);
                }
                return bean instanceof ConnectionPool pool
                        ? new PooledConnections(
                                pool, sessions.getObject(), settings.getObject().sessionRules(), spans.getIfAvailable())
                        : bean;
            }
        };
    }

    /** In the place of Boot's, which waits for an answer without end. */
    @Bean
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
    DatabaseHealthIndicator r2dbcHealthIndicator(ConnectionFactory connections) {
        return new DatabaseHealthIndicator(connections);
    }

    @Bean
    TransactionalOperator transaction(ConnectionFactory connections) {
        return TransactionalOperator.create(new R2dbcTransactionManager(connections));
    }

    @Bean
    ReadDatabase readDatabase(
            ConnectionFactory connections,
            ReadProperties reading,
            R2dbcConnectionDetails database,
            R2dbcProperties r2dbc,
            ConnectionSettings settings,
            OpenSessions sessions,
            ObjectProvider<Spans> spans) {
        return reading.hasReplicas()
                ? new ReadDatabaseFactory(
                                reading,
                                r2dbc.getPool(),
                                database.getConnectionFactoryOptions(),
                                settings,
                                spans.getIfAvailable())
                        .create(sessions)
                : new ReadDatabase(connections);
    }

    @Bean
    Notifications notifications(DirectAddress database, ConnectionSettings settings, OpenSessions sessions) {
        ConnectionFactoryOptions.Builder options = database.options().mutate();
        settings.customizeListener(options);
        return new Notifications(new SessionFactory(options.build(), sessions));
    }
}
