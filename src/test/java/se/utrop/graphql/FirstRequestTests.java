package se.utrop.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import se.utrop.Api;
import se.utrop.Newsroom;
import se.utrop.UtropTest;
import tools.jackson.databind.JsonNode;

/** A document is answered from the first request on, whatever became of those before. */
@UtropTest
class FirstRequestTests {

    private final Api api;

    private final Newsroom newsroom;

    FirstRequestTests(Api api, Newsroom newsroom) {
        this.api = api;
        this.newsroom = newsroom;
    }

    @Test
    void aRequestWithoutItsVariablesSpoilsNothingForTheNext() {
        newsroom.clear();
        newsroom.article("a", Instant.parse("2023-05-01T12:00:00Z"));
        String document = "query FirstWithout($slug: String!) { newsBySlug(slug: $slug) { slug title } }";
        assertThat(api.code(document)).isEqualTo("BAD_USER_INPUT");
        assertThat(slug(api.data(document, Map.of("slug", "a")))).isEqualTo("a");
    }

    /** Each asks for another news item, for who asks the same waits for one answer. */
    @Test
    void manyMayBeTheFirst() throws Exception {
        newsroom.clear();
        List<String> slugs = IntStream.range(0, 16).mapToObj(i -> "n" + i).toList();
        slugs.forEach(slug -> newsroom.article(slug, Instant.parse("2023-05-01T12:00:00Z")));
        try (ExecutorService clients = Executors.newFixedThreadPool(slugs.size())) {
            for (int i = 0; i < 20; i++) {
                String document = "query Many%d($slug: String!) { newsBySlug(slug: $slug) { slug } }".formatted(i);
                List<Callable<String>> asking = slugs.stream()
                        .map(slug -> (Callable<String>) () -> slug(api.data(document, Map.of("slug", slug))))
                        .toList();
                List<String> answered = new ArrayList<>();
                for (Future<String> answer : clients.invokeAll(asking)) {
                    answered.add(answer.get());
                }
                assertThat(answered).isEqualTo(slugs);
            }
        }
    }

    private static String slug(JsonNode data) {
        return data.at("/newsBySlug/slug").asString();
    }
}
