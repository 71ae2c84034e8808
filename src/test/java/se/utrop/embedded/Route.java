package se.utrop.embedded;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** How the servers under test reach PostgreSQL: the system property {@code utrop.test.through}. */
public enum Route {
    DIRECT {
        @Override
        List<String> settings(RestartablePostgres database, int port) {
            return database.settings(port, RestartablePostgres.DATABASE);
        }
    },

    /** In transaction mode; the listener and the migrations connect directly. */
    PGBOUNCER {
        @Override
        List<String> settings(RestartablePostgres database, int port) {
            String direct = DIRECT.settings(database, port).getFirst().replace("spring.r2dbc.url", DIRECT_URL);
            return Stream.concat(DIRECT.settings(database, database.pooler(port).port()).stream(), Stream.of(direct))
                    .toList();
        }
    },

    /** Encrypted, by a certificate that is verified. */
    TLS {
        @Override
        List<String> settings(RestartablePostgres database, int port) {
            List<String> direct = DIRECT.settings(database, port);
            return List.of(
                    "%s?sslMode=verify-full&sslRootCert=%s"
                            .formatted(direct.get(0), ServerCertificate.get().authority()),
                    direct.get(1),
                    direct.get(2));
        }

        @Override
        List<String> serverSettings() {
            return ServerCertificate.get().settings();
        }
    };

    public static final Route TAKEN =
            valueOf(System.getProperty("utrop.test.through", "direct").toUpperCase(Locale.ROOT));

    private static final String DIRECT_URL = "utrop.database.direct.url";

    /** Of a node whose database is behind this port. */
    abstract List<String> settings(RestartablePostgres database, int port);

    /** Of PostgreSQL. */
    List<String> serverSettings() {
        return List.of();
    }
}
