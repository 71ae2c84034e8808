package se.utrop.paging;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import se.utrop.Api;
import se.utrop.Newsroom;
import se.utrop.UtropTest;
import tools.jackson.databind.JsonNode;

/**
 * Every connection of the schema, by Relay's specification.
 *
 * @see <a href="https://relay.dev/graphql/connections.htm">Relay's Cursor Connections Specification</a>
 */
@UtropTest
class RelayConnectionTests {

    private static final int ITEMS = 5;

    private static final String CONNECTION =
            "edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }";

    private final Api api;

    private final Newsroom newsroom;

    RelayConnectionTests(Api api, Newsroom newsroom) {
        this.api = api;
        this.newsroom = newsroom;
    }

    /** The connections, each of as many items. */
    enum Listing {
        NEWS("NewsConnection", "/news", "news(%s) { %s }"),
        OLDEST_NEWS("NewsConnection", "/news", "news(orderBy: OLDEST_FIRST, %s) { %s }"),
        NEWS_OF_TOPIC("NewsConnection", "/topicBySlug/news", "topicBySlug(slug: \"t\") { news(%s) { %s } }"),
        NEWS_OF_SERIES("NewsConnection", "/seriesBySlug/news", "seriesBySlug(slug: \"s\") { news(%s) { %s } }"),
        HITS("NewsSearchConnection", "/searchNews", "searchNews(query: \"titel\", %s) { %s }"),
        NEWEST_HITS(
                "NewsSearchConnection",
                "/searchNews",
                "searchNews(query: \"titel\", orderBy: NEWEST_FIRST, %s) { %s }"),
        REVISIONS("RevisionConnection", "/newsBySlug/revisions", "newsBySlug(slug: \"n0\") { revisions(%s) { %s } }");

        private final String type;

        private final String path;

        private final String field;

        Listing(String type, String path, String field) {
            this.type = type;
            this.path = path;
            this.field = field;
        }

        boolean isBackward() {
            return type.equals("NewsConnection");
        }
    }

    @BeforeEach
    void fill() {
        newsroom.clear();
        newsroom.topic("t", "Topic");
        newsroom.series("s", "Series");
        IntStream.range(0, ITEMS)
                .forEach(i -> newsroom.news(
                        "n" + i, Instant.ofEpochSecond(1_600_000_000L + i), "SITUATION_REPORT", "ROUTINE", "s", "t"));
        IntStream.range(1, ITEMS)
                .forEach(i -> newsroom.run("update news set title = 'Titel %d' where slug = 'n0'".formatted(i)));
    }

    /** 2 and 3: connection and edge types. */
    @ParameterizedTest
    @EnumSource
    void aConnectionHasEdgesAndPageInfoAndAnEdgeHasNodeAndCursor(Listing listing) {
        assertThat(fields(listing.type))
                .contains("pageInfo: PageInfo!")
                .anyMatch(field -> field.startsWith("edges: ["));
        assertThat(fields(listing.type.replace("Connection", "Edge")))
                .contains("cursor: String!")
                .anyMatch(field -> field.startsWith("node: "));
    }

    /** 5: PageInfo. */
    @Test
    void pageInfoHasItsFourFields() {
        assertThat(fields("PageInfo"))
                .containsExactlyInAnyOrder(
                        "hasNextPage: Boolean!",
                        "hasPreviousPage: Boolean!",
                        "startCursor: String",
                        "endCursor: String");
    }

    /** 4.1 and 4.2: arguments. */
    @ParameterizedTest
    @EnumSource
    void theArgumentsAreRelays(Listing listing) {
        assertThat(page(listing, "first: 1, after: null").get("edges")).hasSize(1);
        if (listing.isBackward()) {
            assertThat(page(listing, "last: 1, before: null").get("edges")).hasSize(1);
        }
        assertThat(api.code("{ " + listing.field.formatted("first: -1", CONNECTION) + " }"))
                .isEqualTo("BAD_USER_INPUT");
    }

