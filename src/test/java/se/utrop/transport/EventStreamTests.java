package se.utrop.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.graphql.server.WebGraphQlRequest;
import org.springframework.http.HttpHeaders;
import se.utrop.Api;
import se.utrop.Newsroom;
import se.utrop.UtropTest;
import se.utrop.feed.Feed;
import se.utrop.graphql.RequestBody;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The bytes of GraphQL over server-sent events in distinct connections mode. */
@UtropTest
class EventStreamTests {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static final String FEED =
            "subscription($after: String) { newsFeed(after: $after) { cursor ... on NewsPublished { news { slug } } }"
                    + " }";

    private static final Instant DAY = Instant.parse("2023-01-01T12:00:00Z");

    private final int port;

    private final Api api;

    private final Newsroom newsroom;

    private final MeterRegistry meters;

    private final Feed feed;

    private final Sockets sockets;

    EventStreamTests(
            @LocalServerPort int port, Api api, Newsroom newsroom, MeterRegistry meters, Feed feed, Sockets sockets) {
        this.port = port;
        this.api = api;
        this.newsroom = newsroom;
        this.meters = meters;
        this.feed = feed;
        this.sockets = sockets;
    }

    @BeforeEach
    void clear() {
        newsroom.clear();
    }

    @Test
    void eventsHaveTheirCursorForAnIdAndTheStreamBeginsWithOne() throws Exception {
        String start = feedCursor();
        HttpResponse<InputStream> response = send(get(FEED, Map.of()));
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/event-stream");
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-cache, no-transform");
        try (BufferedReader lines = lines(response)) {
            assertStart(block(lines), start);
            newsroom.article("a", DAY);
            List<String> event = block(lines);
            JsonNode data = data(event);
            assertThat(event)
                    .startsWith(
                            "event: next",
                            "id: " + data.at("/data/newsFeed/cursor").asString())
                    .hasSize(3);
            assertThat(data.at("/data/newsFeed/news/slug").asString()).isEqualTo("a");
        }
    }

    /** With a time to wait before coming back, other than that of other streams. */
    private static void assertStart(List<String> block, String cursor) {
        assertThat(block)
                .hasSize(4)
                .startsWith("event: position", "id: " + cursor)
                .endsWith("data: {}");
        assertThat(block.get(2)).matches("retry: [1-4]\\d{3}");
    }

    /** Several clients take every block for an event, so that the start has none of its own. */
    @Test
    void byPostTheStartIsPartOfTheFirstEvent() throws Exception {
        String start = feedCursor();
        HttpResponse<InputStream> response = send(post(FEED, Map.of("after", start)));
        assertThat(response.headers().firstValue("Feed-Cursor")).contains(start);
        try (BufferedReader lines = lines(response)) {
            newsroom.article("a", DAY);
            List<String> event = block(lines);
            assertThat(event.getFirst()).isEqualTo("id: " + start);
            assertThat(event.get(1)).matches("retry: [1-4]\\d{3}");
            assertThat(event.get(2)).isEqualTo("event: next");
            assertThat(event.get(3))
                    .isEqualTo("id: " + data(event).at("/data/newsFeed/cursor").asString());
            assertThat(event).hasSize(5);
        }
    }

    @Test
    void anEmptyLastEventIdIsNone() throws Exception {
        newsroom.article("a", DAY);
        String start = feedCursor();
        newsroom.article("b", DAY);
        HttpRequest.Builder request = get(FEED, Map.of("after", start)).header("Last-Event-ID", "");
        try (BufferedReader lines = lines(send(request))) {
            assertStart(block(lines), start);
            assertThat(data(block(lines)).at("/data/newsFeed/news/slug").asString())
                    .isEqualTo("b");
        }
    }

    /** A browser that keeps an id which is refused comes back with it for ever. */
    @Test
    void aRefusedCursorClearsTheId() throws Exception {
        HttpRequest.Builder request = get(FEED, Map.of()).header("Last-Event-ID", "x");
        try (BufferedReader lines = lines(send(request))) {
            assertThat(block(lines)).startsWith("event: next", "id:").hasSize(3);
            assertThat(block(lines)).containsExactly("event: complete", "data:");
        }
    }

