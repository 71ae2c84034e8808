package se.utrop.start;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcConnectionDetails;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;
import se.utrop.database.DatabaseAddress;
import se.utrop.embedded.EmbeddedDatabase;

/** Logs at the end of startup where the server answers, and which database it uses. */
@Component
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
class ReadyMessage {

    private static final Logger log = LoggerFactory.getLogger(ReadyMessage.class);

    /** The last parts of the settings that configure the server's certificate. */
    private static final List<String> TLS = List.of("bundle", "key-store", "certificate");

    private final R2dbcConnectionDetails database;

    ReadyMessage(R2dbcConnectionDetails database) {
        this.database = database;
    }

    @EventListener
    @Order(Ordered.LOWEST_PRECEDENCE)
    void log(ApplicationReadyEvent ready) {
        Environment environment = ready.getApplicationContext().getEnvironment();
        String api = address(environment, "server", "local.server.port");
        log.info(
                """
                Utrop answers at
                  Pages     {}
                  GraphiQL  {}/graphiql
                  GraphQL   {}/graphql
                  Schema    {}/graphql/schema
                  Health    {}/actuator/health
                Database: {}\
                """,
                environment.getProperty("utrop.site.enabled", Boolean.class, true) ? api + "/" : "off",
                api,
                api,
                api,
                environment.containsProperty("management.server.port")
                        ? address(environment, "management.server", "local.management.port")
                        : api,
                database());
    }

    private static String address(Environment environment, String server, String port) {
        return "%s://localhost:%s"
                .formatted(isEncrypted(environment, server) ? "https" : "http", environment.getProperty(port));
    }

    private static boolean isEncrypted(Environment environment, String server) {
        return environment.getProperty(server + ".ssl.enabled", Boolean.class, true)
                && TLS.stream().anyMatch(setting -> environment.containsProperty(server + ".ssl." + setting));
    }

    private String database() {
        return database instanceof EmbeddedDatabase
                ? database + " (set SPRING_R2DBC_URL to use your own)"
                : "PostgreSQL at " + DatabaseAddress.of(database.getConnectionFactoryOptions());
    }
}
