package se.utrop.cost;

import static org.assertj.core.api.Assertions.assertThat;

import graphql.schema.GraphQLAppliedDirective;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLFieldsContainer;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLScalarType;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLTypeUtil;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.graphql.execution.GraphQlSource;
import se.utrop.Api;
import se.utrop.Newsroom;
import se.utrop.UtropTest;
import tools.jackson.databind.JsonNode;

@UtropTest
class CostTests {

    private final Api api;

    private final Newsroom newsroom;

    private final GraphQLSchema schema;

    CostTests(Api api, Newsroom newsroom, GraphQlSource source) {
        this.api = api;
        this.newsroom = newsroom;
        this.schema = source.schema();
    }

    @BeforeEach
    void clear() {
        newsroom.clear();
        newsroom.topic("t", "T");
        IntStream.range(0, 30).forEach(i -> newsroom.article("n" + i, Instant.ofEpochSecond(i), "t"));
    }

    @Test
    void anAnswerCostsWhatItMayHold() {
        assertThat(requested("{ __typename }")).isEqualTo(1);
        assertThat(requested("{ newsBySlug(slug: \"n1\") { title } }")).isEqualTo(2);
        assertThat(requested("{ news { nodes { title } } }")).isEqualTo(22);
        assertThat(requested("{ news { totalCount } }")).isEqualTo(12);
        assertThat(requested("{ news(first: 3) { nodes { topics { name } } pageInfo { endCursor } } }"))
                .isEqualTo(1 + 1 + 3 * (1 + 5) + 1);
        assertThat(requested("{ news(last: 3) { edges { node { related(first: 2) { related { id } } } } } }"))
                .isEqualTo(1 + 1 + 3 * (1 + 1 + 2 * (1 + 3)));
        assertThat(requested(
                        "{ node(id: \"x\") { ... on News { related { id } } ... on Topic { news { totalCount } } } }"))
                .isEqualTo(1 + 1 + 1 + 10);
        assertThat(requested("{ archive { count } }")).isEqualTo(1 + 200 + 120);
        assertThat(requested("{ __schema { queryType { name } } }")).isEqualTo(1001);
    }

    /** Without a filter, the database knows how many there are; with one, it counts bits of bitmaps. */
    @Test
    void aTotalCostsMoreWhereAFilterIsGiven() {
        assertThat(requested("{ news(filter: null) { totalCount } }")).isEqualTo(12);
        assertThat(requested("{ news(filter: { kinds: [ARTICLE] }) { totalCount } }"))
                .isEqualTo(1 + 1 + 80);
        assertThat(requested("query($f: NewsFilter) { news(filter: $f, first: 2) { totalCount nodes { id } } }"))
                .isEqualTo(1 + 1 + 80 + 2);
        assertThat(requested("{ topics { news(filter: { kinds: [ARTICLE] }) { totalCount } } }"))
                .isEqualTo(1 + 20 * (1 + 1 + 10));
    }

    /** In a list, an archive, a page of changes, a search within a search, and each list of a list. */
    @Test
    void aSearchInAFilterCostsAsMuchAsASearch() {
        assertThat(requested("{ news(first: 2, filter: { search: \"tåg\" }) { nodes { id } } }"))
                .isEqualTo(1 + 20 + 1 + 2);
        assertThat(requested("{ archive(filter: { search: \"tåg\" }) { count } }"))
                .isEqualTo(1 + 200 + 20 + 120);
        assertThat(requested("{ searchNews(query: \"tåg\", first: 1, filter: { search: \"buss\" }) { nodes { id } } }"))
                .isEqualTo(1 + 20 + 20 + 1 + 1);
        assertThat(requested("{ topics { news(first: 1, filter: { search: \"tåg\" }) { nodes { id } } } }"))
                .isEqualTo(1 + 20 * (1 + 20 + 1 + 1));
        String cursor =
                api.data("{ news { feedCursor } }").at("/news/feedCursor").asString();
        String changes = "query($a: String!, $f: NewsFilter) { changes(after: $a, first: 3, filter: $f) { cursor } }";
        assertThat(requested(changes, Map.of("a", cursor))).isEqualTo(1 + 50 + 1);
        assertThat(requested(changes, Map.of("a", cursor, "f", Map.of("search", "tåg"))))
                .isEqualTo(1 + 50 + 20 + 1);
        assertThat(requested(changes, Map.of("a", cursor, "f", Map.of("kinds", List.of("ARTICLE")))))
                .isEqualTo(1 + 50 + 1);
        String list = "query($s: String) { news(first: 2, filter: { search: $s }) { nodes { id } } }";
        assertThat(requested(list)).isEqualTo(1 + 1 + 2);
        assertThat(requested(list, Map.of("s", "tåg"))).isEqualTo(1 + 20 + 1 + 2);
    }

