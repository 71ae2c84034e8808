package se.utrop.embedded;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What all servers show on the route {@link Route#TLS}; made once.
 *
 * @param authority the certificate that clients trust
 */
record ServerCertificate(Path authority, Certificates.Server server) {

    private static @Nullable ServerCertificate made;

    static synchronized ServerCertificate get() {
        if (made == null) {
            made = make();
        }
        return made;
    }

    private static ServerCertificate make() {
        try {
            Path directory = Files.createTempDirectory("utrop-certificates");
            PostgresTemplate.deleteAtExit(directory);
            Certificates authority = Certificates.of(directory, "authority");
            return new ServerCertificate(authority.root(), authority.give("server", "ip:127.0.0.1,dns:localhost"));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Those of the server in {@code postgresql.conf}. */
    List<String> settings() {
        return List.of(
                "ssl = on",
                "ssl_cert_file = '%s'".formatted(server.certificate()),
                "ssl_key_file = '%s'".formatted(server.key()));
    }
}
