package se.utrop.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import se.utrop.Api;
import se.utrop.EventStream;
import se.utrop.Newsroom;
import se.utrop.Statements;
import se.utrop.UtropTest;
import se.utrop.news.RandomFilter;
import se.utrop.paging.Cursors;
import se.utrop.paging.Position;
import tools.jackson.databind.JsonNode;

@UtropTest
class FeedTests {

    private static final String FEED = """
        subscription($after: String, $filter: NewsFilter, $types: [NewsEventType!]) {
          newsFeed(after: $after, filter: $filter, types: $types) {
            type: __typename
            cursor
            previousCursor
            occurredAt
            ... on NewsPublished { news { slug title topics { slug } } }
            ... on NewsRevised { passesFilter note news { slug title } }
            ... on NewsRetracted { newsId slug reason }
          }
        }
        """;

    private static final Instant DAY = Instant.parse("2023-01-01T12:00:00Z");

    private static final Map<String, ?> CULTURE =
            Map.of("filter", Map.of("topics", Map.of("anyOf", List.of("kultur"))));

    private final int port;

    private final Api api;

    private final Newsroom newsroom;

    private final Statements statements;

    private final MeterRegistry meters;

    private final Cursors cursors;

    FeedTests(
            @LocalServerPort int port,
            Api api,
            Newsroom newsroom,
            Statements statements,
            MeterRegistry meters,
            Cursors cursors) {
        this.port = port;
        this.api = api;
        this.newsroom = newsroom;
        this.statements = statements;
        this.meters = meters;
        this.cursors = cursors;
    }

    @BeforeEach
    void clear() {
        newsroom.clear();
        newsroom.topic("kultur", "Kultur");
        newsroom.topic("trafik", "Trafik");
    }

    @Test
    void tellsWhatIsPublishedFromNowOn() throws Exception {
        newsroom.article("before", DAY);
        try (EventStream feed = open(Map.of())) {
            newsroom.article("a", DAY, "kultur");
            newsroom.article("b", DAY.plusSeconds(1));
            List<JsonNode> events = feed.events(2);
            assertThat(slugs(events)).containsExactly("a", "b");
            assertThat(events.getFirst().at("/news/topics/0/slug").asString()).isEqualTo("kultur");
            assertThat(events.getLast().get("previousCursor"))
                    .isEqualTo(events.getFirst().get("cursor"));
        }
    }

    @Test
    void tellsRevisionsAndRetractionsWithWhatTheNewsroomSays() throws Exception {
        newsroom.article("a", DAY);
        try (EventStream feed = open(Map.of())) {
            newsroom.run("update news set title = 'Annan', note = 'Rättat namn'");
            JsonNode revised = feed.event();
            assertThat(revised.get("type").asString()).isEqualTo("NewsRevised");
            assertThat(revised.get("note").asString()).isEqualTo("Rättat namn");
            assertThat(revised.at("/news/title").asString()).isEqualTo("Annan");
            newsroom.run("update news set urgency = 'BREAKING'");
            assertThat(feed.event().get("note").isNull()).isTrue();
            String id = api.data("{ newsBySlug(slug: \"a\") { id } }")
                    .at("/newsBySlug/id")
                    .asString();
            newsroom.run("with gone as (delete from news returning id) select from gone");
            JsonNode retracted = feed.event();
            assertThat(retracted.get("type").asString()).isEqualTo("NewsRetracted");
            assertThat(retracted.get("newsId").asString()).isEqualTo(id);
            assertThat(retracted.get("slug").asString()).isEqualTo("a");
        }
    }

