package se.utrop.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import se.utrop.Newsroom;
import se.utrop.Sessions;
import se.utrop.UtropTest;
import tools.jackson.databind.JsonNode;

/** The operations of one socket don't wait for each other, and nothing goes on in the database that a socket has given up. */
@UtropTest
@TestPropertySource(properties = "utrop.sockets.executions=2")
class SocketOperationsTests {

    private static final String SLOW = "{ series { name } }";

    private final int port;
    private final Newsroom newsroom;
    private final Sessions sessions;
    private final MeterRegistry meters;

    SocketOperationsTests(@LocalServerPort int port, Newsroom newsroom, Sessions sessions, MeterRegistry meters) {
        this.port = port;
        this.newsroom = newsroom;
        this.sessions = sessions;
        this.meters = meters;
    }

    @BeforeEach
    void fill() {
        newsroom.clear();
        newsroom.series("rapport", "Rapport");
        newsroom.news("a", Instant.EPOCH, "SITUATION_REPORT", "ROUTINE", "rapport");
        newsroom.awaitFeedRead(); // which reads series too
    }

    @AfterEach
    void nothingIsLeft() {
        Awaitility.await()
                .until(() -> gauge("r2dbc.pool.acquired") == 0
                        && gauge("utrop.admission.running") == 0
                        && gauge("utrop.feed.subscriptions") == 0);
    }

    private double gauge(String name) {
        return meters.get(name).gauge().value();
    }

    @Test
    void whileAQueryRunsTheSocketIsHeardAndTheQueryCanBeCancelled() throws Exception {
        try (Connection session = sessions.locking("series");
                Statement statement = session.createStatement();
                Socket socket = Socket.ready(port)) {
            socket.subscribe("slow", SLOW, Map.of());
            Awaitility.await().until(() -> waiting(statement) == 1);
            socket.ping();
            socket.message("pong");
            socket.subscribe("quick", "{ __typename }", Map.of());
            assertThat(socket.message("next").get("id").asString()).isEqualTo("quick");
            socket.message("complete");
            socket.subscribe("feed", "subscription { newsFeed { cursor } }", Map.of());
            Awaitility.await().until(() -> gauge("utrop.feed.subscriptions") == 1);

            socket.complete("slow");
            Awaitility.await().until(() -> waiting(statement) == 0);
            session.rollback();
            socket.ping();
            socket.message("pong");
        }
    }

    @Test
    void aSocketThatClosesEndsItsStatements() throws Exception {
        Socket socket = Socket.ready(port);
        try (Connection session = sessions.locking("series");
                Statement statement = session.createStatement()) {
            socket.subscribe("1", SLOW, Map.of());
            socket.subscribe("2", SLOW.replace("name", "slug"), Map.of());
            Awaitility.await().until(() -> waiting(statement) == 2);
            socket.close();
            Awaitility.await().until(() -> waiting(statement) == 0);
            session.rollback();
        }
    }

    @Test
    void asLongAsTheMostOperationsAreExecutedCompleteIsHeard() throws Exception {
        try (Connection session = sessions.locking("series");
                Statement statement = session.createStatement();
                Socket socket = Socket.ready(port)) {
            socket.subscribe("1", SLOW, Map.of());
            socket.subscribe("2", SLOW.replace("name", "slug"), Map.of());
            Awaitility.await().until(() -> waiting(statement) == 2);
            socket.complete("1");
            socket.subscribe("3", "{ __typename }", Map.of());
            assertThat(socket.message("next").get("id").asString()).isEqualTo("3");
            socket.message("complete");
            session.rollback();
            assertThat(socket.message("next").get("id").asString()).isEqualTo("2");
            socket.message("complete");
        }
    }

    @Test
    void oneOperationTooManyWaitsForItsTurn() throws Exception {
        try (Connection session = sessions.locking("series");
                Statement statement = session.createStatement();
                Socket socket = Socket.ready(port)) {
            for (String id : List.of("1", "2", "3", "4")) {
                socket.subscribe(id, "{ a%s: series { name } }".formatted(id), Map.of());
            }
            Awaitility.await().until(() -> waiting(statement) == 2);
            socket.subscribe("5", "{ __typename }", Map.of());
            assertThat(gauge("utrop.admission.running")).isEqualTo(2);
            session.rollback();
            Set<String> answered = new HashSet<>();
            for (int i = 0; i < 5; i++) {
                JsonNode next = socket.message("next");
                answered.add(next.get("id").asString());
                assertThat(socket.message("complete").get("id")).isEqualTo(next.get("id"));
            }
            assertThat(answered).hasSize(5);
        }
    }

    /** In a transaction, PostgreSQL shows the sessions that there were at first, unless it is told to look anew. */
    private static int waiting(Statement statement) throws Exception {
        statement.execute("select pg_stat_clear_snapshot()");
        try (ResultSet rows = statement.executeQuery("select count(*) from pg_stat_activity"
                + " where application_name = 'utrop' and wait_event_type = 'Lock'")) {
            rows.next();
            return rows.getInt(1);
        }
    }
}
