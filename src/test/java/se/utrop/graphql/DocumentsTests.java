package se.utrop.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import graphql.ExecutionInput;
import graphql.GraphQL;
import graphql.GraphQLError;
import graphql.language.Document;
import graphql.schema.GraphQLSchema;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.SchemaGenerator;
import graphql.schema.idl.SchemaParser;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.graphql.autoconfigure.GraphQlProperties;
import org.springframework.graphql.execution.GraphQlSource;

class DocumentsTests {

    private static final String SCHEMA = """
        type Query { hidden(choice: Choice, number: Int): Secret }
        type Secret { inner: Int! }
        enum Choice { ONE OTHER }
        """;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{ hiden }",
                "{ x }",
                "{ y: hidden }",
                "{ y: hidden { z } }",
                "{ y: hidden(choice: THIRD) { a: __typename } }",
                "{ y: hidden(number: \"1\") { __typename } }",
                "{ y: hidden(z: 1) { __typename } }",
                "query($v: Strange) { __typename }",
                "{ ... on Strange { __typename } }",
                "{ __typename @strange }",
                "mutation { x }"
            })
    void nothingIsQuotedFromASchemaThatClientsMayNotAskFor(String document) {
        assertThat(messages(document, false))
                .isNotEmpty()
                .noneMatch(message -> message.contains("Query")
                        || message.contains("Secret")
                        || message.contains("Choice")
                        || message.contains("inner")
                        || message.contains("OTHER")
                        || message.contains("Did you mean"));
        assertThat(messages(document, true)).isNotEmpty().noneMatch(message -> message.contains("Did you mean"));
    }

    @Test
    void aDocumentIsParsedOnceForItsRequest() {
        Documents documents = documents(true);
        RequestDocument read = documents.read("{ hidden { inner } }");
        ExecutionInput first = ExecutionInput.newExecutionInput(read.text())
                .graphQLContext(Map.of(RequestDocument.class, read))
                .build();
        assertThat(prepared(documents, first)).isSameAs(read.document());
        ExecutionInput second = ExecutionInput.newExecutionInput(read.text()).build();
        assertThat(prepared(documents, second)).isSameAs(read.document());
    }

    private static Document prepared(Documents documents, ExecutionInput input) {
        return documents
                .getDocumentAsync(input, parsed -> {
                    throw new AssertionError("Parsed again");
                })
                .join()
                .getDocument();
    }

    private static List<String> messages(String document, boolean introspection) {
        return GraphQL.newGraphQL(schema())
                .preparsedDocumentProvider(documents(introspection))
                .build()
                .execute(document)
                .getErrors()
                .stream()
                .map(GraphQLError::getMessage)
                .toList();
    }

    private static GraphQLSchema schema() {
        return new SchemaGenerator()
                .makeExecutableSchema(new SchemaParser().parse(SCHEMA), RuntimeWiring.MOCKED_WIRING);
    }

    private static Documents documents(boolean introspection) {
        StaticListableBeanFactory beans = new StaticListableBeanFactory();
        beans.addBean("source", GraphQlSource.builder(schema()).build());
        return new Documents(
                settings("utrop.limits", Limits.class, Map.of()),
                settings(
                        "spring.graphql",
                        GraphQlProperties.class,
                        Map.of("spring.graphql.schema.introspection.enabled", introspection)),
                beans.getBeanProvider(GraphQlSource.class));
    }

    private static <T> T settings(String prefix, Class<T> type, Map<String, ?> values) {
        return new Binder(new MapConfigurationPropertySource(values)).bindOrCreate(prefix, type);
    }
}
