package se.utrop.feed;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import se.utrop.EventStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A subscriber whose connection breaks ever so often, and who then goes on elsewhere from the last event or position it has
 * seen: on a WebSocket, or by plain HTTP with each request to any of the nodes.
 */
final class FaultySubscriber {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build();

    private static final String DOCUMENT = """
        subscription($after: String, $filter: NewsFilter, $types: [NewsEventType!], $positions: Boolean! = false) {
          newsFeed(after: $after, filter: $filter, types: $types, positions: $positions) {
            cursor
            previousCursor
            ... on NewsPublished { news { slug } }
            ... on NewsRevised { news { slug } }
          }
        }
        """;

    private final List<Integer> ports;
    private final Map<String, Object> arguments;
    private final Random random;
    private final List<String> complaints = new ArrayList<>();
    private final List<Long> seen = new ArrayList<>();

    private String cursor;

    private volatile boolean ended;

    private @Nullable WebSocket socket;

    FaultySubscriber(String start, List<Integer> ports, Map<String, Object> arguments, Random random) {
        this.cursor = start;
        this.ports = ports;
        this.arguments = arguments;
        this.random = random;
    }

    /** Follows the feed until it is ended. */
    void run() {
        while (!ended) {
            try {
                if (random.nextInt(3) == 0) {
                    poll(1 + random.nextInt(20));
                } else {
                    listen();
                }
            } catch (TimeoutException e) {
                // a stalled node, or a quiet feed: elsewhere it goes on
                abort();
            } catch (Exception e) {
                pause();
            }
        }
    }

    private int anyPort() {
        return ports.get(random.nextInt(ports.size()));
    }

    private void listen() throws Exception {
        Session session = new Session(random.nextInt(8) == 0 ? 1 + random.nextInt(30) : 200 + random.nextInt(4000));
        WebSocket opened = HTTP.newWebSocketBuilder()
                .subprotocols("graphql-transport-ws")
                .connectTimeout(Duration.ofSeconds(3))
                .buildAsync(URI.create("ws://127.0.0.1:" + anyPort() + "/graphql"), session)
                .get(5, TimeUnit.SECONDS);
        socket = opened;
        opened.sendText("{\"type\":\"connection_init\"}", true).get(5, TimeUnit.SECONDS);
        try {
            session.over.get(20, TimeUnit.SECONDS);
        } finally {
            session.over.complete(null);
        }
        opened.abort();
    }

    private void poll(int requests) throws Exception {
        String address = "/feed?query=" + encoded(DOCUMENT) + "&variables="
                + encoded(JsonMapper.shared().writeValueAsString(arguments)) + "&after=" + cursor;
        for (int i = 0; i < requests && !ended; i++) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + anyPort() + address))
                    .timeout(Duration.ofSeconds(20))
                    .build();
            HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            JsonNode answer = JsonMapper.shared().readTree(response.body());
            if (response.statusCode() != 200) {
                complainUnlessItPasses(response.body());
                throw new IOException(response.body());
            }
            receive(answer);
            address = answer.get("next").asString();
            Thread.sleep(random.nextInt(100));
        }
    }

    /** A page of events, and the position that they lead to. */
    private synchronized void receive(JsonNode page) {
        page.get("events").forEach(event -> take(event.at("/data/newsFeed")));
        cursor = page.get("cursor").asString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private synchronized void complainUnlessItPasses(String problem) {
        if (!problem.contains("UNAVAILABLE") && !problem.contains("TIMEOUT")) {
            complaints.add(problem);
        }
    }

    private void pause() {
        try {
            Thread.sleep(100 + random.nextInt(300));
        } catch (InterruptedException e) {
            ended = true;
        }
    }

    void end() {
        ended = true;
        abort();
    }

    private void abort() {
        WebSocket open = socket;
        if (open != null) {
            open.abort();
        }
    }

    /** The numbers of the events, in the order in which they came. */
    synchronized List<Long> seen() {
        return List.copyOf(seen);
    }

    synchronized long last() {
        return seen.isEmpty() ? 0 : seen.getLast();
    }

    synchronized List<String> complaints() {
        return List.copyOf(complaints);
    }

    private synchronized void receive(Session session, JsonNode event) {
        if (session.over.isDone()) {
            return;
        }
        take(event);
        if (--session.patience == 0) {
            session.over.complete(null);
        }
    }

    private synchronized void take(JsonNode event) {
        String previous = event.get("previousCursor").asString();
        if (!previous.equals(cursor)) {
            complaints.add("after " + EventStream.number(cursor) + " came " + event + ", which follows "
                    + EventStream.number(previous));
        }
        cursor = event.get("cursor").asString();
        if (event.has("news")) {
            seen.add(EventStream.number(cursor));
        }
    }

    private synchronized String subscribe() {
        Map<String, Object> variables = new java.util.HashMap<>(arguments);
        variables.put("after", cursor);
        return JsonMapper.shared()
                .writeValueAsString(Map.of(
                        "type", "subscribe", "id", "1", "payload", Map.of("query", DOCUMENT, "variables", variables)));
    }

    private final class Session implements WebSocket.Listener {

        private final CompletableFuture<@Nullable Void> over = new CompletableFuture<>();

        private final StringBuilder text = new StringBuilder();

        private int patience;

        Session(int patience) {
            this.patience = patience;
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                JsonNode message = JsonMapper.shared().readTree(text.toString());
                text.setLength(0);
                switch (message.get("type").asString()) {
                    case "connection_ack" -> {
                        var _ = webSocket.sendText(subscribe(), true);
                    }
                    case "next" -> {
                        JsonNode event = message.at("/payload/data/newsFeed");
                        if (event.isObject()) {
                            receive(this, event);
                        } else {
                            over.complete(null);
                            complain(message);
                        }
                    }
                    default -> {
                        over.completeExceptionally(new IllegalStateException(message.toString()));
                        complainUnlessItPasses(message.toString());
                    }
                }
            }
            webSocket.request(1);
            return null;
        }

        private void complain(JsonNode message) {
            synchronized (FaultySubscriber.this) {
                complaints.add(message.toString());
            }
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
            over.completeExceptionally(new IllegalStateException(code + " " + reason));
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            over.completeExceptionally(error);
        }
    }
}
