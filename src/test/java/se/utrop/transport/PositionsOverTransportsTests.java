package se.utrop.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import se.utrop.Api;
import se.utrop.Newsroom;
import se.utrop.UtropTest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Positions by WebSocket and by event stream: the same messages, to each client at its own pace. */
@UtropTest
@TestPropertySource(properties = "utrop.feed.positions-every=200ms")
class PositionsOverTransportsTests {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static final String FEED = """
        subscription($after: String, $filter: NewsFilter) {
          newsFeed(after: $after, filter: $filter, positions: true) {
            type: __typename cursor previousCursor ... on NewsPublished { news { slug body } }
          }
        }
        """;

    private static final Map<String, Object> CULTURE =
            Map.of("filter", Map.of("topics", Map.of("anyOf", List.of("kultur"))));

    private static final Instant DAY = Instant.parse("2023-01-01T12:00:00Z");

    private final int port;

    private final Newsroom newsroom;

    PositionsOverTransportsTests(@LocalServerPort int port, Newsroom newsroom) {
        this.port = port;
        this.newsroom = newsroom;
    }

    @BeforeEach
    void clear() {
        newsroom.clear();
        newsroom.topic("kultur", "Kultur");
        newsroom.awaitFeedRead();
    }

    @Test
    void aSocketThatIsCutOffBeforeItsFirstEventGoesOnFromItsPosition() throws Exception {
        String cursor;
        try (Socket socket = Socket.ready(port)) {
            socket.subscribe("1", FEED, CULTURE);
            JsonNode first = next(socket);
            cursor = first.get("cursor").asString();
            assertThat(first.get("previousCursor").asString()).isEqualTo(cursor);
            newsroom.article("other", DAY);
            JsonNode moved = next(socket);
            while (moved.get("cursor").asString().equals(cursor)) {
                moved = next(socket);
            }
            assertThat(moved.get("type").asString()).isEqualTo("FeedPosition");
            assertThat(moved.get("previousCursor").asString()).isEqualTo(cursor);
            cursor = moved.get("cursor").asString();
        }
        newsroom.article("missed", DAY, "kultur");
        try (Socket socket = Socket.ready(port)) {
            socket.subscribe("1", FEED, Map.of("after", cursor));
            JsonNode message = next(socket);
            assertThat(message.get("type").asString()).isEqualTo("FeedPosition");
            while (!message.has("news")) {
                message = next(socket);
            }
            assertThat(message.at("/news/slug").asString()).isEqualTo("missed");
        }
    }

    @Test
    void whoeverTakesNothingHasOnePositionWaitingAtMost() throws Exception {
        int count = 100;
        String body = "Text ".repeat(15_000);
        try (Socket socket = Socket.stalled(port)) {
            socket.subscribe("1", FEED, Map.of());
            IntStream.range(0, count).forEach(i -> newsroom.longArticle("n" + i, body));
            newsroom.awaitFeedRead();
            try (Socket other = Socket.ready(port)) {
                other.subscribe("1", FEED, Map.of());
                for (int i = 0; i < 10; i++) {
                    next(other);
                }
            }
            socket.read();
            List<String> types = new ArrayList<>();
            while (types.stream().filter("NewsPublished"::equals).count() < count) {
                types.add(next(socket).get("type").asString());
            }
            assertThat(types.getFirst()).isEqualTo("FeedPosition");
            int last = types.lastIndexOf("FeedPosition");
            assertThat(IntStream.range(1, last)
                            .filter(i -> types.get(i).equals("FeedPosition")
                                    && types.get(i + 1).equals("FeedPosition")))
                    .as("%s", types)
                    .isEmpty();
        }
    }

    /** A browser's EventSource comes back with the id of the last event that it took. */
    @Test
    void thePositionIsTheIdOfItsEvent() throws Exception {
        String id;
        try (BufferedReader lines = stream(null)) {
            List<String> message = message(lines);
            id = message.get(1).substring("id: ".length());
            JsonNode position = data(message);
            assertThat(position.get("type").asString()).isEqualTo("FeedPosition");
            assertThat(position.get("cursor").asString()).isEqualTo(id);
        }
        newsroom.article("missed", DAY, "kultur");
        try (BufferedReader lines = stream(id)) {
            JsonNode message = data(message(lines));
            assertThat(message.get("previousCursor").asString()).isEqualTo(id);
            while (!message.has("news")) {
                message = data(message(lines));
            }
            assertThat(message.at("/news/slug").asString()).isEqualTo("missed");
        }
    }

    private BufferedReader stream(@Nullable String lastEventId) throws Exception {
        HttpRequest.Builder request = Api.get(
                        port,
                        "subscription { newsFeed(positions: true) { type: __typename cursor previousCursor"
                                + " ... on NewsPublished { news { slug } } } }")
                .header("Accept", "text/event-stream");
        if (lastEventId != null) {
            request.header("Last-Event-ID", lastEventId);
        }
        HttpResponse<InputStream> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    /** The lines of the next event that has data. */
    private static List<String> message(BufferedReader lines) throws Exception {
        List<String> block = new ArrayList<>();
        String line;
        while ((line = lines.readLine()) != null) {
            if (!line.isEmpty()) {
                block.add(line);
            } else if (block.contains("event: next")) {
                return block;
            } else {
                block.clear();
            }
        }
        throw new AssertionError("The stream has ended");
    }

    private static JsonNode data(List<String> message) {
        return JsonMapper.shared()
                .readTree(message.getLast().substring("data: ".length()))
                .at("/data/newsFeed");
    }

    private static JsonNode next(Socket socket) throws InterruptedException {
        return socket.message("next").at("/payload/data/newsFeed");
    }
}
