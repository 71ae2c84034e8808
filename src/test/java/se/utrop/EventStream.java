package se.utrop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A subscription by server-sent events, over a real socket: returns from its opening when the server has begun it. */
public final class EventStream implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final BlockingQueue<JsonNode> answers = new LinkedBlockingQueue<>();

    private final InputStream body;

    private final Thread reader;

    private EventStream(HttpResponse<InputStream> response) {
        body = response.body();
        reader = Thread.ofVirtual().start(this::read);
    }

    public static EventStream open(int port, String document, Map<String, ? extends @Nullable Object> variables)
            throws IOException, InterruptedException {
        String body = JsonMapper.shared().writeValueAsString(Map.of("query", document, "variables", variables));
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/graphql"))
                .header("Content-Type", "application/json")
                .header("Accept", "text/event-stream")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<InputStream> response = HTTP.send(request, HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        return new EventStream(response);
    }

    private void read() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            String line;
            while ((line = lines.readLine()) != null) {
                if (line.startsWith("data: ")) {
                    answers.add(JsonMapper.shared().readTree(line.substring("data: ".length())));
                }
            }
        } catch (IOException e) {
            // the stream was closed
        }
    }

    /** The next whole answer. */
    public JsonNode answer() throws InterruptedException {
        JsonNode answer = answers.poll(30, TimeUnit.SECONDS);
        if (answer == null) {
            throw new AssertionError("Nothing came for 30 seconds");
        }
        return answer;
    }

    /** The next event of newsFeed. */
    public JsonNode event() throws InterruptedException {
        JsonNode answer = answer();
        assertThat(answer.get("errors")).as("%s", answer).isNull();
        return answer.at("/data/newsFeed");
    }

    /** The next event of newsFeed, or null where none comes for half a minute. */
    public @Nullable JsonNode eventIfAny() throws InterruptedException {
        JsonNode answer = answers.poll(30, TimeUnit.SECONDS);
        if (answer == null) {
            return null;
        }
        assertThat(answer.get("errors")).as("%s", answer).isNull();
        return answer.at("/data/newsFeed");
    }

    /** The events of newsFeed that have come and weren't taken yet. */
    public List<JsonNode> arrived() {
        List<JsonNode> arrived = new ArrayList<>();
        answers.drainTo(arrived);
        arrived.forEach(
                answer -> assertThat(answer.get("errors")).as("%s", answer).isNull());
        return arrived.stream().map(answer -> answer.at("/data/newsFeed")).toList();
    }

    /** As many events as that. */
    public List<JsonNode> events(int count) throws InterruptedException {
        List<JsonNode> events = new ArrayList<>();
        while (events.size() < count) {
            events.add(event());
        }
        return events;
    }

    /** The number of the event at this cursor of the feed: cursors are opaque to everybody but a test. */
    public static long number(String cursor) {
        return ByteBuffer.wrap(Base64.getUrlDecoder().decode(cursor)).getLong(9);
    }

    /** Whether the server ends it within half a minute. */
    public boolean isEnded() throws InterruptedException {
        return reader.join(Duration.ofSeconds(30));
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