    @Test
    void tellsThoseWhoHaveANewsItemOnScreenThatItLeavesTheirFilter() throws Exception {
        newsroom.article("in", DAY, "kultur");
        newsroom.article("out", DAY, "trafik");
        try (EventStream feed = open(CULTURE)) {
            newsroom.run("update news_topic set topic_id = (select id from topic where slug = 'trafik')"
                    + " where news_id = (select id from news where slug = 'in')");
            JsonNode left = feed.event();
            assertThat(left.at("/news/slug").asString()).isEqualTo("in");
            assertThat(left.get("passesFilter").asBoolean()).isFalse();
            newsroom.run("update news set title = 'Ingen ser detta'");
            newsroom.run("delete from news where slug = 'in'");
            newsroom.run("update news_topic set topic_id = (select id from topic where slug = 'kultur')");
            JsonNode entered = feed.event();
            assertThat(entered.at("/news/slug").asString()).isEqualTo("out");
            assertThat(entered.get("passesFilter").asBoolean()).isTrue();
            newsroom.run("delete from news");
            assertThat(feed.event().get("slug").asString()).isEqualTo("out");
        }
    }

    /** Who had it on screen before the first of both hears nothing else of it. */
    @Test
    void aReplayTellsThatANewsItemWhichLeftTheFilterIsRetracted() throws Exception {
        newsroom.article("in", DAY, "kultur");
        newsroom.article("out", DAY, "trafik");
        String start = feedCursor();
        newsroom.run("update news_topic set topic_id = (select id from topic where slug = 'trafik')");
        newsroom.run("delete from news; update retraction set reason = 'Fel'");
        newsroom.article("next", DAY, "kultur");
        newsroom.awaitFeedRead();
        for (List<String> types : List.of(List.<String>of(), List.of("RETRACTED", "PUBLISHED"))) {
            Map<String, @Nullable Object> variables = new HashMap<>(CULTURE);
            variables.put("after", start);
            variables.put("types", types);
            try (EventStream replay = open(variables)) {
                JsonNode gone = replay.event();
                assertThat(gone.get("type").asString()).isEqualTo("NewsRetracted");
                assertThat(gone.get("slug").asString()).isEqualTo("in");
                assertThat(gone.get("reason").asString()).isEqualTo("Fel");
                assertThat(replay.event().at("/news/slug").asString()).isEqualTo("next");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void filtersMeanWhatTheyMeanForLists(long seed) throws Exception {
        Random random = new Random(seed);
        newsroom.clear();
        String start = feedCursor();
        RandomFilter.fill(newsroom, random, 60);
        for (int i = 0; i < 60; i++) {
            RandomFilter filter = RandomFilter.of(random, newsroom);
            List<String> expected = filter.oracle(newsroom, true);
            Map<String, ?> variables = Map.of("after", start, "filter", filter.input());
            try (EventStream feed = open(variables)) {
                assertThat(slugs(feed.events(expected.size())))
                        .as("%s", filter)
                        .containsExactlyInAnyOrderElementsOf(expected);
            }
        }
    }

    @Test
    void tellsTheCursorThatTheListOfTheSameFilterHas() throws Exception {
        String document = """
            subscription($filter: NewsFilter) {
              newsFeed(filter: $filter) {
                ... on NewsPublished { listCursor oldestFirst: listCursor(orderBy: OLDEST_FIRST) news { slug } }
                ... on NewsRevised { listCursor oldestFirst: listCursor(orderBy: OLDEST_FIRST) news { slug } }
              }
            }
            """;
        try (EventStream feed = EventStream.open(port, document, CULTURE);
                EventStream all = EventStream.open(port, document, Map.of())) {
            newsroom.article("a", DAY, "kultur");
            assertListCursors(feed.event(), CULTURE);
            assertListCursors(all.event(), Map.of());
            newsroom.run("update news set title = 'Annan', published_at = published_at - interval '1 day'");
            assertListCursors(feed.event(), CULTURE);
            assertListCursors(all.event(), Map.of());
        }
    }

    private void assertListCursors(JsonNode event, Map<String, ?> filter) {
        JsonNode lists = api.data("""
            query($filter: NewsFilter) {
              newest: news(filter: $filter) { edges { cursor } }
              oldest: news(filter: $filter, orderBy: OLDEST_FIRST) { edges { cursor } }
            }
            """, filter);
        assertThat(event.get("listCursor")).isEqualTo(lists.at("/newest/edges/0/cursor"));
        assertThat(event.get("oldestFirst")).isEqualTo(lists.at("/oldest/edges/0/cursor"));
    }

    @Test
    void tellsOnlyTheTypesAskedFor() throws Exception {
        try (EventStream feed = open(Map.of("types", List.of("REVISED")))) {
            newsroom.article("a", DAY);
            newsroom.run("update news set title = 'Annan'");
            assertThat(feed.event().get("type").asString()).isEqualTo("NewsRevised");
        }
    }

    @Test
    void replaysWhatWasMissedAndGoesOnWithNoSeam() throws Exception {
        String start = feedCursor();
        IntStream.range(0, 150).forEach(i -> newsroom.article("old" + i, DAY));
        try (EventStream feed = open(Map.of("after", start))) {
            IntStream.range(0, 50).forEach(i -> newsroom.article("new" + i, DAY));
            List<JsonNode> events = feed.events(200);
            assertChain(start, events);
            try (EventStream again = open(Map.of("after", start))) {
                assertThat(again.events(200)).isEqualTo(events);
            }
            String middle = events.get(99).get("cursor").asString();
            try (EventStream again = open(Map.of("after", middle))) {
                assertThat(again.events(100)).isEqualTo(events.subList(100, 200));
            }
        }
    }

    @Test
    void aPageAndTheFeedFromItsCursorHaveEveryChangeOnce() throws Exception {
        int count = 120;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> writer = threads.submit(() ->
                    IntStream.range(0, count).forEach(i -> newsroom.article("n" + i, DAY.plusSeconds(i), "kultur")));
            List<Future<?>> readers = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                readers.add(threads.submit(() -> {
                    assertPageAndFeed(count);
                    return null;
                }));
            }
            writer.get();
            for (Future<?> reader : readers) {
                reader.get();
            }
        }
    }

    private void assertPageAndFeed(int count) throws IOException, InterruptedException {
        JsonNode page = api.data("{ news(first: 100, orderBy: OLDEST_FIRST) { feedCursor totalCount nodes { slug } } }")
                .get("news");
        int shown = page.get("totalCount").asInt();
        try (EventStream feed = open(Map.of("after", page.get("feedCursor").asString()))) {
            List<JsonNode> events = feed.events(count - shown);
            assertThat(slugs(events))
                    .isEqualTo(
                            IntStream.range(shown, count).mapToObj(i -> "n" + i).toList());
        }
    }

    @Test
    void aRetractedTextIsInNoReplay() throws Exception {
        String start = feedCursor();
        newsroom.article("kept", DAY);
        newsroom.article("gone", DAY);
        try (EventStream before = open(Map.of("after", start))) {
            assertThat(slugs(before.events(2))).containsExactly("kept", "gone");
            newsroom.run("update news set title = 'Hemligt' where slug = 'gone'");
            before.event();
            newsroom.run("delete from news where slug = 'gone'");
            before.event();
        }
        try (EventStream replay = open(Map.of("after", start))) {
            List<JsonNode> events = replay.events(2);
            assertThat(events.getFirst().at("/news/slug").asString()).isEqualTo("kept");
            assertThat(events.getLast().get("type").asString()).isEqualTo("NewsRetracted");
            assertChain(start, events);
        }
    }

    @Test
    void aCursorFromNowhereIsInvalid() throws Exception {
        newsroom.article("a", DAY);
        String latest = feedCursor();
        for (String cursor : List.of(
                "x",
                latest.substring(1),
                cursors.write("news", new Position(0, 1)),
                cursors.write(Cursors.FEED, new Position(1, 1_000_000)),
                cursors.write(Cursors.FEED, new Position(1, 1)))) {
            try (EventStream feed = open(Map.of("after", cursor))) {
                assertThat(feed.answer().at("/errors/0/extensions/code").asString())
                        .as(cursor)
                        .isEqualTo("CURSOR_INVALID");
            }
        }
    }

    @Test
    void badArgumentsAreSaidBeforeAnythingIsSent() throws Exception {
        try (EventStream feed = open(Map.of("filter", Map.of("publishedOn", Map.of())))) {
            assertThat(feed.answer().at("/errors/0/extensions/code").asString()).isEqualTo("BAD_USER_INPUT");
        }
    }

    @Test
    void whoAsksTheSameSharesTheWorkAndANodeReadsAnEventOnce() throws Exception {
        List<EventStream> feeds = new ArrayList<>();
        try {
            String start = feedCursor();
            for (int i = 0; i < 40; i++) {
                Map<String, @Nullable Object> variables = new HashMap<>(CULTURE);
                variables.put("after", i % 2 == 0 ? start : null);
                feeds.add(open(variables));
            }
            for (int i = 0; i < 5; i++) {
                double rendered = count("utrop.feed.messages.rendered");
                double reads = count("utrop.feed.log.reads");
                statements.forget();
                newsroom.article("a" + i, DAY, "kultur");
                for (EventStream feed : feeds) {
                    feed.event();
                }
                assertThat(count("utrop.feed.messages.rendered") - rendered).isEqualTo(1);
                assertThat(count("utrop.feed.log.reads") - reads).isEqualTo(1);
                assertThat(statements.sent()).hasSize(2);
            }
        } finally {
            for (EventStream feed : feeds) {
                feed.close();
            }
        }
        Awaitility.await()
                .untilAsserted(() -> assertThat(
                                meters.get("utrop.feed.subscriptions").gauge().value())
                        .isZero());
    }

    @Test
    void nothingIsAskedOfTheDatabaseWhileNothingIsPublished() throws Exception {
        try (EventStream feed = open(Map.of())) {
            newsroom.article("a", DAY);
            feed.event();
            statements.forget();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(15))
                    .during(Duration.ofSeconds(11))
                    .untilAsserted(() -> assertThat(statements.sent()).isEmpty());
        }
    }