    /** Each was asked for before: the dearest of what clients ask counts for. */
    @Test
    void whatAskedForCountsIsAnsweredAsBefore() {
        assertThat(requested("{ a: archive { ...M } b: archive { ...M } c: archive { ...M } }"
                        + " fragment M on ArchiveMonth { year month count topics { topic { name } count } }"))
                .isEqualTo(1 + 3 * (200 + 120 * (1 + 10 * 2)));
        assertThat(requested("{ news(first: 100) { nodes { topics { news(filter: { kinds: [ARTICLE] }) { totalCount"
                        + " } } } } }"))
                .isEqualTo(1 + 1 + 100 * (1 + 5 * (1 + 1 + 10)));
    }

    @Test
    void variablesSayHowMuchALotIs() {
        String page = "query($n: Int = 5) { news(first: $n) { nodes { id } } }";
        assertThat(requested(page)).isEqualTo(7);
        assertThat(requested(page, Map.of("n", 9))).isEqualTo(11);
        String nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
        assertThat(requested(nodes, Map.of("ids", List.of("a", "b", "c")))).isEqualTo(4);
        String some = "query($w: Boolean!) { news(first: 2) { nodes { topics @include(if: $w) { id } } } }";
        assertThat(requested(some, Map.of("w", true))).isEqualTo(14);
        assertThat(requested(some, Map.of("w", false))).isEqualTo(4);
        assertThat(requested("{ news(first: 2) @skip(if: true) { nodes { id } } __typename }"))
                .isEqualTo(1);
    }

    @Test
    void whatIsAskedTwiceCostsOnce() {
        assertThat(requested("""
            { news(first: 2) { nodes { ...A ...B } } news(first: 2) { nodes { id topics { slug } } } }
            fragment A on News { topics { name } }
            fragment B on News { topics { id ... on Topic { name } } }
            """)).isEqualTo(1 + 1 + 2 * (1 + 5));
        assertThat(requested("{ a: news(first: 2) { nodes { id } } b: news(first: 2) { nodes { id } } }"))
                .isEqualTo(1 + 2 * 3);
    }

    @Test
    void anAnswerSaysWhatItCost() {
        JsonNode cost = api.answer("{ news(first: 100) { nodes { topics { id } } } }", Map.of())
                .at("/extensions/cost");
        assertThat(cost.get("requested").asInt()).isEqualTo(2 + 100 * 6);
        assertThat(cost.get("actual").asInt()).isEqualTo(2 + 30 * 2);
    }

    @Test
    void whatCostsTooMuchIsRefusedBeforeItIsRead() {
        JsonNode error = api.answer(
                        "{ news(first: 100) { nodes { related(first: 10) { related(first: 10) { id } } } } }", Map.of())
                .at("/errors/0");
        assertThat(error.at("/extensions/code").asString()).isEqualTo("COST_EXCEEDED");
        assertThat(error.get("message").asString())
                .contains("11102", "10000", "news > nodes × 100 > related × 10 > related × 10");
    }

    @Test
    void everyListOfObjectsSaysHowLongItIs() {
        assertThat(schema.getAllTypesAsList().stream()
                        .filter(GraphQLFieldsContainer.class::isInstance)
                        .filter(type -> !type.getName().startsWith("__"))
                        .flatMap(type -> unsized((GraphQLFieldsContainer) type)))
                .isEmpty();
    }

    private Stream<String> unsized(GraphQLFieldsContainer type) {
        return type.getFieldDefinitions().stream()
                .filter(field -> GraphQLTypeUtil.isList(GraphQLTypeUtil.unwrapNonNull(field.getType())))
                .filter(field -> !(GraphQLTypeUtil.unwrapAll(field.getType()) instanceof GraphQLScalarType))
                .filter(field -> field.getAppliedDirective("listSize") == null && !isSized(type, field))
                .map(field -> type.getName() + "." + field.getName());
    }

    private boolean isSized(GraphQLFieldsContainer type, GraphQLFieldDefinition list) {
        return schema.getAllTypesAsList().stream()
                .filter(GraphQLObjectType.class::isInstance)
                .flatMap(parent -> ((GraphQLObjectType) parent).getFieldDefinitions().stream())
                .filter(field -> GraphQLTypeUtil.unwrapAll(field.getType()).equals(type))
                .allMatch(field -> sizedFields(field).contains(list.getName()));
    }

    private static List<String> sizedFields(GraphQLFieldDefinition field) {
        GraphQLAppliedDirective directive = field.getAppliedDirective("listSize");
        List<String> sized =
                directive == null ? null : directive.getArgument("sizedFields").getValue();
        return sized == null ? List.of() : sized;
    }

    private int requested(String document) {
        return requested(document, Map.of());
    }

    private int requested(String document, Map<String, ?> variables) {
        JsonNode answer = api.answer(document, variables);
        assertThat(answer.get("errors")).as(document).isNull();
        return answer.at("/extensions/cost/requested").asInt();
    }
}
