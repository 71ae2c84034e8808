package se.utrop.news;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import se.utrop.Api;
import se.utrop.Newsroom;
import se.utrop.UtropTest;
import tools.jackson.databind.JsonNode;

/** Pages against an oracle: what plain SQL says of the same random news. */
@UtropTest
class NewsPageTests {

    private static final List<String> TOPICS = List.of("a", "b", "c", "d");

    private static final List<String> UNKNOWN_TOO = List.of("a", "b", "c", "d", "unknown");

    private static final String PAGE = """
        query Page(
          $filter: NewsFilter, $order: NewsOrder! = NEWEST_FIRST
          $first: Int, $after: String, $last: Int, $before: String
        ) {
          news(filter: $filter, orderBy: $order, first: $first, after: $after, last: $last, before: $before) {
            edges { cursor node { slug } }
            nodes { slug }
            pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
            totalCount
          }
        }
        """;

    private final Api api;

    private final Newsroom newsroom;

    NewsPageTests(Api api, Newsroom newsroom) {
        this.api = api;
        this.newsroom = newsroom;
    }

    @BeforeEach
    void clear() {
        newsroom.clear();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void walksForwardAndBackwardAgreeWithPlainSql(long seed) {
        Random random = new Random(seed);
        fill(random, 70);
        for (int i = 0; i < 40; i++) {
            RandomFilter filter = RandomFilter.of(random);
            boolean newestFirst = random.nextBoolean();
            List<String> expected = filter.oracle(newsroom, newestFirst);
            Map<String, Object> list = variables(filter, newestFirst);
            int size = 1 + random.nextInt(12);
            assertThat(walk(list, "first", "after", size, expected))
                    .as("forward with %s", list)
                    .isEqualTo(expected);
            assertThat(walk(list, "last", "before", size, expected))
                    .as("backward with %s", list)
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {7, 8})
    void everyWindowBetweenTwoCursorsIsExact(long seed) {
        Random random = new Random(seed);
        fill(random, 30);
        RandomFilter filter = seed == 7 ? RandomFilter.none() : RandomFilter.of(random);
        List<String> expected = filter.oracle(newsroom, true);
        Map<String, Object> list = variables(filter, true);
        List<String> cursors = cursors(page(with(list, "first", 100)));
        for (int i = 0; i < 150; i++) {
            int after = random.nextInt(expected.size() + 1) - 1;
            int before = after + 1 + random.nextInt(expected.size() - after);
            boolean forward = random.nextBoolean();
            int size = 1 + random.nextInt(8);
            Map<String, Object> window = with(list, forward ? "first" : "last", size);
            if (after >= 0) {
                window.put("after", cursors.get(after));
            }
            if (before < expected.size()) {
                window.put("before", cursors.get(before));
            }
            int from = forward ? after + 1 : Math.max(after + 1, before - size);
            int to = forward ? Math.min(before, after + 1 + size) : before;
            JsonNode page = page(window);
            assertThat(slugs(page)).isEqualTo(expected.subList(from, to));
            assertPlace(page, from, to, expected.size());
        }
    }

    @Test
    void newsThatArriveOrLeaveBetweenTwoPagesNeitherRepeatNorHideOthers() {
        Instant noon = Instant.parse("2023-05-04T12:00:00Z");
        IntStream.range(0, 12).forEach(i -> newsroom.article("old-" + i, noon.minusSeconds(i / 3)));
        JsonNode first = page(Map.of("first", 5));
        newsroom.article("newer", noon.plusSeconds(5));
        newsroom.article("same-instant", noon.minusSeconds(1));
        newsroom.run("delete from news where slug = 'old-4'");
        newsroom.run("delete from news where slug = 'old-8'");
        JsonNode second = page(
                Map.of("first", 100, "after", first.at("/pageInfo/endCursor").asString()));
        Set<String> seen = new HashSet<>(slugs(first));
        assertThat(seen).doesNotContainAnyElementsOf(slugs(second));
        seen.addAll(slugs(second));
        assertThat(seen)
                .containsAll(IntStream.range(0, 12)
                        .filter(i -> i != 4 && i != 8)
                        .mapToObj(i -> "old-" + i)
                        .toList());
        assertThat(second.at("/pageInfo/hasPreviousPage").asBoolean()).isTrue();
    }

    @Test
    void anEmptyListHasAnEmptyPage() {
        JsonNode page = page(Map.of());
        assertThat(slugs(page)).isEmpty();
        assertPlace(page, 0, 0, 0);
        assertThat(page.at("/pageInfo/startCursor").isNull()).isTrue();
        assertThat(page.at("/pageInfo/endCursor").isNull()).isTrue();
    }

    @Test
    void cursorsOfAnotherQueryAndForgedOnesAreRefused() {
        newsroom.topic("a", "Topic a");
        newsroom.topic("b", "Topic b");
        IntStream.range(0, 4)
                .forEach(i -> newsroom.article("n" + i, Instant.ofEpochSecond(1_700_000_000L + i), "a", "b"));
        String cursor = page(Map.of("first", 2)).at("/pageInfo/endCursor").asString();
        assertThat(cursor.length()).isLessThan(40);
        assertThat(code(Map.of("first", 2, "after", cursor, "order", "OLDEST_FIRST")))
                .isEqualTo("CURSOR_INVALID");
        assertThat(code(Map.of("after", cursor, "filter", Map.of("kinds", List.of("ARTICLE")))))
                .isEqualTo("CURSOR_INVALID");
        assertThat(code(Map.of("after", cursor, "filter", Map.of("topics", Map.of("anyOf", List.of("a"))))))
                .isEqualTo("CURSOR_INVALID");
        assertThat(api.code(
                        "query($after: String) { topicBySlug(slug: \"a\") { news(after: $after) { nodes { id } } } }",
                        Map.of("after", cursor)))
                .isEqualTo("CURSOR_INVALID");
        for (int i = 0; i < cursor.length(); i++) {
            char other = cursor.charAt(i) == 'A' ? 'B' : 'A';
            String forged = cursor.substring(0, i) + other + cursor.substring(i + 1);
            assertThat(code(Map.of("after", forged))).as(forged).isEqualTo("CURSOR_INVALID");
            assertThat(code(Map.of("after", cursor.substring(0, i)))).isEqualTo("CURSOR_INVALID");
        }
        assertThat(code(Map.of("after", cursor + "="))).isEqualTo("CURSOR_INVALID");
        assertThat(code(Map.of("before", "å"))).isEqualTo("CURSOR_INVALID");
    }

    @Test
    void filtersThatMeanTheSameShareTheirCursors() {
        newsroom.topic("a", "Topic a");
        newsroom.topic("b", "Topic b");
        IntStream.range(0, 4)
                .forEach(i -> newsroom.article("n" + i, Instant.ofEpochSecond(1_700_000_000L + i), "a", "b"));
        Map<String, Object> one = Map.of("topics", Map.of("anyOf", List.of("a", "b")), "kinds", List.of());
        Map<String, Object> other = Map.of(
                "topics", Map.of("anyOf", List.of("b", "a", "a"), "noneOf", List.of()),
                "kinds", List.of("SITUATION_REPORT", "ARTICLE"));
        String cursor = page(Map.of("first", 1, "filter", one))
                .at("/pageInfo/endCursor")
                .asString();
        assertThat(slugs(page(Map.of("first", 2, "filter", other, "after", cursor))))
                .containsExactly("n2", "n1");
    }

    @Test
    void slugsWithSeparatorsInThemAreNotMistakenForTwo() {
        newsroom.topic("a", "Topic a");
        newsroom.article("n", Instant.EPOCH, "a");
        newsroom.article("m", Instant.EPOCH, "a");
        Map<String, Object> two = Map.of("topics", Map.of("noneOf", List.of("x", "y")));
        Map<String, Object> one = Map.of("topics", Map.of("noneOf", List.of("x, y")));
        String cursor = page(Map.of("first", 1, "filter", two))
                .at("/pageInfo/endCursor")
                .asString();
        assertThat(code(Map.of("first", 1, "filter", one, "after", cursor))).isEqualTo("CURSOR_INVALID");
    }

    @Test
    void pageSizesOutOfBoundsAreNamed() {
        for (Map<String, Object> wrong : List.<Map<String, Object>>of(
                Map.of("first", 0),
                Map.of("first", -1),
                Map.of("first", 101),
                Map.of("last", 0),
                Map.of("last", 101))) {
            JsonNode answer = api.answer(PAGE, wrong);
            assertThat(answer.at("/errors/0/extensions/code").asString()).isEqualTo("BAD_USER_INPUT");
            assertThat(answer.at("/errors/0/message").asString())
                    .contains(wrong.keySet().iterator().next())
                    .contains("1 to 100");
        }
        assertThat(code(Map.of("first", 1, "last", 1))).isEqualTo("BAD_USER_INPUT");
    }

    private List<String> walk(
            Map<String, Object> list, String sizeName, String cursorName, int size, List<String> expected) {
        boolean forward = sizeName.equals("first");
        List<String> seen = new ArrayList<>();
        Map<String, Object> variables = with(list, sizeName, size);
        JsonNode page;
        do {
            page = page(variables);
            List<String> slugs = slugs(page);
            assertThat(slugs.size()).isLessThanOrEqualTo(size);
            seen.addAll(forward ? seen.size() : 0, slugs);
            int from = forward ? seen.size() - slugs.size() : expected.size() - seen.size();
            assertPlace(page, from, from + slugs.size(), expected.size());
            variables.put(
                    cursorName,
                    page.at(forward ? "/pageInfo/endCursor" : "/pageInfo/startCursor")
                            .asString());
        } while (page.at(forward ? "/pageInfo/hasNextPage" : "/pageInfo/hasPreviousPage")
                .asBoolean());
        return seen;
    }

    private static void assertPlace(JsonNode page, int from, int to, int size) {
        if (from < to) {
            assertThat(page.at("/pageInfo/hasPreviousPage").asBoolean()).isEqualTo(from > 0);
            assertThat(page.at("/pageInfo/hasNextPage").asBoolean()).isEqualTo(to < size);
            List<String> cursors = cursors(page);
            assertThat(page.at("/pageInfo/startCursor").asString()).isEqualTo(cursors.getFirst());
            assertThat(page.at("/pageInfo/endCursor").asString()).isEqualTo(cursors.getLast());
        }
        assertThat(page.get("totalCount").asInt()).isEqualTo(size);
    }

    private void fill(Random random, int size) {
        TOPICS.forEach(topic -> newsroom.topic(topic, "Topic " + topic));
        newsroom.series("s", "Series s");
        newsroom.series("r", "Series r");
        for (int i = 0; i < size; i++) {
            newsroom.news(
                    "n" + i,
                    Instant.parse("2022-10-28T20:00:00Z").plusSeconds(3600L * 3 * random.nextInt(40)),
                    random.nextInt(4) == 0 ? "SITUATION_REPORT" : "ARTICLE",
                    List.of("ROUTINE", "ROUTINE", "IMPORTANT", "BREAKING").get(random.nextInt(4)),
                    Arrays.asList("s", "r", null, null).get(random.nextInt(4)),
                    some(random, TOPICS, 3).toArray(String[]::new));
        }
    }

    private static <T> List<T> some(Random random, List<T> from, int most) {
        List<T> shuffled = new ArrayList<>(from);
        Collections.shuffle(shuffled, random);
        return shuffled.subList(0, random.nextInt(most + 1));
    }

    private Map<String, Object> variables(RandomFilter filter, boolean newestFirst) {
        Map<String, Object> variables = new HashMap<>();
        variables.put("filter", filter.input());
        variables.put("order", newestFirst ? "NEWEST_FIRST" : "OLDEST_FIRST");
        return variables;
    }

    private static Map<String, Object> with(Map<String, Object> variables, String name, Object value) {
        Map<String, Object> more = new HashMap<>(variables);
        more.put(name, value);
        return more;
    }

    private JsonNode page(Map<String, Object> variables) {
        return api.data(PAGE, variables).get("news");
    }

    private String code(Map<String, Object> variables) {
        return api.code(PAGE, variables);
    }

    private static List<String> slugs(JsonNode page) {
        List<String> slugs = page.get("nodes")
                .valueStream()
                .map(node -> node.get("slug").asString())
                .toList();
        assertThat(page.get("edges")
                        .valueStream()
                        .map(edge -> edge.at("/node/slug").asString()))
                .containsExactlyElementsOf(slugs);
        return slugs;
    }

    private static List<String> cursors(JsonNode page) {
        return page.get("edges")
                .valueStream()
                .map(edge -> edge.get("cursor").asString())
                .toList();
    }

    /** A filter, and the plain condition that says the same. */
    private record RandomFilter(
            List<String> anyOf,
            List<String> allOf,
            List<String> noneOf,
            List<String> kinds,
            List<String> urgencies,
            @Nullable String series,
            @Nullable LocalDate from,
            @Nullable LocalDate to,
            @Nullable Instant since,
            @Nullable Instant until) {

        static RandomFilter none() {
            return new RandomFilter(
                    List.of(), List.of(), List.of(), List.of(), List.of(), null, null, null, null, null);
        }

        static RandomFilter of(Random random) {
            LocalDate from = random.nextInt(3) == 0 ? LocalDate.of(2022, 10, 28).plusDays(random.nextInt(5)) : null;
            Instant since = random.nextInt(4) == 0
                    ? Instant.parse("2022-10-29T20:00:00Z").plusSeconds(3600L * random.nextInt(40))
                    : null;
            return new RandomFilter(
                    random.nextBoolean() ? some(random, UNKNOWN_TOO, 3) : List.of(),
                    random.nextInt(3) == 0 ? some(random, TOPICS, 2) : List.of(),
                    random.nextInt(3) == 0 ? some(random, UNKNOWN_TOO, 2) : List.of(),
                    some(random, List.of("ARTICLE", "SITUATION_REPORT"), random.nextInt(3)),
                    some(random, List.of("ROUTINE", "IMPORTANT", "BREAKING"), random.nextInt(4)),
                    random.nextInt(5) == 0 ? List.of("s", "r", "unknown").get(random.nextInt(3)) : null,
                    from,
                    from != null && random.nextBoolean() ? from.plusDays(random.nextInt(3)) : null,
                    since,
                    since != null && random.nextBoolean() ? since.plusSeconds(3600L * 30) : null);
        }

        Map<String, Object> input() {
            Map<String, Object> input = new LinkedHashMap<>();
            input.put("topics", Map.of("anyOf", anyOf, "allOf", allOf, "noneOf", noneOf));
            input.put("kinds", kinds);
            input.put("urgencies", urgencies);
            input.put("series", series);
            input.put("publishedOn", range("from", from, "to", to));
            input.put("publishedAt", range("since", since, "until", until));
            return input;
        }

        private static @Nullable Map<String, Object> range(
                String startName, @Nullable Object start, String endName, @Nullable Object end) {
            if (start == null) {
                return null;
            }
            return end == null
                    ? Map.of(startName, start.toString())
                    : Map.of(startName, start.toString(), endName, end.toString());
        }

        List<String> oracle(Newsroom newsroom, boolean newestFirst) {
            String direction = newestFirst ? "desc" : "asc";
            return newsroom.ask(
                    "select slug from (select n.*, array(select t.slug::text from news_topic nt join topic t on t.id ="
                        + " nt.topic_id where nt.news_id = n.id) as topics, (select s.slug from series s where s.id ="
                        + " n.series_id) as series, (n.published_at at time zone 'Europe/Stockholm')::date as day from"
                        + " news n) n where true"
                            + in("topics && array[%s]::text[]", anyOf)
                            + in("topics @> array[%s]::text[]", allOf)
                            + in("not topics && array[%s]::text[]", noneOf)
                            + in("kind in (%s)", kinds)
                            + in("urgency in (%s)", urgencies)
                            + compare("series = '%s'", series)
                            + compare("day >= '%s'", from)
                            + compare("day <= '%s'", to)
                            + compare("published_at >= '%s'", since)
                            + compare("published_at < '%s'", until)
                            + " order by published_at " + direction + ", id " + direction,
                    String.class);
        }

        private static String in(String condition, List<String> values) {
            return values.isEmpty() ? "" : " and " + condition.formatted("'" + String.join("', '", values) + "'");
        }

        private static String compare(String condition, @Nullable Object value) {
            return value == null ? "" : " and " + condition.formatted(value);
        }
    }
}
