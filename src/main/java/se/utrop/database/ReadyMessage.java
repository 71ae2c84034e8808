package se.utrop.database;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcConnectionDetails;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/** The last that a start says: where the server answers, and which database is behind it. */
final class ReadyMessage {

    private static final Logger log = LoggerFactory.getLogger(ReadyMessage.class);

    private final R2dbcConnectionDetails database;

    ReadyMessage(R2dbcConnectionDetails database) {
        this.database = database;
    }

    @EventListener
    @Order(Ordered.LOWEST_PRECEDENCE)
    void log(ApplicationReadyEvent ready) {
        Environment environment = ready.getApplicationContext().getEnvironment();
        String port = environment.getProperty("local.server.port");
        log.info(
                """
                Utrop answers at
                  GraphiQL  http://localhost:{}/graphiql
                  GraphQL   http://localhost:{}/graphql
                  Schema    http://localhost:{}/graphql/schema
                  Health    http://localhost:{}/actuator/health
                Database: {}\
                """,
                port,
                port,
                port,
                environment.getProperty("local.management.port", String.valueOf(port)),
                database());
    }

    private String database() {
        return database instanceof EmbeddedDatabase
                ? database + " (set SPRING_R2DBC_URL to use your own)"
                : "PostgreSQL at " + DatabaseAddress.of(database.getConnectionFactoryOptions());
    }
}
