package se.utrop.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.R2dbcException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import se.utrop.embedded.RestartablePostgres;

/**
 * SCRAM over TLS with both drivers. A certificate signed by Ed25519 has no hash for channel binding: where
 * channelBinding=require is set, a connection to its server fails instead of giving up the binding (CVE-2026-53712).
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5929#section-4">RFC 5929, 4: tls-server-end-point</a>
 */
class ChannelBindingTests {

    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    private static Path directory;

    private static RestartablePostgres database;

    @BeforeAll
    static void start() throws IOException {
        database = RestartablePostgres.start(directory);
    }

    @AfterAll
    static void stop() throws IOException {
        database.close();
    }

    @Test
    void bothDriversBindTheChannelWhereTheCertificateHasAHash() throws Exception {
        serveWith("RSA");
        assertThat(r2dbc("require")).isEqualTo("t");
        assertThat(jdbc("require")).isEqualTo("t");
    }

    @Test
    void neitherDriverGivesUpABindingThatIsRequired() throws Exception {
        serveWith("Ed25519");
        assertThat(r2dbc("prefer")).isEqualTo("t");
        assertThat(jdbc("prefer")).isEqualTo("t");
        assertThatThrownBy(() -> r2dbc("require"))
                .isInstanceOf(R2dbcException.class)
                .hasMessageContaining("hannel binding");
        assertThatThrownBy(() -> jdbc("require"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("hannel binding");
    }

    private static final String IS_ENCRYPTED = "select ssl::text from pg_stat_ssl where pid = pg_backend_pid()";

    private static String r2dbc(String channelBinding) {
        ConnectionFactory factory = ConnectionFactories.get(
                ConnectionFactoryOptions.parse(setting("url") + "?sslMode=require&channelBinding=" + channelBinding)
                        .mutate()
                        .option(ConnectionFactoryOptions.USER, setting("username"))
                        .option(ConnectionFactoryOptions.PASSWORD, setting("password"))
                        .build());
        return Mono.usingWhen(
                        factory.create(),
                        connection -> Mono.from(
                                        connection.createStatement(IS_ENCRYPTED).execute())
                                .flatMap(result -> Mono.from(result.map((row, _) ->
                                        String.valueOf(row.get(0, String.class)).substring(0, 1)))),
                        Connection::close)
                .blockOptional()
                .orElseThrow();
    }

    private static String jdbc(String channelBinding) throws SQLException {
        try (var session = DriverManager.getConnection(
                        database.jdbcUrl() + "&sslmode=require&channelBinding=" + channelBinding);
                var statement = session.createStatement();
                var rows = statement.executeQuery(IS_ENCRYPTED)) {
            rows.next();
            return rows.getString(1).substring(0, 1);
        }
    }

    private static String setting(String name) {
        return database.settings(database.port(), RestartablePostgres.DATABASE).stream()
                .filter(setting -> setting.startsWith("--spring.r2dbc." + name + "="))
                .map(setting -> setting.substring(setting.indexOf('=') + 1))
                .findFirst()
                .orElseThrow();
    }

    private static void serveWith(String algorithm) throws Exception {
        KeyStore keys = keys(algorithm);
        Path key = directory.resolve(algorithm + ".key");
        Path certificate = directory.resolve(algorithm + ".crt");
        pem(key, "PRIVATE KEY", keys.getKey("server", PASSWORD).getEncoded());
        pem(certificate, "CERTIFICATE", keys.getCertificate("server").getEncoded());
        database.run("alter system set ssl_key_file = '%s'".formatted(key));
        database.run("alter system set ssl_cert_file = '%s'".formatted(certificate));
        database.run("alter system set ssl = on");
        database.restart();
    }

    private static KeyStore keys(String algorithm) throws Exception {
        Path store = directory.resolve(algorithm + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        algorithm,
                        "-dname",
                        "CN=127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        store.toString())
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        return KeyStore.getInstance(store.toFile(), PASSWORD);
    }

    private static void pem(Path file, String type, byte[] content) throws IOException {
        String text = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(content);
        Files.writeString(file, "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(type, text, type));
        var _ = Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
}
