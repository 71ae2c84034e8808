package se.utrop.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.ConnectionFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.AbstractThrowableAssert;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.r2dbc.core.DatabaseClient;
import se.utrop.embedded.Certificates;
import se.utrop.embedded.RestartablePostgres;

/** What {@code sslMode} asks of the server's certificate is asked by migrations and by the service alike. */
@Timeout(120)
class EncryptionTests {

    @TempDir
    private static Path directory;

    private static RestartablePostgres database;

    private static Certificates authority;

    private final ApplicationContextRunner start = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    DatabaseAutoConfiguration.class, R2dbcAutoConfiguration.class, FlywayAutoConfiguration.class))
            .withPropertyValues("spring.flyway.connect-retries=5");

    @BeforeAll
    static void open() throws Exception {
        database = RestartablePostgres.start(directory);
        authority = Certificates.of(directory, "authority");
    }

    @AfterAll
    static void close() throws Exception {
        database.close();
    }

    @Test
    void verifyFullTakesACertificateOfTheHost() throws Exception {
        use(authority.give("own", "ip:127.0.0.1,dns:localhost"));
        assertEncrypted("verify-full");
    }

    @Test
    void verifyCaTakesACertificateOfAnotherHost() throws Exception {
        use(authority.give("other", "dns:db.example"));
        assertEncrypted("verify-ca");
        assertRefused("verify-full", authority.root()).hasMessageContaining("127.0.0.1");
    }

    @Test
    void saysAtOnceThatACertificateHasExpired() throws Exception {
        use(authority.give("expired", "ip:127.0.0.1", "-startdate", "-10d", "-validity", "5"));
        assertRefused("verify-ca", authority.root()).hasMessageContaining("NotAfter");
    }

    @Test
    void saysAtOnceThatAnAuthorityIsUnknown() throws Exception {
        use(authority.give("untrusted", "ip:127.0.0.1"));
        assertRefused("verify-ca", Certificates.of(directory, "another").root())
                .hasMessageContaining("certification path");
    }

    @Test
    void thePoolVerifiesTheHostByItself() throws Exception {
        use(authority.give("elsewhere", "dns:db.example"));
        String direct = settings().getFirst().replace("--spring.r2dbc.url", "utrop.database.direct.url");
        with("verify-full", authority.root())
                .withPropertyValues(direct)
                .run(context -> assertThatThrownBy(() -> DatabaseClient.create(context.getBean(ConnectionFactory.class))
                                .sql("select 1")
                                .then()
                                .block(Duration.ofSeconds(20)))
                        .rootCause()
                        .hasMessageContaining("127.0.0.1"));
    }

    private static void use(Certificates.Server server) throws Exception {
        database.run("alter system set ssl_cert_file = '%s'".formatted(server.certificate()));
        database.run("alter system set ssl_key_file = '%s'".formatted(server.key()));
        database.run("alter system set ssl = on");
        database.run("select pg_reload_conf()");
        Awaitility.await()
                .until(() -> database.ask("select current_setting('ssl_cert_file') || current_setting('ssl')")
                        .equals(server.certificate() + "on"));
    }

    private void assertEncrypted(String mode) {
        with(mode, authority.root()).run(context -> {
            assertThat(context).hasNotFailed();
            String encrypted = DatabaseClient.create(context.getBean(ConnectionFactory.class))
                    .sql("select ssl::text from pg_stat_ssl where pid = pg_backend_pid()")
                    .mapValue(String.class)
                    .one()
                    .block(Duration.ofSeconds(20));
            assertThat(encrypted).isEqualTo("true");
        });
    }

    private AbstractThrowableAssert<?, ?> assertRefused(String mode, Path root) {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        with(mode, root).run(context -> failure.set(context.getStartupFailure()));
        Throwable cause = failure.get();
        while (cause != null && !(cause instanceof FailureAnalyzedException)) {
            cause = cause.getCause();
        }
        return assertThat(cause).hasMessageContaining("can't be trusted");
    }

    private ApplicationContextRunner with(String mode, Path root) {
        String[] own = settings().stream()
                .map(setting -> setting.substring(2))
                .map(setting -> setting.startsWith("spring.r2dbc.url=")
                        ? "%s?sslMode=%s&sslRootCert=%s".formatted(setting, mode, root)
                        : setting)
                .toArray(String[]::new);
        return start.withPropertyValues(own);
    }

    private static List<String> settings() {
        return database.settings(database.port(), RestartablePostgres.DATABASE);
    }
}
