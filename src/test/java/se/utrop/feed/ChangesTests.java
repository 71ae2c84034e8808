package se.utrop.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import se.utrop.Api;
import se.utrop.EventStream;
import se.utrop.Newsroom;
import se.utrop.Plans;
import se.utrop.Plans.Plan;
import se.utrop.Statements;
import se.utrop.UtropTest;
import se.utrop.news.RandomFilter;
import se.utrop.paging.Cursors;
import se.utrop.paging.Position;
import tools.jackson.databind.JsonNode;

/** The log as a query. */
@UtropTest
class ChangesTests {

    private static final String EVENT = """
        fragment event on NewsEvent {
          type: __typename
          cursor
          previousCursor
          occurredAt
          ... on NewsPublished { news { slug title topics { slug } } }
          ... on NewsRevised { passesFilter note news { slug title } }
          ... on NewsRetracted { newsId slug reason }
        }
        """;

    private static final String CHANGES = """
        query($after: String, $filter: NewsFilter, $types: [NewsEventType!], $first: Int! = 100) {
          changes(after: $after, filter: $filter, types: $types, first: $first) {
            events { ...event }
            cursor
            isCurrent
          }
        }
        """ + EVENT;

    private static final String FEED = """
        subscription($after: String, $filter: NewsFilter, $types: [NewsEventType!], $positions: Boolean! = false) {
          newsFeed(after: $after, filter: $filter, types: $types, positions: $positions) { ...event }
        }
        """ + EVENT;

    private static final Instant DAY = Instant.parse("2023-01-01T12:00:00Z");

    private static final Map<String, ?> CULTURE = Map.of("topics", Map.of("anyOf", List.of("kultur")));

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final int port;

    private final Api api;

    private final Newsroom newsroom;

    private final Statements statements;

    private final Plans plans;

    private final Cursors cursors;

    ChangesTests(
            @LocalServerPort int port,
            Api api,
            Newsroom newsroom,
            Statements statements,
            Plans plans,
            Cursors cursors) {
        this.port = port;
        this.api = api;
        this.newsroom = newsroom;
        this.statements = statements;
        this.plans = plans;
        this.cursors = cursors;
    }

    @BeforeEach
    void clear() {
        newsroom.clear();
        newsroom.topic("kultur", "Kultur");
        newsroom.topic("trafik", "Trafik");
    }

    @Test
    void withoutACursorThereIsThePositionOfNow() {
        newsroom.article("a", DAY);
        JsonNode now = changes(Map.of());
        assertThat(now.get("events")).isEmpty();
        assertThat(now.get("isCurrent").asBoolean()).isTrue();
        assertThat(now.get("cursor").asString()).isEqualTo(now());
        assertThat(changes(Map.of("after", now())).get("events")).isEmpty();
    }

    @Test
    void pagesFollowTheCursorAndTheChain() {
        String start = now();
        IntStream.range(0, 25).forEach(i -> newsroom.article("n" + i, DAY));
        newsroom.run("update news set title = 'Annan', note = 'Rättat namn' where slug = 'n3'");
        newsroom.run("delete from news where slug = 'n4'");
        String end = now();
        String after = start;
        List<JsonNode> events = new ArrayList<>();
        List<Boolean> current = new ArrayList<>();
        do {
            JsonNode page = changes(Map.of("after", after, "first", 10));
            assertChain(after, page);
            page.get("events").forEach(events::add);
            current.add(page.get("isCurrent").asBoolean());
            after = page.get("cursor").asString();
        } while (!current.getLast());
        assertThat(current).containsExactly(false, false, true);
        assertThat(after).isEqualTo(end);
        assertThat(events).hasSize(26);
        assertThat(events.get(24).get("note").asString()).isEqualTo("Rättat namn");
        assertThat(events.get(25).get("type").asString()).isEqualTo("NewsRetracted");
        assertThat(events.stream().map(event -> event.at("/news/slug").asString("")))
                .doesNotContain("n4");
    }

