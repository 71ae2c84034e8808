package se.utrop.server;

import static org.assertj.core.api.Assertions.assertThat;
import static se.utrop.server.Http2Connection.END_HEADERS;
import static se.utrop.server.Http2Connection.HEADERS;
import static se.utrop.server.Http2Connection.RST_STREAM;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import se.utrop.Newsroom;
import se.utrop.UtropTest;
import se.utrop.server.Http2Connection.Frame;

/** A client that is too slow is left, in whichever way it has come to its protocol. */
@UtropTest
@TestPropertySource(
        properties = {
            "server.http2.enabled=true",
            "utrop.server.head=1s",
            "utrop.server.body=1s",
            "utrop.server.idle=2s",
            "utrop.server.stalled=2s",
            "utrop.sockets.keep-alive=1s"
        })
class Http2GuardTests {

    private static final String TYPENAME = "/graphql?query=%7B__typename%7D";

    private static final String BODIES = "/graphql?query=%7Bnews%7Bnodes%7Bbody%7D%7D%7D";

    private static final int WIDE = 1 << 20;

    private final int port;

    private final Newsroom newsroom;

    Http2GuardTests(@LocalServerPort int port, Newsroom newsroom) {
        this.port = port;
        this.newsroom = newsroom;
    }

    @BeforeEach
    void fill() {
        newsroom.clear();
        newsroom.longArticle("long", "Lång text.".repeat(20_000));
    }

    @Test
    void withHttp11AHeadAndABodyHaveToCome() throws Exception {
        try (RawConnection nothing = new RawConnection(port);
                RawConnection head = new RawConnection(port);
                RawConnection body = new RawConnection(port);
                RawConnection upgrade = new RawConnection(port)) {
            head.send("GET " + TYPENAME + " HTTP/1.1\r\nX: ");
            String post =
                    "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n";
            body.send(post + "\r\n{");
            upgrade.send(post + "Connection: Upgrade\r\nUpgrade: other\r\n\r\n{");
            nothing.awaitClosed();
            head.awaitClosed();
            body.awaitClosed();
            upgrade.awaitClosed();
        }
    }

    @Test
    void withHttp11AnIdleConnectionIsClosed() throws Exception {
        try (RawConnection connection = new RawConnection(port)) {
            connection.send("GET " + TYPENAME + " HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(connection.reply().status()).isEqualTo(200);
            connection.awaitClosed();
        }
    }

    @Test
    void withHttp11AClientThatTakesNothingIsLeft() throws Exception {
        try (RawConnection connection = new RawConnection(port)) {
            connection.send(("GET " + BODIES + " HTTP/1.1\r\nHost: x\r\n\r\n").repeat(200));
            Awaitility.await().atMost(20, TimeUnit.SECONDS).until(connection::isReset);
        }
    }

    @Test
    void withHttp2AFirstRequestHasToCome() throws Exception {
        try (RawConnection half = new RawConnection(port);
                Http2Connection nothing = new Http2Connection(port);
                Http2Connection head = new Http2Connection(port)) {
            half.send("PRI * HTTP/2.0\r\n");
            nothing.begin(WIDE);
            head.begin(WIDE).send(HEADERS, 0, 1, Http2Connection.headers("GET", TYPENAME));
            half.awaitClosed();
            nothing.awaitClosed();
            head.awaitClosed();
        }
    }

    @Test
    void withHttp2ARequestWhoseBodyDoesNotComeIsReset() throws Exception {
        try (Http2Connection connection = new Http2Connection(port).begin(WIDE)) {
            post(connection, 1);
            connection.get(3, TYPENAME);
            assertThat(connection.end(3).type()).isNotEqualTo(RST_STREAM);
            assertReset(connection, 1);
            connection.get(5, TYPENAME);
            assertThat(connection.end(5).type()).isNotEqualTo(RST_STREAM);
            connection.awaitClosed();
        }
    }

    private static void post(Http2Connection connection, int stream) {
        connection.send(HEADERS, END_HEADERS, stream, Http2Connection.headers("POST", "/graphql"));
    }

    private static void assertReset(Http2Connection connection, int stream) throws IOException {
        Frame end = connection.end(stream);
        assertThat(end.type()).isEqualTo(RST_STREAM);
        assertThat(end.payload().getInt()).isEqualTo(8);
    }

    @Test
    void withHttp2AnAnswerThatIsNotTakenIsReset() throws Exception {
        try (Http2Connection connection = new Http2Connection(port).begin(1_000)) {
            connection.get(1, BODIES);
            connection.get(3, TYPENAME);
            assertThat(connection.end(3).type()).isNotEqualTo(RST_STREAM);
            assertReset(connection, 1);
            connection.get(5, TYPENAME);
            assertThat(connection.end(5).type()).isNotEqualTo(RST_STREAM);
        }
    }

    @Test
    void withHttp2AnAnswerThatIsTakenSlowlyIsSent() throws Exception {
        try (Http2Connection connection = new Http2Connection(port).begin(40_000)) {
            connection.get(1, BODIES);
            int taken = 0;
            Frame frame = connection.frame();
            while (!frame.isEndOfStream()) {
                assertThat(frame.type()).isNotEqualTo(RST_STREAM);
                taken += frame.payload().capacity();
                if (taken >= 40_000) {
                    taken = 0;
                    Thread.sleep(500);
                    connection.grant(0, 40_000);
                    connection.grant(1, 40_000);
                }
                frame = connection.frame();
            }
        }
    }

    @Test
    void withHttp2AClientThatReadsNothingAtAllIsLeft() throws Exception {
        try (Http2Connection connection = new Http2Connection(port).begin(Integer.MAX_VALUE)) {
            connection.grant(0, Integer.MAX_VALUE - 100_000);
            for (int i = 0; i < 90; i++) {
                connection.get(2 * i + 1, BODIES);
            }
            Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> {
                connection.grant(0, 1);
                return connection.isReset();
            });
        }
    }

    /** java.net.http asks for the upgrade with its first request, whatever its body. */
    @Test
    void aPostMayUpgradeItsConnection() throws Exception {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
        String document = "{ __typename }" + "#".repeat(50_000);
        for (int i = 0; i < 2; i++) {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/graphql"))
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString("{\"query\":\"" + document + "\"}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        }
    }

    @Test
    void withHttp2AnEventStreamGoesOn() throws Exception {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
        HttpResponse<java.io.InputStream> response = client.send(
                HttpRequest.newBuilder(URI.create(
                                "http://127.0.0.1:" + port + "/graphql?query=subscription%7BnewsFeed%7Bcursor%7D%7D"))
                        .header("Accept", "text/event-stream")
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        StringBuilder told = new StringBuilder();
        while (told.toString().split("\n:", -1).length < 5) {
            told.append((char) response.body().read());
        }
        response.body().close();
    }

    @Test
    void anUpgradedConnectionIsGuarded() throws Exception {
        try (RawConnection connection = new RawConnection(port)) {
            connection.send(String.join(
                    "\r\n",
                    "GET " + TYPENAME + " HTTP/1.1",
                    "Host: x",
                    "Connection: Upgrade, HTTP2-Settings",
                    "Upgrade: h2c",
                    "HTTP2-Settings: AAMAAABkAAQAAP__",
                    "",
                    ""));
            assertThat(connection.readTo("\r\n\r\n")).startsWith("HTTP/1.1 101");
            Http2Connection upgraded = Http2Connection.over(connection).begin(WIDE);
            assertThat(upgraded.end(1).type()).isNotEqualTo(RST_STREAM);
            post(upgraded, 3);
            assertReset(upgraded, 3);
            upgraded.awaitClosed();
        }
    }
}
