package se.utrop.cost;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
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

@UtropTest
@TestPropertySource(
        properties = {
            "utrop.cost.operation=500",
            "utrop.cost.budget=1000",
            "utrop.cost.window=1h",
            "utrop.server.trusted-proxies=127.0.0.0/8,::1"
        })
class RateLimitTests {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static int clients;

    private final int port;

    private final Newsroom newsroom;

    /** Every test comes from an address of its own. */
    private final String client = "198.51.100." + ++clients;

    RateLimitTests(@LocalServerPort int port, Newsroom newsroom) {
        this.port = port;
        this.newsroom = newsroom;
    }

    @BeforeEach
    void clear() {
        newsroom.clear();
        IntStream.range(0, 10).forEach(i -> newsroom.article("n" + i, Instant.ofEpochSecond(i)));
    }

    @Test
    void whoAsksForTooMuchIsRefusedAndToldWhenToComeAgain() throws Exception {
        HttpResponse<String> refused = post("{ __typename }", client);
        for (int i = 0; i < 1100 && refused.statusCode() == 200; i++) {
            refused = post("{ a%d: __typename }".formatted(i), client);
        }
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body()).contains("\"code\":\"RATE_LIMITED\"");
        assertThat(refused.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(refused.headers().firstValueAsLong("Retry-After").orElseThrow())
                .isBetween(1L, 4L);
        assertThat(refused.headers().firstValue("RateLimit-Policy")).contains("\"cost\";q=1000;w=3600");
        assertThat(refused.headers().firstValue("RateLimit").orElseThrow()).matches("\"cost\";r=0;t=3\\d\\d\\d");
        assertThat(post("{ __typename }", "203.0.113.77").statusCode()).isEqualTo(200);
    }

    @Test
    void whatWasNotNeededIsGivenBack() throws Exception {
        String document = "{ news(first: 100) { nodes { id } } rateLimit { limit cost remaining resetAt } }";
        JsonNode first = data(post(document, client)).get("rateLimit");
        assertThat(first.get("limit").asInt()).isEqualTo(1000);
        assertThat(first.get("cost").asInt()).isEqualTo(103);
        assertThat(first.get("remaining").asInt()).isBetween(897, 898);
        assertThat(Instant.parse(first.get("resetAt").asString())).isAfter(Instant.now());
        JsonNode second = data(post(document, client)).get("rateLimit");
        assertThat(second.get("remaining").asInt()).isBetween(897 - 13, 897 - 12);
    }

