package se.utrop.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.publisher.Mono;
import se.utrop.embedded.RestartablePostgres;

/** A URL of two hosts leads to the second where the first can't be reached. */
@Timeout(120)
class FailoverUrlTests {

    @TempDir
    private static Path directory;

    private static RestartablePostgres database;

    private final ApplicationContextRunner start = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    DatabaseAutoConfiguration.class, R2dbcAutoConfiguration.class, FlywayAutoConfiguration.class));

    @BeforeAll
    static void open() throws Exception {
        database = RestartablePostgres.start(directory);
    }

    @AfterAll
    static void close() throws Exception {
        database.close();
    }

    enum First {
        /** Takes connections, and never answers. */
        FROZEN(200),
        /** Answers not even the first packet. */
        VANISHED(1);

        /** Of connections that are taken before anybody accepts them. */
        private final int queue;

        First(int queue) {
            this.queue = queue;
        }

        List<AutoCloseable> occupy(ServerSocket socket) throws IOException {
            List<AutoCloseable> clients = new ArrayList<>();
            try {
                while (this == VANISHED) {
                    Socket client = new Socket();
                    clients.add(client);
                    client.connect(new InetSocketAddress(socket.getInetAddress(), socket.getLocalPort()), 500);
                }
            } catch (SocketTimeoutException e) {
                // the queue of connections that nobody accepts is full
            }
            return clients;
        }
    }

    @ParameterizedTest
    @EnumSource
    void startsAndReadsOnTheSecondHost(First first) throws Exception {
        withFirst(
                first,
                url -> start.withPropertyValues(url)
                        .withPropertyValues(
                                "spring.r2dbc.username=" + setting("username"),
                                "spring.r2dbc.password=" + setting("password"))
                        .run(context -> {
                            assertThat(context).hasNotFailed();
                            ConnectionFactory pool = context.getBean(ConnectionFactory.class);
                            assertThat(Mono.usingWhen(
                                                    pool.create(),
                                                    session -> Mono.just("there"),
                                                    session -> session.close())
                                            .block(Duration.ofSeconds(20)))
                                    .isEqualTo("there");
                        }));
    }

    @ParameterizedTest
    @EnumSource
    void opensASessionOnTheSecondHostWithinADeadlineForAll(First first) throws Exception {
        withFirst(first, url -> {
            ConnectionFactoryOptions.Builder options = ConnectionFactoryOptions.parse(url.replaceFirst(".*url=", ""))
                    .mutate()
                    .option(ConnectionFactoryOptions.USER, setting("username"))
                    .option(ConnectionFactoryOptions.PASSWORD, setting("password"));
            try (ConnectionSettings settings = new ConnectionSettings(
                    new DatabaseProperties(Duration.ofSeconds(10), new DatabaseProperties.Direct(null), null), false)) {
                settings.customize(options);
                SessionFactory sessions = new SessionFactory(options.build(), new OpenSessions());
                PostgresqlConnection session = sessions.create(Duration.ofSeconds(4))
                        .blockOptional(Duration.ofSeconds(20))
                        .orElseThrow();
                session.close().block(Duration.ofSeconds(20));
            }
        });
    }

    private interface Test {
        void run(String url) throws Exception;
    }

    private static void withFirst(First first, Test test) throws Exception {
        try (ServerSocket socket = new ServerSocket(0, first.queue, InetAddress.getLoopbackAddress())) {
            List<AutoCloseable> occupied = first.occupy(socket);
            try {
                test.run("spring.r2dbc.url=r2dbc:postgresql:failover://127.0.0.1:%d,127.0.0.1:%d/%s"
                        .formatted(socket.getLocalPort(), database.port(), RestartablePostgres.DATABASE));
            } finally {
                for (AutoCloseable client : occupied) {
                    client.close();
                }
            }
        }
    }

    private static String setting(String name) {
        String prefix = "--spring.r2dbc." + name + "=";
        return database.settings(database.port(), RestartablePostgres.DATABASE).stream()
                .filter(setting -> setting.startsWith(prefix))
                .map(setting -> setting.substring(prefix.length()))
                .findFirst()
                .orElseThrow();
    }
}
