package se.utrop.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import graphql.parser.Parser;
import graphql.schema.GraphQLSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.graphql.execution.GraphQlSource;
import se.utrop.UtropTest;

/** Which queries are executed without graphql-java's engine. */
@UtropTest
class DirectQueryTests {

    private final GraphQLSchema schema;

    DirectQueryTests(GraphQlSource source) {
        this.schema = source.schema();
    }

    @ParameterizedTest
    @ValueSource(strings = {"front", "deep", "item", "archive"})
    void theUsualOnesAre(String name) throws IOException {
        assertThat(isDirect(Files.readString(Path.of("bench/reading.d/documents/utrop/%s.graphql".formatted(name)))))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ news { totalCount } topics { slug } }",
                "{ news(filter: { ids: [\"TjE\"] }) { nodes { id sortKey } feedCursor } }",
                "query A { series { name } }",
                "query ($slug: String!) { topicBySlug(slug: $slug) { ...T } } fragment T on Topic { name }"
            })
    void thoseOfRootFieldsAndTheirPropertiesAre(String document) {
        assertThat(isDirect(document)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ topics { newsCount } }",
                "{ news { nodes { related { title } } } }",
                "{ node(id: \"x\") { id } }",
                "{ news { totalCount } news { nodes { slug } } }",
                "{ ... { news { totalCount } } }",
                "{ __typename }",
                "{ __schema { description } }",
                "query ($is: Boolean!) { news @include(if: $is) { totalCount } }",
                "query ($is: Boolean!) { news { totalCount @skip(if: $is) } }",
                "query A { series { name } } query B { topics { slug } }",
                "mutation { createTopic(input: {name: \"T\"}) { topic { slug } } }",
                "subscription { newsEvents { cursor } }"
            })
    void othersAreNot(String document) {
        assertThat(isDirect(document)).isFalse();
    }

    private boolean isDirect(String document) {
        return DirectQuery.of(Parser.parse(document), schema) != null;
    }
}