    @Test
    void anItemThatLeavesTheFilterIsToldOfAsInTheFeed() {
        newsroom.article("a", DAY, "kultur");
        String start = now();
        newsroom.run("update news_topic set topic_id = (select id from topic where slug = 'trafik')");
        newsroom.run("update news set title = 'Annan'");
        JsonNode page = changes(Map.of("after", start, "filter", CULTURE));
        assertThat(page.get("events")).hasSize(1);
        assertThat(page.at("/events/0/passesFilter").asBoolean()).isFalse();
        assertThat(page.get("cursor").asString()).isEqualTo(now());
    }

    @Test
    void aPageIsShortWhereFewEventsPassAndItsCursorLeadsOn() {
        String start = now();
        publish("left-out-", 2 * Changes.MOST_SCANNED);
        newsroom.article("a", DAY, "kultur");
        newsroom.awaitFeedRead();
        String after = start;
        for (int i = 1; i <= 2; i++) {
            JsonNode page = changes(Map.of("after", after, "filter", CULTURE));
            assertThat(page.get("events")).isEmpty();
            assertThat(page.get("isCurrent").asBoolean()).isFalse();
            after = page.get("cursor").asString();
            assertThat(EventStream.number(after) - EventStream.number(start))
                    .isEqualTo((long) i * Changes.MOST_SCANNED);
        }
        JsonNode last = changes(Map.of("after", after, "filter", CULTURE));
        assertThat(last.at("/events/0/news/slug").asString()).isEqualTo("a");
        assertThat(last.at("/events/0/previousCursor").asString()).isEqualTo(after);
        assertThat(last.get("isCurrent").asBoolean()).isTrue();
    }