    @Test
    void whatIsLeftIsNeverKept() throws Exception {
        String document = "{ rateLimit { remaining } }";
        HttpResponse<String> first = get(document, client);
        assertThat(first.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(first.headers().firstValue("ETag")).isEmpty();
        assertThat(first.headers().firstValue("RateLimit")).isPresent();
        assertThat(get(document, client).body()).isNotEqualTo(first.body());
    }

    /** To begin costs what a subscription does, and so does a replay. */
    @Test
    void followingTheFeedOverHttpCostsNothing() throws Exception {
        String first = "/feed?query=subscription%7BnewsFeed%7Bcursor%7D%7D";
        String next = JsonMapper.shared()
                .readTree(feed(first).body())
                .get("next")
                .asString()
                .replaceAll("live=\\d+", "live=1");
        int left = remaining();
        for (int i = 0; i < 10; i++) {
            assertThat(feed(next).statusCode()).isEqualTo(200);
        }
        int later = remaining();
        assertThat(left - later).isBetween(0, 5);
        for (int i = 0; i < 10; i++) {
            feed(first);
        }
        assertThat(later - remaining()).isGreaterThan(10);
    }

    private HttpResponse<String> feed(String address) throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + port + address))
                        .header("X-Forwarded-For", client)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void keptAnswersCostNothing() throws Exception {
        newsroom.awaitHeard();
        String document = "{ news(first: 99) { nodes { id } } }";
        HttpResponse<String> first = get(document, client);
        assertThat(first.headers().firstValue("RateLimit")).isEmpty();
        String tag = first.headers().firstValue("ETag").orElseThrow();
        int left = remaining();
        for (int i = 0; i < 50; i++) {
            assertThat(get(document, client).body()).isEqualTo(first.body());
            HttpRequest again = Api.get(port, document)
                    .header("X-Forwarded-For", client)
                    .header("If-None-Match", tag)
                    .build();
            assertThat(HTTP.send(again, HttpResponse.BodyHandlers.ofString()).statusCode())
                    .isEqualTo(304);
        }
        assertThat(remaining()).isBetween(left - 2, left);
    }

    @Test
    void whoHasNothingLeftSpoilsNothingForOthers() throws Exception {
        exhaust();
        for (int round = 0; round < 20; round++) {
            String document = "{ r%d: news(first: 10) { nodes { id } } }".formatted(round);
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                answers.add(HTTP.sendAsync(
                        request(document, i % 2 == 0 ? client : "203.0.113." + (100 + i)),
                        HttpResponse.BodyHandlers.ofString()));
            }
            for (int i = 1; i < 10; i += 2) {
                assertThat(answers.get(i).get().statusCode()).isEqualTo(200);
            }
        }
    }

    @Test
    void aNetworkOfIpv6IsOneClient() throws Exception {
        String network = "2001:db8:%x:1::".formatted(clients);
        assertThat(remaining(network + "1")).isBetween(998, 999);
        assertThat(remaining(network + "ffff:2")).isBetween(996, 997);
        assertThat(remaining("2001:db8:%x:2::1".formatted(clients))).isBetween(998, 999);
    }

    @Test
    void eventStreamsAreCharged() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        request("{ news(first: 10) { nodes { id } } }", client), (n, v) -> true)
                .header("Accept", "text/event-stream")
                .build();
        int left = remaining();
        HttpResponse<String> answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(answer.body()).contains("event: next", "\"cost\":{", "event: complete");
        assertThat(remaining()).isBetween(left - 14, left - 12);
    }

    @Test
    void socketsAreCharged() throws Exception {
        exhaust();
        CompletableFuture<String> refused = new CompletableFuture<>();
        WebSocket socket = HTTP.newWebSocketBuilder()
                .subprotocols("graphql-transport-ws")
                .header("X-Forwarded-For", client)
                .buildAsync(URI.create("ws://localhost:" + port + "/graphql"), new FirstError(refused))
                .get();
        socket.sendText("{\"type\":\"connection_init\"}", true).get();
        for (int i = 0; i < 5; i++) {
            socket.sendText(subscribe(i), true).get();
        }
        assertThat(refused.get(20, TimeUnit.SECONDS)).contains("\"code\":\"RATE_LIMITED\"");
        socket.abort();
    }

    private static String subscribe(int id) {
        return "{\"type\":\"subscribe\",\"id\":\"%d\",\"payload\":{\"query\":\"subscription { newsFeed { cursor } }\"}}"
                .formatted(id);
    }

    private record FirstError(CompletableFuture<String> error) implements WebSocket.Listener {

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            if (text.toString().contains("\"type\":\"error\"")) {
                error.complete(text.toString());
            }
            socket.request(1);
            return null;
        }
    }

    private void exhaust() throws Exception {
        while (post("{ rateLimit { remaining } news(first: 100) { nodes { related(first: 3) { id } } } }", client)
                        .statusCode()
                == 200) {}
        while (post("{ rateLimit { remaining } }", client).statusCode() == 200) {}
    }

    private int remaining() throws Exception {
        return remaining(client);
    }

    private int remaining(String address) throws Exception {
        return data(post("{ rateLimit { remaining } }", address))
                .at("/rateLimit/remaining")
                .asInt();
    }

    private HttpResponse<String> post(String document, String address) throws IOException, InterruptedException {
        return HTTP.send(request(document, address), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest request(String document, String address) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/graphql"))
                .header("Content-Type", "application/json")
                .header("X-Forwarded-For", address)
                .POST(HttpRequest.BodyPublishers.ofString(JsonMapper.shared()
                        .createObjectNode()
                        .put("query", document)
                        .toString()))
                .build();
    }

    private HttpResponse<String> get(String document, String address) throws IOException, InterruptedException {
        return HTTP.send(
                Api.get(port, document).header("X-Forwarded-For", address).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode data(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JsonMapper.shared().readTree(answer.body()).get("data");
    }
}