    @Test
    void whatNoNotificationToldIsFoundAllTheSame() throws Exception {
        try (EventStream feed = open(Map.of())) {
            newsroom.run("""
                do $$ begin
                    set local session_replication_role = replica;
                    insert into news (slug, title, summary, published_at, updated_at)
                    values ('untold', 'Titel', 'Ingress', now(), now());
                    insert into event (position, type, news_id, occurred_at, slug, revision, published_at, kind, urgency, topic_ids)
                    select position + 1, 'PUBLISHED', n.id, now(), slug, 1, published_at, kind, urgency, '{}' from news n, feed;
                    perform count_events(position + 1, position + 1) from feed;
                    update feed set position = position + 1, occurred_at = now();
                end $$
                """);
            assertThat(feed.event().at("/news/slug").asString()).isEqualTo("untold");
        }
    }

    @Test
    void hearsAgainAfterItsListeningConnectionWasKilled() throws Exception {
        try (EventStream feed = open(Map.of())) {
            for (int i = 0; i < 3; i++) {
                newsroom.ask(
                        "select pg_terminate_backend(pid) from pg_stat_activity"
                                + " where application_name = 'utrop feed listener'",
                        Boolean.class);
                newsroom.article("a" + i, DAY);
                assertThat(feed.event().at("/news/slug").asString()).isEqualTo("a" + i);
            }
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> meters.get("utrop.feed.listener.connected").gauge().value() == 1);
        assertThat(meters.get("utrop.feed.listener.reconnects")
                        .functionCounter()
                        .count())
                .isPositive();
    }

    private EventStream open(Map<String, ? extends @Nullable Object> variables)
            throws IOException, InterruptedException {
        return EventStream.open(port, FEED, variables);
    }

    /** Of all that has been committed: before the node hears of it, its answer may be a kept one. */
    private String feedCursor() {
        newsroom.awaitHeard();
        return api.data("{ news { feedCursor } }").at("/news/feedCursor").asString();
    }

    private double count(String counter) {
        return meters.get(counter).counter().count();
    }

    private static List<String> slugs(List<JsonNode> events) {
        return events.stream().map(event -> event.at("/news/slug").asString()).toList();
    }

    private static void assertChain(String start, List<JsonNode> events) {
        List<String> previous = new ArrayList<>(
                events.stream().map(event -> event.get("cursor").asString()).toList());
        previous.addFirst(start);
        previous.removeLast();
        assertThat(events.stream().map(event -> event.get("previousCursor").asString()))
                .isEqualTo(previous);
        assertThat(Collections.unmodifiableList(previous)).doesNotHaveDuplicates();
    }
}