    @Test
    void aPageTakesFewStatementsThatReadTheLogByItsIndex() throws SQLException {
        String start = now();
        publish("n", 3_000);
        newsroom.run("analyze event");
        newsroom.awaitFeedRead();
        assertThat(sent(Map.of())).hasSize(1);
        assertThat(sent(Map.of("after", now()))).hasSize(1);
        assertThat(sent(Map.of("after", start))).hasSize(2);
        List<String> scans = sent(Map.of("after", start, "filter", CULTURE));
        assertThat(scans).hasSize(4);
        for (long behind : List.of(0L, 1_000L, 2_500L)) {
            Plan plan = plans.explain(
                    scans.getFirst().replace("$1", ":number").replace("$2", ":limit"),
                    Map.of("number", EventStream.number(start) + behind, "limit", 257),
                    Set.of("event"));
            assertThat(plan.scans()).as("%s", plan).isEmpty();
            assertThat(plan.rows()).as("%s", plan).isLessThanOrEqualTo(3 * 257);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void pagesHaveTheEventsOfTheFeedWhateverWritersDo(long seed) throws Exception {
        Random random = new Random(seed);
        newsroom.clear();
        String start = now();
        RandomFilter.fill(newsroom, random, 40);
        List<Reader> readers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            readers.add(new Reader(start, RandomFilter.of(random, newsroom), types(random), new Random(seed + i)));
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> writers = List.of(
                    threads.submit(() -> write("v", new Random(seed + 100))),
                    threads.submit(() -> write("w", new Random(seed + 101))));
            List<Future<?>> reading = readers.stream()
                    .<Future<?>>map(reader -> threads.submit(() -> reader.read(writers)))
                    .toList();
            for (Future<?> one : reading) {
                one.get();
            }
        }
        for (Reader reader : readers) {
            List<Long> told = reader.told();
            assertThat(reader.seen()).as("%s", reader).isEqualTo(tellable(told));
            assertThat(reader.again()).as("%s", reader).isEqualTo(told);
        }
    }

    /** Items come, change, enter and leave filters, and are taken back. */
    private void write(String writer, Random random) {
        for (int i = 0; i < 60; i++) {
            String any = "(select id from news order by md5(slug || '" + random.nextInt() + "') limit 1)";
            newsroom.run(
                    switch (random.nextInt(5)) {
                        case 0 -> "update news set urgency = 'BREAKING' where id = " + any;
                        case 1 ->
                            "update news_topic set topic_id = (select id from topic where slug = 'a') where position ="
                                    + " 1 and news_id = " + any;
                        case 2 -> "delete from news where id = " + any;
                        default ->
                            "insert into news (slug, title, summary, published_at) values ('" + writer + i
                                    + "', 'Titel', 'Ingress', '2022-10-30T12:00:00Z')";
                    });
        }
    }

    private static List<String> types(Random random) {
        return List.of("PUBLISHED", "REVISED", "RETRACTED").stream()
                .filter(type -> random.nextInt(3) > 0)
                .toList();
    }

    /** Reads on while there are writers. What was told of items that were taken back later is left out at the end. */
    private final class Reader {

        private final String start;
        private final RandomFilter filter;
        private final List<String> types;
        private final Random random;
        private final List<JsonNode> events = new ArrayList<>();

        Reader(String start, RandomFilter filter, List<String> types, Random random) {
            this.start = start;
            this.filter = filter;
            this.types = types;
            this.random = random;
        }

        void read(List<Future<?>> writers) {
            String after = start;
            boolean last;
            boolean isCurrent;
            do {
                last = writers.stream().allMatch(Future::isDone);
                Map<String, Object> variables = arguments(after);
                variables.put("first", 1 + random.nextInt(20));
                JsonNode page = changes(variables);
                assertChain(after, page);
                page.get("events").forEach(events::add);
                after = page.get("cursor").asString();
                isCurrent = page.get("isCurrent").asBoolean();
            } while (!last || !isCurrent);
        }

        List<Long> seen() {
            return tellable(numbers(events));
        }

        /** What the pages hold now that nothing changes any more. */
        List<Long> again() {
            List<JsonNode> all = new ArrayList<>();
            JsonNode page;
            String after = start;
            do {
                page = changes(arguments(after));
                page.get("events").forEach(all::add);
                after = page.get("cursor").asString();
            } while (!page.get("isCurrent").asBoolean());
            return numbers(all);
        }

        /** The same as the feed tells them, up to the position that says that it has caught up. */
        List<Long> told() throws IOException, InterruptedException {
            newsroom.awaitFeedRead();
            Map<String, Object> variables = arguments(start);
            variables.put("positions", true);
            List<JsonNode> told = new ArrayList<>();
            try (EventStream feed = EventStream.open(port, FEED, variables)) {
                feed.event();
                JsonNode event = feed.event();
                while (!event.get("type").asString().equals("FeedPosition")) {
                    told.add(event);
                    event = feed.event();
                }
            }
            return numbers(told);
        }

        private Map<String, Object> arguments(String after) {
            return new HashMap<>(Map.of("after", after, "filter", filter.input(), "types", types));
        }

        @Override
        public String toString() {
            return filter + " " + types;
        }
    }

    /** Without the events of items that were taken back later: of these, a reader may have been told earlier. */
    private List<Long> tellable(List<Long> positions) {
        Set<Long> tellable = Set.copyOf(newsroom.ask(
                "select position from event where type = 'RETRACTED' or news_id in (select id from news)", Long.class));
        return positions.stream().filter(tellable::contains).toList();
    }

    private static List<Long> numbers(List<JsonNode> events) {
        return events.stream()
                .map(event -> EventStream.number(event.get("cursor").asString()))
                .toList();
    }

    @Test
    void aCursorFromNowhereIsInvalidAndTheErrorLeadsOn() {
        newsroom.article("a", DAY);
        String latest = now();
        for (String cursor : List.of(
                "x",
                latest.substring(1),
                cursors.write("news", new Position(0, 1)),
                cursors.write(Cursors.FEED, new Position(1, 1_000_000)),
                cursors.write(Cursors.FEED, new Position(1, 1)))) {
            JsonNode error = api.answer(CHANGES, Map.of("after", cursor)).at("/errors/0/extensions");
            assertThat(error.get("code").asString()).as(cursor).isEqualTo("CURSOR_INVALID");
            assertThat(error.get("feedCursor").asString()).isEqualTo(latest);
        }
    }

    @Test
    void theStartOfTheLogIsACursorToo() {
        String start = cursors.write(Cursors.FEED, Position.START);
        JsonNode page = changes(Map.of("after", start, "first", 1));
        assertChain(start, page);
        assertThat(page.get("isCurrent").asBoolean()).isFalse();
    }

    @Test
    void badArgumentsAreSaid() {
        for (int first : List.of(0, -1, 101)) {
            assertThat(api.code(CHANGES, Map.of("first", first))).isEqualTo("BAD_USER_INPUT");
        }
        assertThat(api.code(CHANGES, Map.of("filter", Map.of("publishedOn", Map.of()))))
                .isEqualTo("BAD_USER_INPUT");
    }

    @Test
    void anEventThatCannotBeShownEndsThePageBeforeIt() {
        String start = now();
        newsroom.article("before", DAY);
        newsroom.run("insert into news (slug, title, summary, url, published_at)"
                + " values ('unreadable', 'Titel', 'Ingress', 'http://[', now())");
        newsroom.article("after", DAY);
        JsonNode page = changes(Map.of("after", start));
        assertThat(page.get("events")).hasSize(1);
        assertThat(page.at("/events/0/news/slug").asString()).isEqualTo("before");
        assertThat(page.get("isCurrent").asBoolean()).isFalse();
        JsonNode error = api.answer(CHANGES, Map.of("after", page.get("cursor").asString()))
                .at("/errors/0/extensions");
        assertThat(error.get("code").asString()).isEqualTo("INTERNAL");
        JsonNode rest = changes(Map.of("after", error.get("feedCursor").asString()));
        assertThat(rest.at("/events/0/news/slug").asString()).isEqualTo("after");
    }

    @Test
    void anAnswerIsKeptUntilTheNewsroomChanges() throws Exception {
        String document = "{ changes(after: \"%s\") { events { cursor } cursor isCurrent } }".formatted(now());
        newsroom.awaitFeedRead();
        HttpResponse<String> first = get(document, "");
        assertThat(first.headers().firstValue("Surrogate-Key")).hasValue("changes");
        String tag = first.headers().firstValue("ETag").orElseThrow();
        statements.forget();
        assertThat(get(document, tag).statusCode()).isEqualTo(304);
        assertThat(statements.sent()).isEmpty();
        newsroom.article("a", DAY);
        newsroom.awaitHeard();
        HttpResponse<String> next = get(document, tag);
        assertThat(next.statusCode()).isEqualTo(200);
        assertThat(next.body()).contains("\"isCurrent\":true").doesNotContain("\"events\":[]");
    }

    @Test
    void itCostsWhatThePageMayHold() {
        String document = "{ changes(first: %s) { events { ... on NewsPublished { news { topics { name } } } } } }";
        assertThat(requested(document.formatted("10")) + 10 * (2 + 5)).isEqualTo(requested(document.formatted("20")));
        assertThat(requested("{ changes { events { cursor } } }"))
                .isEqualTo(requested("{ changes(first: 100) { events { cursor } } }"));
    }

    private int requested(String document) {
        return api.answer(document, Map.of()).at("/extensions/cost/requested").asInt();
    }

    private HttpResponse<String> get(String document, String tag) throws Exception {
        HttpRequest.Builder request = Api.get(port, document);
        if (!tag.isEmpty()) {
            request.header("If-None-Match", tag);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private void publish(String slug, int count) {
        newsroom.run("""
            insert into news (slug, title, summary, published_at)
            select '%s' || i, 'Titel', 'Ingress', now() from generate_series(1, %d) i
            """.formatted(slug, count));
    }

    private List<String> sent(Map<String, ?> variables) {
        newsroom.awaitHeard();
        statements.forget();
        api.data(CHANGES, variables);
        return statements.sent();
    }

    private JsonNode changes(Map<String, ? extends @Nullable Object> variables) {
        newsroom.awaitHeard();
        return api.data(CHANGES, variables).get("changes");
    }

    private String now() {
        newsroom.awaitHeard();
        return api.data("{ changes { cursor } }").at("/changes/cursor").asString();
    }

    private static void assertChain(String after, JsonNode page) {
        String previous = after;
        for (JsonNode event : page.get("events")) {
            assertThat(event.get("previousCursor").asString()).isEqualTo(previous);
            previous = event.get("cursor").asString();
        }
    }
}
