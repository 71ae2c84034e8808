package se.utrop.search;

import static org.assertj.core.api.Assertions.assertThat;
import static se.utrop.Editor.fields;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import se.utrop.Api;
import se.utrop.Editor;
import se.utrop.EventStream;
import se.utrop.Newsroom;
import se.utrop.Statements;
import se.utrop.UtropTest;
import tools.jackson.databind.JsonNode;

/** A search as a condition of lists and of the feed: it finds what the same search of all news finds. */
@UtropTest
class SearchFilterTests {

    private static final List<String> WORDS = List.of(
            "sjukhus",
            "sjukhuset",
            "sjukhusen",
            "barnsjukhus",
            "vård",
            "vården",
            "vårdplatser",
            "plats",
            "rapport",
            "lägesrapport",
            "rapporten",
            "tåg",
            "tågen",
            "tågtrafik",
            "trafik",
            "skola",
            "skolor",
            "skolmat",
            "mat",
            "covid-19",
            "17",
            "2 260",
            "och",
            "miljoner",
            "bostad",
            "bostäder",
            "13 december",
            "berg- och jordmassor",
            "bergmassor");

    private static final String LIST = """
        query($filter: NewsFilter, $order: NewsOrder!, $first: Int, $after: String, $last: Int, $before: String) {
          news(filter: $filter, orderBy: $order, first: $first, after: $after, last: $last, before: $before) {
            nodes { slug }
            totalCount
            pageInfo { hasNextPage endCursor hasPreviousPage startCursor }
          }
        }
        """;

    private static final String EVENT = """
        type: __typename
        cursor
        ... on NewsPublished { news { slug } }
        ... on NewsRevised { passesFilter news { slug } }
        ... on NewsRetracted { slug }
        """;

    private static final String CHANGES = """
        query($after: String!, $filter: NewsFilter, $first: Int! = 100) {
          changes(after: $after, first: $first, filter: $filter) { events { %s } cursor isCurrent }
        }
        """.formatted(EVENT);

    private static final String FEED = """
        subscription($after: String!, $filter: NewsFilter) { newsFeed(after: $after, filter: $filter, positions: true) { %s } }
        """.formatted(EVENT);

    private final int port;

    private final Api api;

    private final Editor editor;

    private final Newsroom newsroom;

    private final Statements statements;

    SearchFilterTests(@LocalServerPort int port, Api api, Editor editor, Newsroom newsroom, Statements statements) {
        this.port = port;
        this.api = api;
        this.editor = editor;
        this.newsroom = newsroom;
        this.statements = statements;
    }

