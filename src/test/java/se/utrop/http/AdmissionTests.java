package se.utrop.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import se.utrop.Api;
import se.utrop.Newsroom;
import se.utrop.Sessions;
import se.utrop.UtropTest;

@UtropTest
@TestPropertySource(
        properties = {"utrop.admission.executions=2", "utrop.admission.waiting=3", "utrop.admission.patience=6s"})
class AdmissionTests {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final int port;
    private final Newsroom newsroom;
    private final Sessions sessions;
    private final MeterRegistry meters;

    AdmissionTests(@LocalServerPort int port, Newsroom newsroom, Sessions sessions, MeterRegistry meters) {
        this.port = port;
        this.newsroom = newsroom;
        this.sessions = sessions;
        this.meters = meters;
    }

    @Test
    void whatIsTooMuchIsRefusedAfterAPauseAndTheRestIsAnsweredAsIsWhatIsKnown() throws Exception {
        newsroom.clear();
        newsroom.awaitHeard();
        ask("{ series { name } }").join();
        awaitThatNobodyWasRefused();
        try (Connection session = sessions.locking("series")) {
            List<CompletableFuture<HttpResponse<String>>> accepted = askSeries("a", 5);
            Awaitility.await().until(() -> gauge("running") == 2 && gauge("waiting") == 3);
            double before = refused();
            Instant start = Instant.now();
            for (int i = 0; i < 20; i++) {
                assertRefused(ask("{ b%d: series { name } }".formatted(i)).join());
            }
            assertThat(refused() - before).isEqualTo(20);
            assertThat(Duration.between(start, Instant.now())).isGreaterThan(Duration.ofSeconds(2));
            assertThat(ask("{ series { name } }").join().statusCode()).isEqualTo(200);
            session.rollback();
            for (CompletableFuture<HttpResponse<String>> answer : accepted) {
                assertThat(answer.get().statusCode()).isEqualTo(200);
                assertThat(answer.get().body()).contains("data");
            }
        }
        assertThat(ask("{ c: series { name } }").get().statusCode()).isEqualTo(200);
        Awaitility.await().until(() -> gauge("running") == 0 && gauge("waiting") == 0);
    }

    @Test
    void theQueueIsShorterWhereSomebodyWasRefused() throws Exception {
        awaitThatNobodyWasRefused();
        try (Connection session = sessions.locking("series")) {
            List<CompletableFuture<HttpResponse<String>>> running = askSeries("f", 2);
            Awaitility.await().until(() -> gauge("running") == 2);
            List<CompletableFuture<HttpResponse<String>>> waiting = askSeries("g", 3);
            Awaitility.await().until(() -> gauge("waiting") == 3);
            assertRefused(ask("{ h: series { name } }").join());
            waiting.getFirst().cancel(true);
            Awaitility.await().until(() -> {
                assertRefused(ask("{ h: series { name } }").join());
                return gauge("waiting") == 2;
            });
            assertRefused(ask("{ h: series { name } }").join());
            awaitThatNobodyWasRefused();
            CompletableFuture<HttpResponse<String>> later = ask("{ h: series { name } }");
            Awaitility.await().until(() -> gauge("waiting") == 3);
            session.rollback();
            for (CompletableFuture<HttpResponse<String>> answer :
                    List.of(running.getFirst(), running.getLast(), waiting.get(1), waiting.getLast(), later)) {
                assertThat(answer.get().statusCode()).isEqualTo(200);
            }
        }
    }

    @Test
    void whoWaitsTooLongIsRefused() throws Exception {
        try (Connection session = sessions.locking("series")) {
            List<CompletableFuture<HttpResponse<String>>> running = askSeries("d", 2);
            Awaitility.await().until(() -> gauge("running") == 2);
            assertRefused(ask("{ e: series { name } }").get());
            assertThat(gauge("waiting")).isZero();
            session.rollback();
            for (CompletableFuture<HttpResponse<String>> answer : running) {
                assertThat(answer.get().statusCode()).isEqualTo(200);
            }
        }
    }

    /** Not for the second in which the queue is held short. */
    private static void awaitThatNobodyWasRefused() {
        Awaitility.await().pollDelay(Duration.ofMillis(1100)).until(() -> true);
    }

    private List<CompletableFuture<HttpResponse<String>>> askSeries(String alias, int times) {
        return IntStream.range(0, times)
                .mapToObj(i -> ask("{ %s%d: series { name } }".formatted(alias, i)))
                .toList();
    }

    private static void assertRefused(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).contains("1");
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(answer.body()).contains("\"code\":\"UNAVAILABLE\"");
    }

    private double refused() {
        return meters.get("utrop.admission.refused").counter().count();
    }

    private double gauge(String name) {
        return meters.get("utrop.admission." + name).gauge().value();
    }

    private CompletableFuture<HttpResponse<String>> ask(String document) {
        return HTTP.sendAsync(Api.get(port, document).build(), HttpResponse.BodyHandlers.ofString());
    }
}
