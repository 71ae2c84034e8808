package se.utrop.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import se.utrop.EventStream;
import se.utrop.Newsroom;
import se.utrop.Statements;
import se.utrop.UtropTest;
import tools.jackson.databind.JsonNode;

/** Positions that come while nothing passes a subscription's filter. */
@UtropTest
@TestPropertySource(properties = {"utrop.feed.positions-every=200ms", "utrop.feed.memory=1MB"})
class HeartbeatTests {

    private static final String FEED = """
        subscription($after: String, $filter: NewsFilter) {
          newsFeed(after: $after, filter: $filter, positions: true) {
            type: __typename
            cursor
            previousCursor
            ... on FeedPosition { isCurrent }
            ... on NewsPublished { news { slug } }
          }
        }
        """;

    private static final Map<String, Object> CULTURE =
            Map.of("filter", Map.of("topics", Map.of("anyOf", List.of("kultur"))));

    private static final Instant DAY = Instant.parse("2023-01-01T12:00:00Z");

    private final int port;

    private final Newsroom newsroom;

    private final Statements statements;

    private final MeterRegistry meters;

    HeartbeatTests(@LocalServerPort int port, Newsroom newsroom, Statements statements, MeterRegistry meters) {
        this.port = port;
        this.newsroom = newsroom;
        this.statements = statements;
        this.meters = meters;
    }

    @BeforeEach
    void clear() {
        newsroom.clear();
        newsroom.topic("kultur", "Kultur");
        newsroom.topic("trafik", "Trafik");
        newsroom.awaitFeedRead();
    }

    @Test
    void thePositionMovesOnOverEventsThatTheFilterLeavesOut() throws Exception {
        String moved;
        try (EventStream feed = EventStream.open(port, FEED, CULTURE)) {
            String start = feed.event().get("cursor").asString();
            long before = EventStream.number(start);
            IntStream.range(0, 100).forEach(i -> newsroom.article("n" + i, DAY, "trafik"));
            JsonNode message = positionAt(feed, start, before + 100);
            assertThat(message.get("isCurrent").asBoolean()).isTrue();
            moved = message.get("cursor").asString();
            newsroom.article("a", DAY, "kultur");
            JsonNode event = nextEvent(feed, moved);
            assertThat(event.at("/news/slug").asString()).isEqualTo("a");
        }
        try (EventStream feed = EventStream.open(port, FEED, Map.of("after", moved))) {
            assertThat(nextEvent(feed, moved).at("/news/slug").asString()).isEqualTo("a");
        }
    }

    @Test
    void aHeartbeatComesWhileNothingHappensAtAll() throws Exception {
        try (EventStream feed = EventStream.open(port, FEED, CULTURE)) {
            String start = feed.event().get("cursor").asString();
            for (JsonNode message : feed.events(5)) {
                assertThat(message.get("type").asString()).isEqualTo("FeedPosition");
                assertThat(message.get("cursor").asString()).isEqualTo(start);
                assertThat(message.get("previousCursor").asString()).isEqualTo(start);
            }
        }
    }

    /** More events than the node keeps in memory, none of which passes. */
    @Test
    void manyEventsThatAreLeftOutAreReadOnceAndNotByTheHeartbeat() throws Exception {
        List<EventStream> feeds = new ArrayList<>();
        try {
            for (int i = 0; i < 20; i++) {
                feeds.add(EventStream.open(port, FEED, CULTURE));
            }
            String start = feeds.getFirst().event().get("cursor").asString();
            double reads = reads();
            newsroom.run("""
                insert into news (slug, title, summary, body, published_at)
                select 'n' || i, 'Titel', 'Ingress', repeat('Text ', 200), now() from generate_series(1, 2000) i
                """);
            newsroom.awaitFeedRead();
            for (EventStream feed : feeds) {
                JsonNode message = feed.event();
                while (EventStream.number(message.get("cursor").asString()) < EventStream.number(start) + 2000) {
                    message = feed.event();
                }
            }
            assertThat(reads() - reads).isLessThan(100);
            statements.forget();
            for (EventStream feed : feeds) {
                feed.events(3);
            }
            assertThat(statements.sentForClients()).isEmpty();
        } finally {
            for (EventStream feed : feeds) {
                feed.close();
            }
        }
    }

    /** Up to the next event, each message follows the one before. */
    private static JsonNode nextEvent(EventStream feed, String after) throws InterruptedException {
        String previous = after;
        JsonNode message = feed.event();
        while (!message.has("news")) {
            assertThat(message.get("previousCursor").asString()).isEqualTo(previous);
            previous = message.get("cursor").asString();
            message = feed.event();
        }
        assertThat(message.get("previousCursor").asString()).isEqualTo(previous);
        return message;
    }

    private static JsonNode positionAt(EventStream feed, String after, long number) throws InterruptedException {
        String previous = after;
        JsonNode message;
        do {
            message = feed.event();
            assertThat(message.get("type").asString()).isEqualTo("FeedPosition");
            assertThat(message.get("previousCursor").asString()).isEqualTo(previous);
            previous = message.get("cursor").asString();
        } while (EventStream.number(previous) < number);
        assertThat(EventStream.number(previous)).isEqualTo(number);
        return message;
    }

    private double reads() {
        return meters.get("utrop.feed.log.reads").counter().count();
    }
}
