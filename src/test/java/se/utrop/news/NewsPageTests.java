package se.utrop.news;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
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
        RandomFilter.fill(newsroom, random, 70);
        for (int i = 0; i < 40; i++) {
            RandomFilter filter = RandomFilter.of(random, newsroom);
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
        RandomFilter.fill(newsroom, random, 30);
        RandomFilter filter = seed == 7 ? RandomFilter.none() : RandomFilter.of(random, newsroom);
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
            assertPlace(
                    page,
                    from < to,
                    forward ? from > 0 : from > after + 1,
                    forward ? to < before : to < expected.size());
            assertThat(page.get("totalCount").asInt()).isEqualTo(expected.size());
        }
    }

    @Test
    void sortKeysHaveTheOrderOfTheListsAndStayWhenOtherNewsCome() {
        RandomFilter.fill(newsroom, new Random(9), 60);
        newsroom.article("ancient", Instant.parse("1850-02-03T04:05:06.000007Z"));
        newsroom.article("early", Instant.parse("1969-12-31T23:59:59.999999Z"));
        newsroom.article("late", Instant.parse("2999-02-03T04:05:06Z"));
        List<String> keys = sortKeys();
        assertThat(keys).hasSize(63).doesNotHaveDuplicates().isSorted();
        newsroom.article("back-dated", Instant.parse("2001-02-03T04:05:06Z"));
        newsroom.run("delete from news where slug = 'late'");
        newsroom.awaitHeard();
        assertThat(sortKeys()).hasSize(63).isSorted().containsAll(keys.subList(0, 62));
    }

    private List<String> sortKeys() {
        return api.data("{ news(orderBy: OLDEST_FIRST, first: 100) { nodes { sortKey } } }")
                .at("/news/nodes")
                .valueStream()
                .map(item -> item.get("sortKey").asString())
                .toList();
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
        assertPlace(page, from < to, from > 0, to < size);
        assertThat(page.get("totalCount").asInt()).isEqualTo(size);
    }

    /** Whether there is a next page counts up to before, and whether there is a previous one down to after. */
    private static void assertPlace(JsonNode page, boolean hasNews, boolean hasPrevious, boolean hasNext) {
        if (hasNews) {
            assertThat(page.at("/pageInfo/hasPreviousPage").asBoolean()).isEqualTo(hasPrevious);
            assertThat(page.at("/pageInfo/hasNextPage").asBoolean()).isEqualTo(hasNext);
            List<String> cursors = cursors(page);
            assertThat(page.at("/pageInfo/startCursor").asString()).isEqualTo(cursors.getFirst());
            assertThat(page.at("/pageInfo/endCursor").asString()).isEqualTo(cursors.getLast());
        }
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
}
