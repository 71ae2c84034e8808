package se.utrop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** The GraphQL documents of the pages in {@code docs}: each is answered without errors. */
@UtropTest
class DocumentationTests {

    private static final Path PAGES = Path.of("docs");

    private static final Pattern BLOCK = Pattern.compile("(?s)```graphql\\n(.*?)```");

    private final Api api;

    private final Newsroom newsroom;

    private final int port;

    DocumentationTests(Api api, Newsroom newsroom, @LocalServerPort int port) {
        this.api = api;
        this.newsroom = newsroom;
        this.port = port;
    }

    @BeforeEach
    void fill() {
        newsroom.clear();
        newsroom.topic("kollektivtrafik", "Kollektivtrafik");
    }

    @Test
    void everyQueryIsAnswered() throws IOException {
        List<String> queries = blocks("query");
        assertThat(queries).isNotEmpty();
        for (String query : queries) {
            assertThat(api.answer(query, Map.of()).get("errors")).as(query).isNull();
        }
    }

    @Test
    void everySubscriptionIsFollowed() throws Exception {
        List<String> subscriptions = blocks("subscription");
        assertThat(subscriptions).isNotEmpty();
        for (int i = 0; i < subscriptions.size(); i++) {
            try (EventStream feed = EventStream.open(port, subscriptions.get(i), Map.of())) {
                String slug = "a" + i;
                newsroom.article(slug, Instant.parse("2023-01-01T12:00:00Z"), "kollektivtrafik");
                newsroom.run("update topic set name = 'Kollektivtrafik %d'".formatted(i));
                JsonNode event = feed.event();
                while (!tellsOf(event, slug)) {
                    event = feed.event();
                }
            }
        }
    }

    private static boolean tellsOf(JsonNode event, String slug) {
        return event.at("/news/slug").asString("").equals(slug)
                || event.at("/topic/slug").asString("").equals("kollektivtrafik");
    }

    private static List<String> blocks(String operation) throws IOException {
        try (Stream<Path> pages = Files.list(PAGES)) {
            return pages.filter(page -> page.toString().endsWith(".md"))
                    .sorted()
                    .flatMap(DocumentationTests::blocks)
                    .filter(block -> block.startsWith(operation))
                    .toList();
        }
    }

    private static Stream<String> blocks(Path page) {
        try {
            return BLOCK.matcher(Files.readString(page)).results().map((MatchResult block) -> block.group(1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
