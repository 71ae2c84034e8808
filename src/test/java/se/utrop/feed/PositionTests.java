package se.utrop.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.sql.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import se.utrop.Api;
import se.utrop.EventStream;
import se.utrop.Newsroom;
import se.utrop.Sessions;
import se.utrop.UtropTest;
import se.utrop.paging.Cursors;
import se.utrop.paging.Position;
import tools.jackson.databind.JsonNode;

/** Where a subscription stands: before its first event, and when a replay has caught up. */
@UtropTest
class PositionTests {

    private static final String FEED = """
        subscription($after: String, $filter: NewsFilter, $types: [NewsEventType!]) {
          newsFeed(after: $after, filter: $filter, types: $types, positions: true) {
            type: __typename
            cursor
            previousCursor
            occurredAt
            ... on FeedPosition { isCurrent }
            ... on NewsPublished { news { slug } }
          }
        }
        """;

    private static final Instant DAY = Instant.parse("2023-01-01T12:00:00Z");

    private static final Map<String, ?> CULTURE = Map.of("topics", Map.of("anyOf", List.of("kultur")));

    private final int port;

    private final Api api;

    private final Newsroom newsroom;

    private final Cursors cursors;

    private final MeterRegistry meters;

    private final Sessions sessions;

    PositionTests(
            @LocalServerPort int port,
            Api api,
            Newsroom newsroom,
            Cursors cursors,
            MeterRegistry meters,
            Sessions sessions) {
        this.port = port;
        this.api = api;
        this.newsroom = newsroom;
        this.cursors = cursors;
        this.meters = meters;
        this.sessions = sessions;
    }

    @BeforeEach
    void clear() {
        newsroom.clear();
        newsroom.topic("kultur", "Kultur");
        newsroom.topic("trafik", "Trafik");
    }

    @Test
    void theFirstMessageTellsWhereTheSubscriptionStarts() throws Exception {
        newsroom.article("before", DAY);
        String start = feedCursor();
        newsroom.awaitFeedRead();
        try (EventStream feed = open(Map.of())) {
            JsonNode first = feed.event();
            assertThat(first.get("cursor").asString()).isEqualTo(start);
            assertPosition(first, start, true);
            newsroom.article("a", DAY);
            JsonNode event = feed.event();
            assertThat(event.at("/news/slug").asString()).isEqualTo("a");
            assertThat(event.get("previousCursor").asString()).isEqualTo(start);
        }
    }

    @Test
    void whoeverIsCutOffBeforeTheFirstEventGoesOnFromThePosition() throws Exception {
        String start;
        try (EventStream feed = open(Map.of())) {
            start = feed.event().get("cursor").asString();
        }
        newsroom.article("missed", DAY);
        newsroom.awaitFeedRead();
        try (EventStream feed = open(Map.of("after", start))) {
            assertPosition(feed.event(), start, false);
            JsonNode event = feed.event();
            assertThat(event.at("/news/slug").asString()).isEqualTo("missed");
            String cursor = event.get("cursor").asString();
            JsonNode current = feed.event();
            assertPosition(current, cursor, true);
            assertThat(current.get("cursor").asString()).isEqualTo(cursor);
            assertThat(current.get("occurredAt")).isEqualTo(event.get("occurredAt"));
        }
    }

    @Test
    void aReplayEndsWithAPositionBehindAllThatTheFilterLeavesOut() throws Exception {
        String start = feedCursor();
        IntStream.range(0, 200).forEach(i -> newsroom.article("n" + i, DAY, i % 40 == 0 ? "kultur" : "trafik"));
        String end = feedCursor();
        newsroom.awaitFeedRead();
        try (EventStream feed = open(Map.of("after", start, "filter", CULTURE))) {
            List<JsonNode> messages = feed.events(7);
            assertThat(types(messages))
                    .containsExactly(
                            "FeedPosition",
                            "NewsPublished",
                            "NewsPublished",
                            "NewsPublished",
                            "NewsPublished",
                            "NewsPublished",
                            "FeedPosition");
            assertChain(start, messages);
            assertThat(messages.getFirst().get("isCurrent").asBoolean()).isFalse();
            assertThat(messages.getLast().get("isCurrent").asBoolean()).isTrue();
            assertThat(messages.getLast().get("cursor").asString()).isEqualTo(end);
            newsroom.article("live", DAY, "kultur");
            assertThat(feed.event().get("previousCursor").asString()).isEqualTo(end);
        }
    }

    @Test
    void positionsComeWhateverTheTypes() throws Exception {
        String start = feedCursor();
        newsroom.article("a", DAY);
        newsroom.awaitFeedRead();
        try (EventStream feed = open(Map.of("after", start, "types", List.of("RETRACTED")))) {
            assertThat(types(feed.events(2))).containsExactly("FeedPosition", "FeedPosition");
        }
    }

