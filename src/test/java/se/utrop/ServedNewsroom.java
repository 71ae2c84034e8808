package se.utrop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a node does from the first topic to the archive, checked from outside. Its newsroom is empty before. */
public final class ServedNewsroom {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static final int CONCURRENT_READS = 60;

    private final int port;

    public ServedNewsroom(int port) {
        this.port = port;
    }

    public void check() throws Exception {
        done("createTopic", Map.of("name", "Kultur"));
        try (EventStream events = EventStream.open(
                port, "subscription { newsFeed { __typename ... on NewsPublished { news { title } } } }", Map.of())) {
            JsonNode published = done("publishNews", news("Ett konserthus"));
            assertThat(events.event().at("/news/title").asString()).isEqualTo("Ett konserthus");
            String id = published.at("/news/id").asString();
            done("reviseNews", Map.of("id", id, "expectedRevision", 1, "title", "Två konserthus"));
            assertThat(events.event().get("__typename").asString()).isEqualTo("NewsRevised");
            done("publishNews", news("Ett bibliotek"));
            assertThat(events.event().at("/news/title").asString()).isEqualTo("Ett bibliotek");
        }
        assertThat(titles("{ news(first: 5) { nodes { title } } }", "/data/news/nodes"))
                .containsExactly("Ett bibliotek", "Två konserthus");
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(titles(
                                "{ searchNews(query: \"konserthus\", first: 5) { nodes { title } } }",
                                "/data/searchNews/nodes"))
                        .containsExactly("Två konserthus"));
        assertThat(answer("{ archive { count } news { totalCount } topics { name } }")
                        .get("errors"))
                .isNull();
        readConcurrently();
    }

    /** Different documents: the same are coalesced, and read from the cache. */
    private void readConcurrently() {
        List<CompletableFuture<HttpResponse<String>>> reads = IntStream.range(0, CONCURRENT_READS)
                .mapToObj(i -> HTTP.sendAsync(
                        Api.get(
                                        port,
                                        "{ news(first: %d) { a%d: totalCount nodes { title body topics { name } } } }"
                                                .formatted(i + 1, i))
                                .build(),
                        HttpResponse.BodyHandlers.ofString()))
                .toList();
        for (var read : reads) {
            String answer = read.join().body();
            assertThat(JsonMapper.shared().readTree(answer).get("errors"))
                    .as(answer)
                    .isNull();
        }
    }

    private List<String> titles(String document, String nodes) throws IOException, InterruptedException {
        return answer(document)
                .at(nodes)
                .valueStream()
                .map(node -> node.get("title").asString())
                .toList();
    }

    private JsonNode answer(String document) throws IOException, InterruptedException {
        JsonNode answer = send(Api.get(port, document));
        assertThat(answer.get("errors")).as("%s", answer).isNull();
        return answer;
    }

    private JsonNode done(String mutation, Map<String, Object> input) throws IOException, InterruptedException {
        JsonNode answer = send(Editor.request(port, mutation, input));
        JsonNode payload = answer.at("/data/payload");
        assertThat(payload.has("userErrors") && payload.get("userErrors").isEmpty())
                .as("%s", answer)
                .isTrue();
        return payload;
    }

    private static JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return JsonMapper.shared()
                .readTree(HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString())
                        .body());
    }

    private static Map<String, Object> news(String title) {
        return Map.of("news", Map.of("title", title, "summary", "Ingress.", "topics", List.of("kultur")));
    }
}