    /** 4.3 and 4.4: edge order and the pagination algorithm, with the fields of PageInfo in 5. */
    @ParameterizedTest
    @EnumSource
    void pagesFollowTheAlgorithm(Listing listing) {
        List<String> all = cursors(page(listing, "first: 100"));
        assertThat(all).hasSize(ITEMS).doesNotHaveDuplicates();
        List<@Nullable Integer> places =
                new ArrayList<>(IntStream.range(0, ITEMS).boxed().toList());
        places.add(null);
        for (@Nullable Integer after : places) {
            for (@Nullable
            Integer before : listing.isBackward() ? places : Collections.<@Nullable Integer>singletonList(null)) {
                for (int size = 1; size <= 3; size++) {
                    assertPage(listing, all, new Range(true, size, after, before));
                    if (listing.isBackward()) {
                        assertPage(listing, all, new Range(false, size, after, before));
                    }
                }
            }
        }
    }

    private void assertPage(Listing listing, List<String> all, Range range) {
        JsonNode page = page(listing, range.arguments(all));
        List<String> cursors = cursors(page);
        JsonNode info = page.get("pageInfo");
        assertThat(cursors).as("%s", range).isEqualTo(range.edgesToReturn(all));
        assertThat(info.get("hasNextPage").asBoolean()).as("next of %s", range).isEqualTo(range.hasNextPage(all));
        assertThat(info.get("hasPreviousPage").asBoolean())
                .as("previous of %s", range)
                .isEqualTo(range.hasPreviousPage(all));
        assertThat(info.get("startCursor").asString(null)).isEqualTo(cursors.isEmpty() ? null : cursors.getFirst());
        assertThat(info.get("endCursor").asString(null)).isEqualTo(cursors.isEmpty() ? null : cursors.getLast());
    }