    @Test
    void theStartOfTheLogHasTheTimeOfTheEpoch() throws Exception {
        try (EventStream feed = open(Map.of("after", cursors.write(Cursors.FEED, Position.START)))) {
            assertThat(Instant.parse(feed.event().get("occurredAt").asString())).isEqualTo(Instant.EPOCH);
        }
    }

    @Test
    void aPositionIsRenderedOnceForAllWhoStandThere() throws Exception {
        newsroom.article("a", DAY);
        newsroom.awaitFeedRead();
        double rendered = rendered();
        List<EventStream> feeds = new ArrayList<>();
        try {
            for (int i = 0; i < 30; i++) {
                feeds.add(open(CULTURE));
            }
            for (EventStream feed : feeds) {
                feed.event();
            }
        } finally {
            for (EventStream feed : feeds) {
                feed.close();
            }
        }
        assertThat(rendered() - rendered).isEqualTo(1);
    }

    /** A cursor that another node has given may be ahead of this one, which still reads the log up to there. */
    @Test
    void whatAllSubscribersHaveIsNotRendered() throws Exception {
        newsroom.awaitFeedRead();
        double rendered = rendered();
        EventStream feed;
        try (Connection lock = sessions.locking("figure")) {
            newsroom.run("""
                insert into news (slug, title, summary, body, published_at)
                select 'n' || i, 'Titel', 'Ingress', 'Text', now() from generate_series(1, 100) i
                """);
            feed = open(Map.of("after", end()));
            lock.rollback();
        }
        try (feed) {
            newsroom.article("a", DAY);
            assertThat(types(feed.events(2))).containsExactly("FeedPosition", "NewsPublished");
        }
        assertThat(rendered() - rendered).isEqualTo(2);
    }

    private String end() {
        long number = newsroom.ask("select position from feed", Long.class).getFirst();
        Instant time =
                newsroom.ask("select occurred_at from feed", Instant.class).getFirst();
        return cursors.write(Cursors.FEED, Position.of(time, number));
    }

    /** Each client is cut off ever so often and goes on from the last message, which may be a position. */
    @Test
    void whoeverGoesOnFromAnyMessageMissesAndRepeatsNothing() throws Exception {
        int count = 200;
        String start = feedCursor();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<String>>> clients = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                Random random = new Random(i);
                clients.add(threads.submit(() -> follow(start, count / 5, random)));
            }
            IntStream.range(0, count).forEach(i -> newsroom.article("n" + i, DAY, i % 5 == 4 ? "kultur" : "trafik"));
            List<String> expected = IntStream.range(0, count)
                    .filter(i -> i % 5 == 4)
                    .mapToObj(i -> "n" + i)
                    .toList();
            for (Future<List<String>> client : clients) {
                assertThat(client.get()).isEqualTo(expected);
            }
        }
    }

    private List<String> follow(String start, int count, Random random) throws Exception {
        List<String> slugs = new ArrayList<>();
        String cursor = start;
        while (slugs.size() < count) {
            try (EventStream feed = open(Map.of("after", cursor, "filter", CULTURE))) {
                int left = 1 + random.nextInt(8);
                while (left-- > 0 && slugs.size() < count) {
                    JsonNode message = feed.event();
                    assertThat(message.get("previousCursor").asString()).isEqualTo(cursor);
                    cursor = message.get("cursor").asString();
                    if (message.has("news")) {
                        slugs.add(message.at("/news/slug").asString());
                    }
                }
            }
        }
        return slugs;
    }

    private static void assertPosition(JsonNode message, String previousCursor, boolean isCurrent) {
        assertThat(message.get("type").asString()).isEqualTo("FeedPosition");
        assertThat(message.get("previousCursor").asString()).isEqualTo(previousCursor);
        assertThat(message.get("isCurrent").asBoolean()).isEqualTo(isCurrent);
    }

    private static void assertChain(String start, List<JsonNode> messages) {
        String previous = start;
        for (JsonNode message : messages) {
            assertThat(message.get("previousCursor").asString()).isEqualTo(previous);
            previous = message.get("cursor").asString();
        }
    }

    private static List<String> types(List<JsonNode> messages) {
        return messages.stream().map(message -> message.get("type").asString()).toList();
    }

    private EventStream open(Map<String, ? extends @Nullable Object> variables)
            throws IOException, InterruptedException {
        return EventStream.open(port, FEED, new HashMap<>(variables));
    }

    private String feedCursor() {
        newsroom.awaitHeard();
        return api.data("{ news { feedCursor } }").at("/news/feedCursor").asString();
    }

    private double rendered() {
        return meters.get("utrop.feed.messages.rendered").counter().count();
    }
}
