package se.utrop.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import se.utrop.Api;
import se.utrop.Newsroom;
import se.utrop.Sessions;
import se.utrop.UtropTest;

/** Nothing goes on in the database that nobody waits for, and nothing gets lost by that. */
@UtropTest
@ExtendWith(OutputCaptureExtension.class)
@TestPropertySource(
        properties = {"utrop.limits.timeout=2s", "spring.r2dbc.pool.initial-size=2", "spring.r2dbc.pool.max-size=5"})
class CancellationTests {

    private final int port;
    private final Api api;
    private final Newsroom newsroom;
    private final Sessions sessions;
    private final MeterRegistry meters;

    CancellationTests(@LocalServerPort int port, Api api, Newsroom newsroom, Sessions sessions, MeterRegistry meters) {
        this.port = port;
        this.api = api;
        this.newsroom = newsroom;
        this.sessions = sessions;
        this.meters = meters;
    }

    @AfterEach
    void nothingIsLogged(CapturedOutput output) {
        assertThat(output.getOut()).doesNotContain("se.utrop.graphql.Errors");
    }

    @BeforeEach
    void fill() {
        newsroom.clear();
        newsroom.series("rapport", "Rapport");
        newsroom.news("a", Instant.EPOCH, "SITUATION_REPORT", "ROUTINE", "rapport");
        // the feed reads the event, and the series with it: not while the table is locked
        newsroom.awaitHeard();
    }

    @Test
    void aClientThatGoesTakesItsStatementWithIt() throws Exception {
        try (Connection session = sessions.locking("series");
                Statement statement = session.createStatement()) {
            HttpClient client = HttpClient.newHttpClient();
            var _ = client.sendAsync(
                    Api.get(port, "{ series { name } }").build(), HttpResponse.BodyHandlers.ofString());
            Awaitility.await().until(() -> waiting(statement) == 1);
            client.shutdownNow();
            Awaitility.await().until(() -> waiting(statement) == 0);
            session.rollback();
        }
        assertPoolIsWhole();
    }

    @Test
    void aRequestThatTakesTooLongEndsItsStatements() throws Exception {
        try (Connection session = sessions.locking("series");
                Statement statement = session.createStatement()) {
            assertThat(api.code("{ news { nodes { series { name } } } series { name } }"))
                    .isEqualTo("TIMEOUT");
            Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> waiting(statement) == 0);
            session.rollback();
        }
        assertPoolIsWhole();
    }

    @Test
    void anAnswerThatTakesTooLongIsCountedAndHasAStatusOfItsOwn() throws Exception {
        double before = timeouts();
        try (Connection session = sessions.locking("series")) {
            assertThat(status("application/graphql-response+json", "{ late: series { name } }"))
                    .isEqualTo(504);
            assertThat(status("application/json", "{ later: series { name } }")).isEqualTo(200);
            session.rollback();
        }
        assertThat(timeouts()).isGreaterThanOrEqualTo(before + 2);
        assertPoolIsWhole();
    }

    private double timeouts() {
        return meters.get("utrop.errors")
                .tag("code", "TIMEOUT")
                .functionCounter()
                .count();
    }

    private int status(String accept, String document) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        return client.send(
                        Api.get(port, document).header("Accept", accept).build(), HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }

    @Test
    void cancelledRequestsLeaveThePoolWhole() throws Exception {
        int rounds = Integer.getInteger("utrop.cancelled.requests", 2_000) / 100;
        for (int round = 0; round < rounds; round++) {
            HttpClient client = HttpClient.newHttpClient();
            for (int i = 0; i < 100; i++) {
                var _ = client.sendAsync(
                        Api.get(port, "{ a%d: news { totalCount nodes { id related { title } } } }".formatted(i))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
            }
            Thread.sleep(ThreadLocalRandom.current().nextInt(30));
            client.shutdownNow();
        }
        assertPoolIsWhole();
    }

    private static int waiting(Statement statement) throws Exception {
        try (var rows = statement.executeQuery("select count(*) from pg_stat_activity"
                + " where application_name = 'utrop' and wait_event_type = 'Lock'")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private void assertPoolIsWhole() {
        Awaitility.await()
                .until(() -> meters.get("r2dbc.pool.acquired").gauge().value() == 0
                        && meters.get("utrop.admission.running").gauge().value() == 0);
        for (int i = 0; i < 20; i++) {
            assertThat(api.data("query($s: String!) { newsBySlug(slug: $s) { slug } }", Map.of("s", "x" + i))
                            .get("newsBySlug")
                            .isNull())
                    .isTrue();
        }
    }
}