    /** The algorithm's own words as an oracle; cursors are given by their place in the list. */
    private record Range(
            boolean forward,
            int size,
            @Nullable Integer after,
            @Nullable Integer before) {

        String arguments(List<String> all) {
            return Stream.of(
                            (forward ? "first: " : "last: ") + size,
                            after == null ? "" : "after: \"" + all.get(after) + "\"",
                            before == null ? "" : "before: \"" + all.get(before) + "\"")
                    .filter(argument -> !argument.isEmpty())
                    .collect(Collectors.joining(", "));
        }

        private List<String> applyCursorsToEdges(List<String> all) {
            int from = after == null ? 0 : after + 1;
            int to = before == null ? all.size() : before;
            return from < to ? all.subList(from, to) : List.of();
        }

        List<String> edgesToReturn(List<String> all) {
            List<String> edges = applyCursorsToEdges(all);
            int most = Math.min(size, edges.size());
            return forward ? edges.subList(0, most) : edges.subList(edges.size() - most, edges.size());
        }

        boolean hasNextPage(List<String> all) {
            return forward ? applyCursorsToEdges(all).size() > size : before != null;
        }

        boolean hasPreviousPage(List<String> all) {
            return forward ? after != null : applyCursorsToEdges(all).size() > size;
        }
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"HITS", "NEWEST_HITS", "REVISIONS"})
    void aLoopEndsAtTheOtherCursor(Listing listing) {
        List<String> all = cursors(page(listing, "first: 100"));
        assertThat(walk(listing, true, null, all.get(3))).isEqualTo(all.subList(0, 3));
        assertThat(walk(listing, true, all.get(0), all.get(4))).isEqualTo(all.subList(1, 4));
        assertThat(walk(listing, false, all.get(1), null)).isEqualTo(all.subList(2, 5));
        assertThat(walk(listing, false, all.get(0), all.get(4))).isEqualTo(all.subList(1, 4));
    }

    /** As Relay's clients load more, two at a time. */
    private List<String> walk(Listing listing, boolean forward, @Nullable String after, @Nullable String before) {
        List<String> seen = new ArrayList<>();
        String from = after;
        String to = before;
        JsonNode page;
        do {
            page = page(listing, arguments(forward, from, to));
            seen.addAll(forward ? seen.size() : 0, cursors(page));
            assertThat(seen).hasSizeLessThanOrEqualTo(ITEMS);
            from = forward ? page.at("/pageInfo/endCursor").asString(null) : from;
            to = forward ? to : page.at("/pageInfo/startCursor").asString(null);
        } while (page.at(forward ? "/pageInfo/hasNextPage" : "/pageInfo/hasPreviousPage")
                .asBoolean());
        return seen;
    }

    private static String arguments(boolean forward, @Nullable String after, @Nullable String before) {
        return (forward ? "first: 2" : "last: 2")
                + (after == null ? "" : ", after: \"" + after + "\"")
                + (before == null ? "" : ", before: \"" + before + "\"");
    }

    /** Lists are never null, so that an error in one leaves no data; each error says where it belongs. */
    @Test
    void everyErrorOfACursorNamesItsPathAndLeavesNoData() {
        for (String operation : List.of("", "query Named ", "query ($b: Boolean! = true) ")) {
            JsonNode answer = api.answer(
                    operation + """
                        { good: news(first: 1) { nodes { slug } }
                          after: news(first: 1, after: "x") { nodes { slug } }
                          before: news(last: 1, before: "x") { nodes { slug } }
                          hits: searchNews(query: "titel", after: "x") { nodes { slug } } %s }
                        """.formatted(operation.contains("$b") ? "... @include(if: $b) { __typename }" : ""),
                    Map.of());
            assertThat(answer.get("data").isNull()).isTrue();
            assertThat(answer.get("errors").valueStream().map(RelayConnectionTests::place))
                    .containsExactlyInAnyOrder(
                            "[\"after\"] CURSOR_INVALID", "[\"before\"] CURSOR_INVALID", "[\"hits\"] CURSOR_INVALID");
        }
    }

    @Test
    void anErrorFurtherDownNamesItsPathToo() {
        JsonNode answer = api.answer("{ topics { news(after: \"x\") { nodes { slug } } } }", Map.of());
        assertThat(answer.get("data").isNull()).isTrue();
        assertThat(place(answer.at("/errors/0"))).isEqualTo("[\"topics\",0,\"news\"] CURSOR_INVALID");
    }

    @Test
    void whereAListIsBelowAnObjectThatMayBeNullTheRestStays() {
        JsonNode answer = api.answer(
                "{ news(first: 1) { nodes { slug } } topicBySlug(slug: \"t\") { news(after: \"x\") { nodes { slug } }"
                        + " } }",
                Map.of());
        assertThat(answer.at("/data/news/nodes")).hasSize(1);
        assertThat(answer.at("/data/topicBySlug").isNull()).isTrue();
        assertThat(place(answer.at("/errors/0"))).isEqualTo("[\"topicBySlug\",\"news\"] CURSOR_INVALID");
    }

    private static String place(JsonNode error) {
        return error.get("path") + " " + error.at("/extensions/code").asString();
    }

    private JsonNode page(Listing listing, String arguments) {
        return api.data("{ " + listing.field.formatted(arguments, CONNECTION) + " }")
                .at(listing.path);
    }

    private static List<String> cursors(JsonNode page) {
        return page.get("edges").findValuesAsString("cursor");
    }

    private List<String> fields(String type) {
        return api.data("{ __type(name: \"" + type + "\") { fields { name type { ...T } } } }" + TYPE)
                .at("/__type/fields")
                .valueStream()
                .map(field -> field.get("name").asString() + ": " + type(field.get("type")))
                .toList();
    }

    private static final String TYPE = """
        fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }
        """;

    private static String type(JsonNode type) {
        return switch (type.get("kind").asString()) {
            case "NON_NULL" -> type(Objects.requireNonNull(type.get("ofType"))) + "!";
            case "LIST" -> "[" + type(Objects.requireNonNull(type.get("ofType"))) + "]";
            default -> type.get("name").asString();
        };
    }
}
