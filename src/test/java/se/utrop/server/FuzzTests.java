package se.utrop.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import graphql.schema.GraphQLSchema;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.graphql.execution.GraphQlSource;
import se.utrop.Api;
import se.utrop.Newsroom;
import se.utrop.Tokens;
import se.utrop.UtropTest;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whatever a client sends is answered, and nothing of it is an error of the server's: no INTERNAL, no status of 500 or more,
 * no stack trace. Queries and mutations go by POST, some by GET; subscriptions are read up to their first event.
 *
 * <p>More of it: {@code -Dutrop.fuzz.documents=100000}, from another start: {@code -Dutrop.fuzz.seed=1}.
 */
@UtropTest
class FuzzTests {

    private static final int DOCUMENTS = Integer.getInteger("utrop.fuzz.documents", 2_000);

    private static final long SEED = Long.getLong("utrop.fuzz.seed", 4711);

    private static final int AT_ONCE = 8;

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static final List<String> FAULTS = List.of("INTERNAL", "UNAVAILABLE", "TIMEOUT", "RATE_LIMITED");

    /** Of an editor who may do everything. */
    private static final String TOKEN = Tokens.ofEditor();

    /** How long to wait for the first event of a subscription. */
    private static final long PATIENCE_MILLIS = 100;

    private static final ScheduledExecutorService TIMER =
            Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());

    private static final JsonMapper JSON = JsonMapper.shared();

    private static final JsonMapper ASCII_JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final int port;

    private final Newsroom newsroom;

    private final GraphQLSchema schema;

    private final Api api;

    private List<String> cursors = List.of();

    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();

    private final Map<String, Integer> outcomes = new TreeMap<>();

    FuzzTests(@LocalServerPort int port, Newsroom newsroom, GraphQlSource source, Api api) {
        this.port = port;
        this.newsroom = newsroom;
        this.schema = source.schema();
        this.api = api;
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
                    try {
                        ask(seed);
                    } finally {
                        places.release();
                    }
                });
            }
        } finally {
            log.detachAppender(traces);
        }
        System.out.println("Fuzz: " + outcomes);
        assertThat(complaints).isEmpty();
        assertThat(outcomes)
                .containsKeys(
                        "200 data", "200 BAD_USER_INPUT", "400 GRAPHQL_VALIDATION_FAILED", "400 GRAPHQL_PARSE_FAILED")
                .containsKeys("event data", "event BAD_USER_INPUT", "event GRAPHQL_VALIDATION_FAILED");
    }

    private void fill() {
        newsroom.clear();
        String start =
                api.data("{ news { feedCursor } }").at("/news/feedCursor").asString();
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
        cursors = cursors(start);
    }

    private List<String> cursors(String start) {
        List<String> listed = api.data("{ news(first: 20) { edges { cursor } } topics { news { edges { cursor } } } }")
                .findValuesAsString("cursor");
        return Stream.concat(Collections.nCopies(listed.size(), start).stream(), listed.stream())
                .toList();
    }

    private void ask(long seed) {
        RandomRequest random = new RandomRequest(schema, cursors, seed);
        String body = seed % 2 == 0 ? JSON.writeValueAsString(random.body()) : withHalfCharacters(random);
        try {
            if (random.isSubscription()) {
                judge(seed, body, "event", firstEvent(body));
            } else {
                HttpResponse<String> answer = HTTP.send(request(seed, body), HttpResponse.BodyHandlers.ofString());
                judge(seed, body, String.valueOf(answer.statusCode()), answer.body());
            }
        } catch (Exception e) {
            complaints.add("seed " + seed + ": " + e + " for " + body);
        }
    }

    /** JSON can hold half a surrogate pair, which UTF-8 can't. */
    private static String withHalfCharacters(RandomRequest random) {
        return ASCII_JSON.writeValueAsString(random.body()).replaceAll("(?i)\\\\ude80", "");
    }

    private HttpRequest request(long seed, String body) {
        JsonNode parameters = JSON.readTree(body);
        String query = seed % 5 == 0 ? query(parameters) : "";
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address() + query))
                .header("Accept", "application/graphql-response+json");
        if (seed % 3 == 0) {
            request.header("Authorization", "Bearer " + TOKEN);
        }
        return query.isEmpty() ? post(request, body) : request.build();
    }

    private static HttpRequest post(HttpRequest.Builder request, String body) {
        return request.header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    /** Empty where it would be too long. */
    private static String query(JsonNode parameters) {
        String query = parameters
                .propertyStream()
                .map(parameter -> parameter.getKey() + "="
                        + URLEncoder.encode(
                                parameter
                                        .getValue()
                                        .asString(parameter.getValue().toString()),
                                UTF_8))
                .collect(Collectors.joining("&", "?", ""));
        return query.length() < 12_000 ? query : "";
    }

    private String address() {
        return "http://localhost:" + port + "/graphql";
    }

    /** What comes first; nothing where the subscription is open and nothing happens. */
    private String firstEvent(String body) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(address())).header("Accept", "text/event-stream");
        HttpResponse<InputStream> answer = HTTP.send(post(request, body), HttpResponse.BodyHandlers.ofInputStream());
        if (answer.statusCode() >= 500) {
            complaints.add(answer.statusCode() + " for " + body);
        }
        try (InputStream events = answer.body()) {
            Future<?> end = TIMER.schedule(() -> close(events), PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            String data = data(events);
            end.cancel(false);
            return data;
        }
    }

    private static String data(InputStream events) {
        BufferedReader lines = new BufferedReader(new InputStreamReader(events, UTF_8));
        try {
            return lines.lines()
                    .filter(line -> line.startsWith("data: {") || line.startsWith("{"))
                    .findFirst()
                    .orElse("{}")
                    .replaceFirst("^data: ", "");
        } catch (UncheckedIOException e) {
            return "{}";
        }
    }

    private static void close(InputStream events) {
        try {
            events.close();
        } catch (IOException e) {
            // closed already
        }
    }

    private void judge(long seed, String body, String kind, String answer) {
        JsonNode read = JSON.readTree(answer);
        String other = read.has("data") ? "data" : "nothing";
        String code = read.at("/errors/0/extensions/code").asString(other);
        synchronized (outcomes) {
            outcomes.merge(kind + " " + code, 1, Integer::sum);
        }
        if (kind.startsWith("5") || FAULTS.stream().anyMatch(fault -> answer.contains("\"code\":\"" + fault + "\""))) {
            complaints.add("seed " + seed + ": " + kind + " " + answer + " for " + body);
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
