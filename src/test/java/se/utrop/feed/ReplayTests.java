package se.utrop.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import se.utrop.Api;
import se.utrop.EventStream;
import se.utrop.Newsroom;
import se.utrop.Statements;
import se.utrop.UtropTest;
import tools.jackson.databind.JsonNode;

/** What subscriptions cost that catch up with a log which is longer than the node's memory. */
@UtropTest
@TestPropertySource(properties = "utrop.feed.memory=1MB")
class ReplayTests {

    private static final int EVENTS = 3_000;

    private static final int SUBSCRIPTIONS = 50;

    private static final String FEED = """
        subscription Feed($after: String, $filter: NewsFilter) {
          newsFeed(after: $after, filter: $filter) {
            cursor previousCursor
            ... on NewsPublished { news { slug title } }
          }
        }
        """;

    private final Api api;

    private final Newsroom newsroom;

    private final Statements statements;

    private final MeterRegistry meters;

    private final int port;

    private String start = "";

    ReplayTests(Api api, Newsroom newsroom, Statements statements, MeterRegistry meters, @LocalServerPort int port) {
        this.api = api;
        this.newsroom = newsroom;
        this.statements = statements;
        this.meters = meters;
        this.port = port;
    }

    @BeforeEach
    void publish() {
        newsroom.clear();
        newsroom.awaitHeard();
        newsroom.awaitFeedRead();
        start = api.data("{ news { feedCursor } }").at("/news/feedCursor").asString();
        newsroom.run("""
            insert into news (slug, title, summary, body, published_at, updated_at, urgency)
            select 'n' || i, 'Titel', 'Ingress', repeat('Text ', 200), now() + i * interval '1 microsecond', now() + i * interval '1 microsecond',
                case i %% 1000 when 0 then 'BREAKING' else 'ROUTINE' end
            from generate_series(1, %d) i
            """.formatted(EVENTS));
        newsroom.awaitFeedRead();
        statements.forget();
    }

    @Test
    void readsContentsOfTheEventsThatPassAlone() throws Exception {
        double reads = reads();
        try (EventStream feed = open(Map.of("urgencies", List.of("BREAKING")))) {
            List<JsonNode> events = feed.events(3);
            assertThat(events.stream().map(event -> event.at("/news/slug").asString()))
                    .containsExactly("n1000", "n2000", "n3000");
            assertThat(events.getFirst().get("previousCursor").asString()).isEqualTo(start);
        }
        assertThat(statements.sent().stream().filter(statement -> statement.contains("n.body")))
                .hasSizeLessThanOrEqualTo(3)
                .allMatch(statement -> statement.contains("e.position = any"));
        assertThat(reads() - reads).isLessThanOrEqualTo(EVENTS / 256 + 2 + 3);
    }

    @Test
    void sharesBlocksBetweenFiltersAndBoundsWhatRunsAtOnce() throws Exception {
        double reads = reads();
        List<EventStream> feeds = new ArrayList<>();
        try {
            for (int i = 0; i < SUBSCRIPTIONS; i++) {
                feeds.add(open(Map.of(
                        "urgencies", List.of("BREAKING"),
                        "publishedAt", Map.of("since", "1990-01-01T00:00:%02dZ".formatted(i)))));
            }
            for (EventStream feed : feeds) {
                assertThat(running()).isLessThanOrEqualTo(4);
                assertThat(feed.events(3).getLast().at("/news/slug").asString()).isEqualTo("n3000");
            }
        } finally {
            for (EventStream feed : feeds) {
                feed.close();
            }
        }
        assertThat(reads() - reads).isLessThan(SUBSCRIPTIONS * (EVENTS / 256) / 2);
    }

    private EventStream open(Map<String, Object> filter) throws Exception {
        return EventStream.open(port, FEED, Map.of("after", start, "filter", filter));
    }

    private double reads() {
        return meters.get("utrop.feed.log.reads").counter().count();
    }

    private double running() {
        return meters.get("utrop.feed.executions.running")
                .tag("kind", "replay")
                .gauge()
                .value();
    }
}
