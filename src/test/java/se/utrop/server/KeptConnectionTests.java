package se.utrop.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import javax.management.ObjectName;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import se.utrop.Newsroom;
import se.utrop.UtropTest;

/** A connection that is kept alive behind an event stream is guarded as any other, and nothing of the stream stays. */
@UtropTest
@TestPropertySource(
        properties = {
            "utrop.server.head=1s",
            "utrop.server.body=1s",
            "utrop.server.idle=2s",
            "utrop.server.stalled=2s",
            "utrop.sockets.keep-alive=1s"
        })
class KeptConnectionTests {

    private final int port;

    private final Newsroom newsroom;

    KeptConnectionTests(@LocalServerPort int port, Newsroom newsroom) {
        this.port = port;
        this.newsroom = newsroom;
    }

    @BeforeEach
    void clear() {
        newsroom.clear();
    }

    @Test
    void anIdleOneIsClosed() throws Exception {
        try (RawConnection connection = afterAStream()) {
            connection.awaitClosed();
        }
    }

    @Test
    void oneThatBeginsARequestAndDoesNotEndItIsClosed() throws Exception {
        try (RawConnection head = afterAStream();
                RawConnection body = afterAStream()) {
            head.send("GET /graphql?query=%7B__typename%7D HTTP/1.1\r\nX: ");
            body.send(String.join(
                    "\r\n",
                    "POST /graphql HTTP/1.1",
                    "Host: x",
                    "Content-Type: application/json",
                    "Content-Length: 9",
                    "",
                    "{"));
            head.awaitClosed();
            body.awaitClosed();
        }
    }

    @Test
    void oneThatTakesNothingOfAnAnswerIsClosed() throws Exception {
        newsroom.longArticle("long", "Lång text.".repeat(20_000));
        try (RawConnection connection = afterAStream()) {
            connection.send(
                    "GET /graphql?query=%7Bnews%7Bnodes%7Bbody%7D%7D%7D HTTP/1.1\r\nHost: x\r\n\r\n".repeat(200));
            Awaitility.await().atMost(20, TimeUnit.SECONDS).until(connection::isReset);
        }
    }

    @Test
    void aStreamGoesOnBeyondTheLimitsOfOtherAnswers() throws Exception {
        try (RawConnection connection = new RawConnection(port)) {
            connection.send(stream("subscription%7BnewsFeed%7Bcursor%7D%7D"));
            for (int i = 0; i < 4; i++) {
                connection.readTo(":\n");
            }
            newsroom.article("a", Instant.EPOCH);
            connection.readTo("event: next");
        }
    }

    @Test
    void nothingOfAFinishedStreamIsKeptWithTheConnection() throws Exception {
        try (RawConnection connection = new RawConnection(port)) {
            for (int i = 0; i < 50; i++) {
                ask(connection);
            }
            Awaitility.await().untilAsserted(() -> {
                ask(connection); // an idle connection would be closed
                assertThat(clients()).isLessThan(5);
            });
        }
    }

    /** Instances that are alive. */
    private static long clients() throws Exception {
        String histogram = String.valueOf(ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()}));
        return histogram
                .lines()
                .map(line -> line.strip().split("\\s+"))
                .filter(line -> line.length > 3 && line[3].equals("se.utrop.transport.EventStreamClient"))
                .mapToLong(line -> Long.parseLong(line[1]))
                .sum();
    }

    private RawConnection afterAStream() throws IOException {
        RawConnection connection = new RawConnection(port);
        ask(connection);
        return connection;
    }

    private static void ask(RawConnection connection) throws IOException {
        connection.send(stream("%7B__typename%7D"));
        assertThat(connection.readTo("\r\n0\r\n\r\n")).contains("HTTP/1.1 200", "event: complete");
    }

    private static String stream(String query) {
        return "GET /graphql?query=" + query + " HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n";
    }
}
