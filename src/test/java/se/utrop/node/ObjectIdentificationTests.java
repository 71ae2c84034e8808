package se.utrop.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import se.utrop.Api;
import se.utrop.Newsroom;
import se.utrop.UtropTest;
import tools.jackson.databind.JsonNode;

/**
 * The nodes of the schema, by Relay's specification.
 *
 * @see <a href="https://relay.dev/graphql/objectidentification.htm">GraphQL Global Object Identification
 * Specification</a>
 */
@UtropTest
class ObjectIdentificationTests {

    private final Api api;

    private final Newsroom newsroom;

    ObjectIdentificationTests(Api api, Newsroom newsroom) {
        this.api = api;
        this.newsroom = newsroom;
    }

    @BeforeEach
    void fill() {
        newsroom.clear();
        newsroom.topic("t", "Topic");
        newsroom.series("s", "Series");
        newsroom.news("n", Instant.EPOCH, "SITUATION_REPORT", "ROUTINE", "s", "t");
    }

    /** 2, Node Interface: it has one field, id, a non-null ID. */
    @Test
    void nodeIsAnInterfaceOfAnId() {
        assertThat(api.data("""
            { __type(name: "Node") { kind fields { name args { name } type { kind ofType { name } } } } }\
            """).get("__type").toString())
                .isEqualTo("{\"kind\":\"INTERFACE\",\"fields\":[{\"name\":\"id\",\"args\":[],"
                        + "\"type\":{\"kind\":\"NON_NULL\",\"ofType\":{\"name\":\"ID\"}}}]}");
    }

    /** 3, Node root field: it takes one argument, id, a non-null ID, and has the interface as its type. */
    @Test
    void theRootFieldNodeTakesAnIdAndMayBeNull() {
        assertThat(rootField("node").toString())
                .isEqualTo("{\"name\":\"node\",\"args\":[{\"name\":\"id\",\"type\":{\"kind\":\"NON_NULL\","
                        + "\"ofType\":{\"kind\":\"SCALAR\",\"name\":\"ID\",\"ofType\":null}}}],"
                        + "\"type\":{\"kind\":\"INTERFACE\",\"name\":\"Node\"}}");
    }

    /** 3: the id of an object that was read by any other field reads the object again. */
    @ParameterizedTest
    @CsvSource({"newsBySlug, n, News", "topicBySlug, t, Topic", "seriesBySlug, s, Series"})
    void anIdReadsItsObjectAgain(String field, String slug, String type) {
        JsonNode object = api.data("{ object: %s(slug: \"%s\") { __typename id slug } }".formatted(field, slug))
                .get("object");
        assertThat(object.get("__typename").asString()).isEqualTo(type);
        JsonNode again = api.data(
                        "query($id: ID!) { node(id: $id) { __typename id ... on %s { slug } } }".formatted(type),
                        Map.of("id", object.get("id").asString()))
                .get("node");
        assertThat(again).isEqualTo(object);
    }

    /** 2: the ids of different objects differ, whatever their types. */
    @Test
    void idsAreUniqueOverAllTypes() {
        JsonNode data = api.data("{ news { nodes { id } } topics { id } series { id } }");
        assertThat(data.findValuesAsString("id")).hasSize(3).doesNotHaveDuplicates();
    }

    /** 3: null where there is no such object. */
    @ParameterizedTest
    @ValueSource(strings = {"", "x", "Tjk5OTk5", "TjA", "WjE", "åäö", "TjE="})
    void anIdOfNothingIsNull(String id) {
        assertThat(api.data("query($id: ID!) { node(id: $id) { id } }", Map.of("id", id))
                        .get("node")
                        .isNull())
                .isTrue();
    }

    /** 4, Field stability: objects with equal ids of one type are equal, wherever an answer has them. */
    @Test
    void objectsWithEqualIdsAreEqual() {
        JsonNode data = api.data("""
            { news { nodes { ...N } } newsBySlug(slug: "n") { ...N topics { id name } series { id name } }
              topics { id name news { nodes { ...N } } } series { id name news { nodes { ...N } } }
              searchNews(query: "titel") { nodes { ...N } } }
            fragment N on News { id slug title publishedAt }
            """);
        assertThat(Stream.of("/news/nodes/0", "/topics/0/news/nodes/0", "/series/0/news/nodes/0", "/searchNews/nodes/0")
                        .map(data::at)
                        .distinct())
                .hasSize(1);
        assertThat(data.at("/newsBySlug/topics/0/id")).isEqualTo(data.at("/topics/0/id"));
        assertThat(data.at("/newsBySlug/series/id")).isEqualTo(data.at("/series/0/id"));
    }

    /** 2: every type that always has an id is a node, so that clients keep one copy of each object. */
    @Test
    void everyTypeWithAnIdIsANode() {
        List<JsonNode> types = api.data("""
            { __schema { types { name kind fields { name type { kind } } interfaces { name } } } }
            """)
                .at("/__schema/types")
                .valueStream()
                .filter(type -> type.get("kind").asString().equals("OBJECT"))
                .filter(type ->
                        type.get("fields").toString().contains("{\"name\":\"id\",\"type\":{\"kind\":\"NON_NULL\"}}"))
                .toList();
        assertThat(types)
                .extracting(type -> type.get("name").asString())
                .containsExactlyInAnyOrder("News", "Topic", "Series", "Draft");
        // Readers have no drafts, and node answers readers.
        assertThat(types)
                .filteredOn(type -> !type.get("name").asString().equals("Draft"))
                .allSatisfy(type -> assertThat(type.get("interfaces").findValuesAsString("name"))
                        .contains("Node"));
    }

    /** 5, Plural identifying root fields: one takes a list of ids, and answers in their order, with null for nothing. */
    @Test
    void theRootFieldNodesIsPlural() {
        assertThat(rootField("nodes").toString())
                .isEqualTo("{\"name\":\"nodes\",\"args\":[{\"name\":\"ids\",\"type\":{\"kind\":\"NON_NULL\","
                        + "\"ofType\":{\"kind\":\"LIST\",\"name\":null,\"ofType\":{\"kind\":\"NON_NULL\"}}}}],"
                        + "\"type\":{\"kind\":\"NON_NULL\",\"name\":null}}");
        String id = api.data("{ topicBySlug(slug: \"t\") { id } }")
                .at("/topicBySlug/id")
                .asString();
        assertThat(api.data("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", Map.of("ids", List.of("x", id, "", id)))
                        .get("nodes")
                        .toString())
                .isEqualTo("[null,{\"id\":\"%1$s\"},null,{\"id\":\"%1$s\"}]".formatted(id));
    }

    private JsonNode rootField(String name) {
        return api.data("""
            { __type(name: "Query") { fields {
              name args { name type { kind ofType { kind name ofType { kind } } } } type { kind name } } } }
            """)
                .at("/__type/fields")
                .valueStream()
                .filter(field -> field.get("name").asString().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