    @BeforeEach
    void clear() {
        newsroom.clear();
        newsroom.topic("a", "Topic a");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void listsAndEventsAgreeWithSearches(long seed) throws Exception {
        Random random = new Random(seed);
        String start = now();
        List<String> searches =
                IntStream.range(0, 12).mapToObj(i -> search(random)).toList();
        List<EventStream> feeds = new ArrayList<>();
        try {
            for (String search : searches.subList(0, 4)) {
                feeds.add(EventStream.open(port, FEED, Map.of("after", start, "filter", Map.of("search", search))));
            }
            IntStream.range(0, 60).forEach(i -> write(i, random));
            newsroom.awaitFeedRead();
            for (String search : searches) {
                List<String> found = found(search);
                assertThat(paged(search, "NEWEST_FIRST", true)).as(search).isEqualTo(found);
                assertThat(paged(search, "NEWEST_FIRST", false)).as(search).isEqualTo(found);
                assertThat(paged(search, "OLDEST_FIRST", true)).as(search).isEqualTo(found.reversed());
                assertThat(paged(search, "OLDEST_FIRST", false)).as(search).isEqualTo(found.reversed());
                assertThat(archived(search)).as(search).isEqualTo(found.size());
                assertThat(shownBy(changes(start, search))).as(search).isEqualTo(new TreeSet<>(found));
            }
            for (int i = 0; i < feeds.size(); i++) {
                EventStream feed = feeds.get(i);
                List<JsonNode> events = new ArrayList<>();
                Set<String> expected = new TreeSet<>(found(searches.get(i)));
                Awaitility.await(searches.get(i)).atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                    events.addAll(feed.arrived());
                    assertThat(shownBy(events)).isEqualTo(expected);
                });
            }
        } finally {
            for (EventStream feed : feeds) {
                feed.close();
            }
        }
    }

    private static String search(Random random) {
        int words = 1 + random.nextInt(3);
        String search = IntStream.range(0, words)
                .mapToObj(i -> word(random))
                .collect(Collectors.joining(List.of(" ", " ", " OR ", " -").get(random.nextInt(4))));
        return random.nextInt(6) == 0 ? "\"" + search.replace("\"", "") + "\"" : search;
    }

    private static String word(Random random) {
        return WORDS.get(random.nextInt(WORDS.size()));
    }

    private static String text(Random random) {
        return IntStream.range(0, 1 + random.nextInt(5))
                .mapToObj(i -> word(random))
                .collect(Collectors.joining(" "));
    }

    /** Publishes, revises or retracts an item. */
    private void write(int number, Random random) {
        String any = "(select id from news order by md5(slug || '" + random.nextInt() + "') limit 1)";
        switch (random.nextInt(6)) {
            case 0 -> newsroom.run("update news set title = '%s' where id = %s".formatted(text(random), any));
            case 1 -> newsroom.run("update news set body = '%s' where id = %s".formatted(text(random), any));
            case 2 -> newsroom.run("delete from news where id = " + any);
            case 3 ->
                newsroom.run("insert into news_topic (news_id, position, topic_id, published_at) select n.id, 1, t.id,"
                        + " n.published_at from news n, topic t where n.id = " + any + " on conflict do nothing");
            default ->
                newsroom.run(
                        "insert into news (slug, title, summary, published_at) values ('n%d', '%s', '%s', now() - %d *"
                                        .formatted(number, text(random), text(random), random.nextInt(2_000))
                                + " interval '1 day')");
        }
    }

    /** Of all words, in the order of lists: where no item holds all, a search finds items that hold most. */
    private List<String> found(String search) {
        JsonNode page = api.data(
                        "query($query: String!) { searchNews(query: $query, first: 100, orderBy: NEWEST_FIRST) {"
                                + " matching nodes { slug } } }",
                        Map.of("query", search))
                .get("searchNews");
        return page.get("matching").asString().equals("ALL_WORDS") ? slugs(page) : List.of();
    }

    private static List<String> slugs(JsonNode page) {
        return page.get("nodes")
                .valueStream()
                .map(node -> node.get("slug").asString())
                .toList();
    }

    private List<String> paged(String search, String order, boolean forward) {
        List<List<String>> pages = new ArrayList<>();
        Map<String, Object> variables = new HashMap<>(
                Map.of("filter", Map.of("search", search), "order", order, forward ? "first" : "last", 4));
        JsonNode page;
        int total;
        do {
            page = api.data(LIST, variables).get("news");
            pages.add(slugs(page));
            total = page.get("totalCount").asInt();
            variables.put(
                    forward ? "after" : "before",
                    page.at(forward ? "/pageInfo/endCursor" : "/pageInfo/startCursor")
                            .asString());
        } while (page.at(forward ? "/pageInfo/hasNextPage" : "/pageInfo/hasPreviousPage")
                .asBoolean());
        List<String> slugs = (forward ? pages : pages.reversed())
                .stream().flatMap(List::stream).toList();
        assertThat(total).isEqualTo(slugs.size());
        return slugs;
    }

    private int archived(String search) {
        return api.data(
                        "query($filter: NewsFilter) { archive(filter: $filter) { count } }",
                        Map.of("filter", Map.of("search", search)))
                .get("archive")
                .valueStream()
                .mapToInt(month -> month.get("count").asInt())
                .sum();
    }

    private List<JsonNode> changes(String start, String search) {
        List<JsonNode> events = new ArrayList<>();
        String after = start;
        JsonNode page;
        do {
            page = api.data(CHANGES, Map.of("after", after, "filter", Map.of("search", search)))
                    .get("changes");
            page.get("events").forEach(events::add);
            after = page.get("cursor").asString();
        } while (!page.get("isCurrent").asBoolean());
        return events;
    }

    /** What a client shows that follows these events. */
    private static Set<String> shownBy(List<JsonNode> events) {
        Set<String> shown = new TreeSet<>();
        for (JsonNode event : events) {
            boolean isShown = event.get("type").asString().equals("NewsPublished")
                    || event.path("passesFilter").asBoolean(false);
            String slug = event.at("/news/slug").asString(event.path("slug").asString(""));
            if (isShown) {
                shown.add(slug);
            } else {
                shown.remove(slug);
            }
        }
        return shown;
    }

    private String now() {
        return api.data("{ news(first: 1) { feedCursor } }")
                .at("/news/feedCursor")
                .asString();
    }

    @Test
    void aRevisionThatLeavesTheSearchIsToldOf() {
        String start = now();
        JsonNode news = editor.publish("Tågen går");
        String id = news.get("id").asString();
        editor.done("reviseNews", fields("id", id, "expectedRevision", 1, "title", "Bussen går"));
        editor.done("reviseNews", fields("id", id, "expectedRevision", 2, "title", "Båten går"));
        assertThat(told(start, "tåg")).containsExactly("NewsPublished", "NewsRevised false");
        assertThat(told(start, "buss")).containsExactly("NewsRevised true", "NewsRevised false");
        editor.done("retractNews", fields("id", id, "reason", "Fel."));
        assertThat(told(start, "tåg")).endsWith("NewsRetracted");
    }

    private List<String> told(String start, String search) {
        return changes(start, search).stream()
                .map(event -> (event.get("type").asString() + " "
                                + event.path("passesFilter").asString(""))
                        .strip())
                .toList();
    }

    /** However many subscriptions search, an event is decided by one statement. */
    @Test
    void oneStatementDecidesAnEventForAllSearches() throws Exception {
        String start = now();
        List<EventStream> feeds = new ArrayList<>();
        try {
            for (String search : List.of("tåg", "buss", "båt", "tåg OR buss")) {
                feeds.add(EventStream.open(port, FEED, Map.of("after", start, "filter", Map.of("search", search))));
                feeds.getLast().event();
            }
            statements.forget();
            editor.publish("Tågen och båten går");
            for (int feed : List.of(0, 2, 3)) {
                assertThat(feeds.get(feed).event().get("type").asString()).isEqualTo("NewsPublished");
            }
            assertThat(sent("event_document")).hasSize(1);
        } finally {
            for (EventStream feed : feeds) {
                feed.close();
            }
        }
    }

    /** Few at a time, none behind the end of the page, and the words of the search once. */
    @Test
    void aPageOfChangesDecidesItsEventsInPieces() {
        String start = now();
        newsroom.run("insert into news (slug, title, summary, published_at)"
                + " select 'n' || i, 'Tågen går', 'Annat.', now() from generate_series(1, 100) i");
        statements.forget();
        assertThat(api.data(CHANGES, Map.of("after", start, "first", 5, "filter", Map.of("search", "tåg")))
                        .at("/changes/events"))
                .hasSize(5);
        assertThat(sent("event_document")).hasSize(1);
        statements.forget();
        assertThat(changes(start, "buss")).isEmpty();
        assertThat(sent("event_document")).hasSize(4);
        assertThat(sent("search_form")).hasSize(1);
        assertThat(changes(start, "går")).hasSize(100);
    }

    private List<String> sent(String part) {
        return statements.sent().stream().filter(sql -> sql.contains(part)).toList();
    }

    @Test
    void aTextIsBoundedAndMayBeEmpty() {
        editor.publish("Tågen går");
        assertThat(api.code(LIST, Map.of("order", "NEWEST_FIRST", "filter", Map.of("search", "a".repeat(201)))))
                .isEqualTo("BAD_USER_INPUT");
        Stream.of("", " ", "-", "och", "\"\"", "\u0000", "-tåg")
                .forEach(search -> assertThat(paged(search, "NEWEST_FIRST", true))
                        .as(search)
                        .isEmpty());
        assertThat(paged("\ttåg\n går ", "NEWEST_FIRST", true)).hasSize(1);
    }

    @Test
    void aSearchNarrowsOtherConditions() {
        editor.publish("Tågen går", "topics", List.of("a"));
        editor.publish("Tågen står");
        Map<String, Object> filter = new HashMap<>(Map.of("search", "tåg", "topics", Map.of("anyOf", List.of("a"))));
        JsonNode page = api.data(LIST, Map.of("order", "NEWEST_FIRST", "filter", filter))
                .get("news");
        assertThat(slugs(page)).containsExactly("tagen-gar");
        JsonNode ofTopic = api.data(
                "{ topicBySlug(slug: \"a\") { news(filter: {search: \"tåg\"}) { nodes { slug } totalCount } } }");
        assertThat(slugs(ofTopic.at("/topicBySlug/news"))).containsExactly("tagen-gar");
        assertThat(ofTopic.at("/topicBySlug/news/totalCount").asInt()).isEqualTo(1);
        JsonNode narrowed = api.data("{ searchNews(query: \"tåg\", filter: {search: \"står\"}) { nodes { slug } } }");
        assertThat(slugs(narrowed.get("searchNews"))).containsExactly("tagen-star");
    }
}