    /** As urql sends it with whatever it asks, and what others send. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed
        text/event-stream, application/json;q=0.1
        application/json, text/event-stream
        text/event-stream;q=0.5, */*;q=0.1
        text/*, application/json
        """)
    void onlyASubscriptionIsStreamedToAClientThatAcceptsBoth(String accept) throws Exception {
        for (HttpRequest.Builder query : List.of(get("{ __typename }", Map.of()), post("{ __typename }", Map.of()))) {
            HttpResponse<InputStream> answer = send(query.setHeader("Accept", accept));
            assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
                    .startsWith("application/")
                    .contains("json");
            assertThat(new String(answer.body().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("{\"data\":{\"__typename\":\"Query\"}");
            assertThat(answer.headers().firstValue("ETag").isPresent())
                    .isEqualTo(answer.request().method().equals("GET"));
        }
        for (HttpRequest.Builder subscription : List.of(get(FEED, Map.of()), post(FEED, Map.of()))) {
            HttpResponse<InputStream> stream = send(subscription.setHeader("Accept", accept));
            assertThat(stream.headers().firstValue("Content-Type").orElseThrow())
                    .startsWith("text/event-stream");
            stream.body().close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json, text/event-stream;q=0", "application/json", "*/*"})
    void aSubscriptionIsRefusedToAClientThatDoesNotNameEventStreams(String accept) throws Exception {
        HttpResponse<InputStream> answer = send(post(FEED, Map.of()).setHeader("Accept", accept));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new String(answer.body().readAllBytes(), StandardCharsets.UTF_8))
                .contains("text/event-stream");
    }

    @Test
    void lastEventIdGoesBeforeAfter() throws Exception {
        newsroom.article("a", DAY);
        String start = feedCursor();
        newsroom.article("b", DAY);
        String later = feedCursor();
        newsroom.article("c", DAY);
        for (boolean post : List.of(true, false)) {
            Map<String, String> after = Map.of("after", start);
            HttpRequest.Builder request = (post ? post(FEED, after) : get(FEED, after)).header("Last-Event-ID", later);
            try (BufferedReader lines = lines(send(request))) {
                if (!post) {
                    assertStart(block(lines), later);
                }
                assertThat(data(block(lines)).at("/data/newsFeed/news/slug").asString())
                        .isEqualTo("c");
            }
        }
    }

    @Test
    void aQueryIsAnsweredByOneEvent() throws Exception {
        for (HttpRequest.Builder request : List.of(get("{ __typename }", Map.of()), post("{ __typename }", Map.of()))) {
            try (BufferedReader lines = lines(send(request))) {
                assertThat(data(block(lines)).at("/data/__typename").asString()).isEqualTo("Query");
                assertThat(block(lines)).containsExactly("event: complete", "data:");
                assertThat(lines.readLine()).isNull();
            }
        }
    }

    @Test
    void whatIsWrongIsToldByAnEvent() throws Exception {
        assertRefused(get("subscription { newsFeed { nothing } }", Map.of()), "GRAPHQL_VALIDATION_FAILED");
        assertRefused(post("subscription {", Map.of()), "GRAPHQL_PARSE_FAILED");
        assertRefused(post(FEED, Map.of("after", "x")), "CURSOR_INVALID");
        assertRefused(post(FEED, Map.of()).header("Last-Event-ID", "x"), "CURSOR_INVALID");
    }

    private static void assertRefused(HttpRequest.Builder request, String code) throws Exception {
        HttpResponse<InputStream> response = send(request);
        assertThat(response.statusCode()).isEqualTo(200);
        try (BufferedReader lines = lines(response)) {
            List<String> event = block(lines);
            assertThat(event).startsWith("event: next");
            assertThat(data(event).at("/errors/0/extensions/code").asString()).isEqualTo(code);
            assertThat(block(lines)).containsExactly("event: complete", "data:");
            assertThat(lines.readLine()).isNull();
        }
    }

    @Test
    void whatIsNoRequestHasTheStatusThatSaysSo() throws Exception {
        assertThat(status(get("mutation { a }", Map.of()))).isEqualTo(405);
        HttpResponse<InputStream> refused = send(get("mutation { a }", Map.of()));
        assertThat(refused.headers().firstValue("Allow")).contains("POST");
        assertThat(new String(refused.body().readAllBytes(), StandardCharsets.UTF_8))
                .contains("BAD_USER_INPUT");
        HttpResponse<InputStream> put = send(post(FEED, Map.of()).PUT(HttpRequest.BodyPublishers.noBody()));
        assertThat(put.statusCode()).isEqualTo(405);
        assertThat(put.headers().firstValue("Allow")).contains("GET, HEAD, POST, QUERY");
        assertThat(new String(put.body().readAllBytes(), StandardCharsets.UTF_8))
                .contains("BAD_USER_INPUT");
        HttpResponse<InputStream> text = send(post(FEED, Map.of()).setHeader("Content-Type", "text/plain"));
        assertThat(text.statusCode()).isEqualTo(415);
        assertThat(new String(text.body().readAllBytes(), StandardCharsets.UTF_8))
                .contains("application/json");
        assertThat(status(HttpRequest.newBuilder(uri("")).header("Accept", "text/event-stream")))
                .isEqualTo(400);
        assertThat(status(post("#" + "x".repeat(2_000_000), Map.of()))).isEqualTo(413);
        assertThat(status(get(FEED, Map.of()).header("Origin", "https://example.org")))
                .isEqualTo(403);
        assertThat(status(get("{ __typename }", Map.of()).header("Origin", "http://localhost:" + port)))
                .isEqualTo(200);
    }

    /** A proxy that terminates TLS hides the scheme. */
    @Test
    void thePagesOfTheSameHostMayFollowWhateverTheirScheme() throws Exception {
        assertThat(status(get(FEED, Map.of()).header("Origin", "https://localhost:" + port)))
                .isEqualTo(200);
        assertThat(status(post(FEED, Map.of()).header("Origin", "https://localhost:" + port)))
                .isEqualTo(200);
        HttpResponse<InputStream> refused =
                send(post(FEED, Map.of()).header("Origin", "https://localhost.example:" + port));
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(new String(refused.body().readAllBytes(), StandardCharsets.UTF_8))
                .contains("FORBIDDEN", "spring.graphql.cors.allowed-origins");
    }

    @Test
    void nothingIsLeftOfStreamsThatClientsCutOff() throws Exception {
        List<HttpResponse<InputStream>> responses = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            responses.add(send(get(FEED, Map.of())));
        }
        Awaitility.await().until(() -> gauge("utrop.feed.subscriptions") == 100);
        assertThat(gauge("utrop.sockets")).isEqualTo(100);
        for (HttpResponse<InputStream> response : responses) {
            response.body().close();
        }
        Awaitility.await().until(() -> gauge("utrop.sockets") == 0);
        assertThat(gauge("utrop.feed.subscriptions")).isZero();
    }

    /** Its channel may close between the opening of the operation and its begin. */
    @Test
    void aStreamWhoseClientIsGoneFollowsNothing() {
        EmbeddedChannel channel = new EmbeddedChannel();
        String address = "192.0.2.1";
        assertThat(sockets.admit(address)).isNull();
        EventStreamClient client = new EventStreamClient(channel, sockets, address, 0, true, feed, JsonMapper.shared());
        sockets.add(client);
        WebGraphQlRequest request = RequestBody.of(Map.of("query", FEED))
                .request(URI.create("/graphql"), HttpHeaders.EMPTY, new InetSocketAddress(address, 1), "1");
        Feed.Opened opened = feed.open(request, null).blockOptional().orElseThrow();
        assertThat(opened).isInstanceOf(Feed.Opened.Following.class);
        var _ = channel.close();
        client.begin(opened);
        channel.runPendingTasks();
        assertThat(gauge("utrop.feed.subscriptions")).isZero();
        assertThat(gauge("utrop.sockets")).isZero();
    }

    private double gauge(String name) {
        return name.equals("utrop.sockets")
                ? meters.get(name).tag("transport", "event-stream").gauge().value()
                : meters.get(name).gauge().value();
    }

    /** Of all that has been committed: before the node hears of it, its answer may be a kept one. */
    private String feedCursor() {
        newsroom.awaitHeard();
        return api.data("{ news { feedCursor } }").at("/news/feedCursor").asString();
    }

    private HttpRequest.Builder get(String document, Map<String, ?> variables) {
        Map<String, String> parameters =
                Map.of("query", document, "variables", JsonMapper.shared().writeValueAsString(variables));
        String query = parameters.entrySet().stream()
                .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&", "?", ""));
        return HttpRequest.newBuilder(uri(query)).header("Accept", "text/event-stream");
    }

    private HttpRequest.Builder post(String document, Map<String, ?> variables) {
        String body = JsonMapper.shared().writeValueAsString(Map.of("query", document, "variables", variables));
        return HttpRequest.newBuilder(uri(""))
                .header("Accept", "text/event-stream")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    private URI uri(String query) {
        return URI.create("http://localhost:" + port + "/graphql" + query);
    }

    private static HttpResponse<InputStream> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return HTTP.send(request.timeout(Duration.ofSeconds(30)).build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    private static int status(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<InputStream> response = send(request);
        response.body().close();
        return response.statusCode();
    }

    private static BufferedReader lines(HttpResponse<InputStream> response) {
        return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    /** The lines up to the next empty one. */
    private static List<String> block(BufferedReader lines) throws IOException {
        List<String> block = new ArrayList<>();
        for (String line = lines.readLine(); line != null && !line.isEmpty(); line = lines.readLine()) {
            block.add(line);
        }
        return block;
    }

    private static JsonNode data(List<String> block) {
        return JsonMapper.shared().readTree(block.getLast().substring("data: ".length()));
    }
}
