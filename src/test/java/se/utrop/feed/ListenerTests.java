package se.utrop.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import se.utrop.EventStream;
import se.utrop.Newsroom;
import se.utrop.UtropTest;
import se.utrop.database.Notifications;
import se.utrop.freshness.NewsroomListener;
import se.utrop.freshness.NewsroomVersion;

/** Any role that may connect can send notifications: they wake the node, and nothing else. */
@UtropTest
class ListenerTests {

    private static final String FEED = "subscription { newsFeed { ... on NewsPublished { news { slug } } } }";

    private static final Instant DAY = Instant.parse("2024-05-01T10:00:00Z");

    private final Newsroom newsroom;

    private final NewsroomVersion version;

    private final Notifications notifications;

    private final NewsroomListener listener;

    private final MeterRegistry meters;

    private final int port;

    ListenerTests(
            Newsroom newsroom,
            NewsroomVersion version,
            Notifications notifications,
            NewsroomListener listener,
            MeterRegistry meters,
            @LocalServerPort int port) {
        this.newsroom = newsroom;
        this.version = version;
        this.notifications = notifications;
        this.listener = listener;
        this.meters = meters;
        this.port = port;
    }

    @BeforeEach
    void clear() {
        newsroom.clear();
        newsroom.awaitHeard();
        newsroom.awaitFeedRead();
    }

    @Test
    void goesOnWhateverIsSentToItsChannel() throws Exception {
        long reconnects = notifications.reconnects();
        try (EventStream feed = EventStream.open(port, FEED, Map.of())) {
            int number = 0;
            for (String payload : List.of("", "?", "0", "1 2", "-1 -1 -1 -1", "9".repeat(7000))) {
                newsroom.run(
                        "select pg_notify(feed_channel(), :payload), pg_notify('utrop_feed', :payload)",
                        Map.of("payload", payload));
                newsroom.article("a" + number, DAY);
                assertThat(feed.event().at("/news/slug").asString()).isEqualTo("a" + number++);
            }
        }
        assertThat(notifications.isListening()).isTrue();
        assertThat(notifications.reconnects()).isEqualTo(reconnects);
    }

    @Test
    void believesTheDatabaseAlone() throws IOException, InterruptedException {
        NewsroomVersion.Known known = Objects.requireNonNull(version.current());
        double reads = meters.get("utrop.feed.log.reads").counter().count();
        for (int i = 0; i < 200; i++) {
            newsroom.run("select pg_notify(feed_channel(), '99999999 99999999 1 99999999'),"
                    + " pg_notify('utrop_feed', '99999999 99999999 1 99999999')");
        }
        try (EventStream feed = EventStream.open(port, FEED, Map.of())) {
            newsroom.article("a", DAY);
            assertThat(feed.event().at("/news/slug").asString()).isEqualTo("a");
        }
        newsroom.awaitHeard();
        assertThat(Objects.requireNonNull(version.current()).number()).isEqualTo(known.number() + 1);
        assertThat(meters.get("utrop.feed.log.reads").counter().count() - reads).isEqualTo(1);
    }

    @Test
    void startsAgainWhereTheLogEndsThen() throws IOException, InterruptedException {
        listener.stop();
        assertThat(version.current()).isNull();
        for (int i = 0; i < 100; i++) {
            newsroom.article("n" + i, DAY);
        }
        double reads = meters.get("utrop.feed.log.reads").counter().count();
        listener.start();
        newsroom.awaitHeard();
        newsroom.awaitFeedRead();
        try (EventStream feed = EventStream.open(port, FEED, Map.of())) {
            newsroom.article("a", DAY);
            assertThat(feed.event().at("/news/slug").asString()).isEqualTo("a");
        }
        assertThat(meters.get("utrop.feed.log.reads").counter().count() - reads).isEqualTo(1);
    }

    @Test
    void aNewsroomIsNotWokenByAnotherOneInTheDatabase() {
        assertThat(newsroom.ask("select feed_channel()", String.class))
                .isEqualTo(newsroom.ask(
                        "select 'utrop_feed_' || oid from pg_namespace where nspname = current_schema", String.class));
        assertThat(newsroom.ask("select newsroom_lock('schedule') = hashtextextended('schedule', 0)", Boolean.class))
                .containsExactly(false);
    }
}
