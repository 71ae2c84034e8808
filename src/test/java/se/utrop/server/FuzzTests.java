package se.utrop.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import graphql.schema.GraphQLSchema;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.graphql.execution.GraphQlSource;
import se.utrop.Newsroom;
import se.utrop.UtropTest;
import tools.jackson.databind.json.JsonMapper;

/** More of it: {@code -Dutrop.fuzz.documents=100000}, from another start: {@code -Dutrop.fuzz.seed=1}. */
@UtropTest
class FuzzTests {

    private static final int DOCUMENTS = Integer.getInteger("utrop.fuzz.documents", 2_000);

    private static final long SEED = Long.getLong("utrop.fuzz.seed", 4711);

    private static final int AT_ONCE = 8;

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static final JsonMapper JSON = JsonMapper.shared();

    private final int port;

    private final Newsroom newsroom;

    private final GraphQLSchema schema;

    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();

    private final Map<String, Integer> outcomes = new TreeMap<>();

    FuzzTests(@LocalServerPort int port, Newsroom newsroom, GraphQlSource source) {
        this.port = port;
        this.newsroom = newsroom;
        this.schema = source.schema();
    }

    @Test
    void whateverIsAskedIsAnswered() throws Exception {
        fill();
        Logger log = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        StackTraces traces = new StackTraces();
        traces.start();
        log.addAppender(traces);
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            Semaphore places = new Semaphore(AT_ONCE);
            for (int i = 0; i < DOCUMENTS; i++) {
                long seed = SEED * 1_000_003 + i;
                places.acquire();
                executor.execute(() -> {
                    ask(seed);
                    places.release();
                });
            }
        } finally {
            log.detachAppender(traces);
        }
        System.out.println("Fuzz: " + outcomes);
        assertThat(complaints).isEmpty();
        assertThat(outcomes)
                .containsKeys(
                        "200 data", "200 BAD_USER_INPUT", "400 GRAPHQL_VALIDATION_FAILED", "400 GRAPHQL_PARSE_FAILED");
    }

    private void fill() {
        newsroom.clear();
        newsroom.topic("kultur", "Kultur");
        newsroom.topic("trafik", "Trafik");
        newsroom.series("lagesrapport", "Lägesrapport");
        IntStream.range(0, 30)
                .forEach(i -> newsroom.news(
                        "n" + i,
                        Instant.parse("2022-01-01T00:00:00Z").plusSeconds(i * 40_000L),
                        i % 3 == 0 ? "SITUATION_REPORT" : "ARTICLE",
                        "ROUTINE",
                        i % 3 == 0 ? "lagesrapport" : null,
                        i % 2 == 0 ? "kultur" : "trafik"));
    }

    private void ask(long seed) {
        RandomRequest request = new RandomRequest(schema, seed);
        String body = JSON.writeValueAsString(Map.of("query", request.document(), "variables", request.variables()));
        try {
            HttpResponse<String> answer = HTTP.send(
                    HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/graphql"))
                            .header("Content-Type", "application/json")
                            .header("Accept", "application/graphql-response+json")
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            judge(seed, body, answer);
        } catch (Exception e) {
            complaints.add("seed " + seed + ": " + e + " for " + body);
        }
    }

    private void judge(long seed, String body, HttpResponse<String> answer) {
        String code =
                JSON.readTree(answer.body()).at("/errors/0/extensions/code").asString("data");
        synchronized (outcomes) {
            outcomes.merge(answer.statusCode() + " " + code, 1, Integer::sum);
        }
        if (answer.statusCode() >= 500 || answer.body().contains("\"code\":\"INTERNAL\"")) {
            complaints.add("seed " + seed + ": " + answer.statusCode() + " " + answer.body() + " for " + body);
        }
    }

    private final class StackTraces extends AppenderBase<ILoggingEvent> {

        @Override
        protected void append(ILoggingEvent event) {
            if (event.getThrowableProxy() != null) {
                complaints.add("logged: " + event.getFormattedMessage() + " "
                        + event.getThrowableProxy().getMessage());
            }
        }
    }
}
