package se.utrop.database;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayConnectionDetails;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.transaction.reactive.TransactionalOperator;

@AutoConfiguration(before = {R2dbcAutoConfiguration.class, FlywayAutoConfiguration.class})
@EnableConfigurationProperties(DatabaseProperties.class)
class DatabaseAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean(FlywayConnectionDetails.class)
    MigrationConnectionDetails migrationConnectionDetails(R2dbcConnectionDetails database, Environment settings) {
        return new MigrationConnectionDetails(
                database.getConnectionFactoryOptions(),
                settings.getProperty("spring.flyway.user"),
                settings.getProperty("spring.flyway.password"));
    }

    @Bean
    Migration migration(
            R2dbcConnectionDetails database,
            @Value("${utrop.zone:Europe/Stockholm}") String newsroomZone,
            @Value("${utrop.search.language:swedish}") String searchLanguage) {
        return new Migration(database.getConnectionFactoryOptions(), newsroomZone, searchLanguage);
    }

    @Bean
    ConnectionSettings connectionSettings(DatabaseProperties properties) {
        return new ConnectionSettings(properties);
    }

    @Bean
    static BeanPostProcessor pooledConnections() {
        return new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                return bean instanceof ConnectionPool pool ? new PooledConnections(pool) : bean;
            }
        };
    }

    @Bean
    TransactionalOperator transaction(ConnectionFactory connections) {
        return TransactionalOperator.create(new R2dbcTransactionManager(connections));
    }

    @Bean
    Notifications notifications(R2dbcConnectionDetails database, ConnectionSettings settings) {
        ConnectionFactoryOptions.Builder options =
                database.getConnectionFactoryOptions().mutate();
        settings.customize(options);
        settings.customizeListener(options);
        return new Notifications(new PostgresqlConnectionFactoryProvider().create(options.build()));
    }

    @Bean
    @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
    ReadyMessage readyMessage(R2dbcConnectionDetails database) {
        return new ReadyMessage(database);
    }
}
