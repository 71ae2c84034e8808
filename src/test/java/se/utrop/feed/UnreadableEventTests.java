package se.utrop.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import se.utrop.EventStream;
import se.utrop.Newsroom;
import se.utrop.UtropTest;
import tools.jackson.databind.JsonNode;

/** An event that can't be shown ends the subscriptions that it concerns, after bounded tries, and no others. */
@UtropTest
class UnreadableEventTests {

    private static final Instant DAY = Instant.parse("2024-05-01T10:00:00Z");

    private static final String FEED = """
        subscription Feed($after: String, $filter: NewsFilter) {
          newsFeed(after: $after, filter: $filter) { cursor ... on NewsPublished { news { slug } } }
        }
        """;

    private final Newsroom newsroom;

    private final int port;

    UnreadableEventTests(Newsroom newsroom, @LocalServerPort int port) {
        this.newsroom = newsroom;
        this.port = port;
    }

    @BeforeEach
    @AfterEach
    void clear() {
        newsroom.clear();
        newsroom.awaitHeard();
        newsroom.awaitFeedRead();
    }

    @Test
    void aClientGoesOnBehindAnEventThatCantBeShown() throws Exception {
        JsonNode error;
        try (EventStream feed = EventStream.open(port, FEED, Map.of());
                EventStream other = EventStream.open(
                        port, FEED, Map.of("filter", Map.of("urgencies", java.util.List.of("BREAKING"))))) {
            newsroom.article("before", DAY);
            publishUnreadable();
            newsroom.news("after", DAY, "ARTICLE", "BREAKING", null);
            assertThat(feed.event().at("/news/slug").asString()).isEqualTo("before");
            assertThat(other.event().at("/news/slug").asString()).isEqualTo("after");
            error = feed.answer().at("/errors/0");
            assertThat(feed.isEnded()).isTrue();
        }
        assertThat(error.at("/extensions/code").asString()).isEqualTo("INTERNAL");
        assertThat(error.get("message").asString())
                .contains(error.at("/extensions/reference").asString());
        String after = error.at("/extensions/feedCursor").asString();
        try (EventStream feed = EventStream.open(port, FEED, Map.of("after", after))) {
            assertThat(feed.event().at("/news/slug").asString()).isEqualTo("after");
        }
    }

    /** The database takes it for an address, but no URI has this form. */
    private void publishUnreadable() {
        newsroom.run("insert into news (slug, title, summary, url, published_at, updated_at)"
                + " values ('unreadable', 'Titel', 'Ingress', 'http://[', now(), now())");
    }
}
