package se.utrop.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.ConnectionFactory;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.r2dbc.core.DatabaseClient;
import se.utrop.ServedNewsroom;
import se.utrop.TestNode;
import se.utrop.Tokens;
import se.utrop.embedded.RestartablePostgres;

/** A server that reaches its database by a Unix socket alone. */
@Timeout(120)
class UnixSocketTests {

    @TempDir
    private static Path directory;

    private static RestartablePostgres database;

    @BeforeAll
    static void start() throws Exception {
        database = RestartablePostgres.start(directory);
        database.run("alter system set unix_socket_directories = '%s'".formatted(directory));
        database.restart();
    }

    @AfterAll
    static void end() throws Exception {
        database.close();
    }

    @ParameterizedTest
    @CsvSource({
        "'{directory}:{port}/by_directory',                    by_directory",
        "'/by_path?socket={directory}/.s.PGSQL.{port}', by_path"
    })
    void everythingWorks(String address, String name) throws Exception {
        database.run("create database " + name);
        String url = address.replace(
                        "{directory}",
                        address.startsWith("/")
                                ? directory.toString()
                                : directory.toString().replace("/", "%2F"))
                .replace("{port}", String.valueOf(database.port()));
        List<String> settings = Stream.concat(
                        Stream.of(
                                "--spring.r2dbc.url=r2dbc:postgresql://" + url,
                                "--spring.r2dbc.username=" + RestartablePostgres.USER,
                                "--spring.r2dbc.password=" + database.password()),
                        Tokens.settings().stream())
                .toList();
        try (TestNode node = TestNode.start(settings)) {
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(node.bean(Notifications.class)::isListening);
            new ServedNewsroom(node.port()).check();
            assertThat(DatabaseClient.create(node.bean(ConnectionFactory.class))
                            .sql("select count(*) from pg_stat_activity where datname = $1 and client_addr is not null")
                            .bind(0, name)
                            .mapValue(Long.class)
                            .one()
                            .block())
                    .isZero();
        }
    }

    @Test
    void anAnswerThatDoesntComeIsNotAwaitedForever() throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("silent"));
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                UnixSocket socket = new UnixSocket(address)) {
            server.bind(address);
            socket.connect(address, 0);
            socket.setSoTimeout(50);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        }
    }
}
