package se.utrop.graphql;

import graphql.execution.CoercedVariables;
import graphql.execution.MergedField;
import graphql.execution.ResultPath;
import graphql.introspection.Introspection;
import graphql.language.Document;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.OperationDefinition;
import graphql.language.Selection;
import graphql.normalized.ExecutableNormalizedOperation;
import graphql.normalized.ExecutableNormalizedOperationFactory;
import graphql.schema.DataFetcher;
import graphql.schema.DataFetchingFieldSelectionSet;
import graphql.schema.DataFetchingFieldSelectionSetImpl;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLTypeUtil;
import graphql.schema.LightDataFetcher;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A query whose root fields alone have to be fetched: what they give can be written at once.
 *
 * @param document what it is the only operation of
 */
record DirectQuery(
        Document document,
        OperationDefinition operation,
        Map<String, FragmentDefinition> fragments,
        List<RootField> fields) {

    /** One of its fields: what of it is the same for each request. */
    record RootField(
            String key, MergedField field, GraphQLFieldDefinition definition, DataFetcher<?> fetcher, JsonPlan plan) {

        boolean isNullable() {
            return GraphQLTypeUtil.isNullable(definition.getType());
        }

        ResultPath path() {
            return ResultPath.rootPath().segment(key);
        }
    }

    private static final int ROOT_FIELD = 500;

    /** Bytes that it takes in memory, roughly, beside its document. */
    int weight() {
        return fields.stream()
                .mapToInt(field -> ROOT_FIELD + field.plan().weight())
                .sum();
    }

    /** Null where the document isn't that simple. */
    static @Nullable DirectQuery of(Document document, GraphQLSchema schema) {
        List<OperationDefinition> operations = document.getDefinitionsOfType(OperationDefinition.class);
        OperationDefinition operation = operations.getFirst();
        if (operations.size() > 1
                || operation.getOperation() != OperationDefinition.Operation.QUERY
                || !operation.getDirectives().isEmpty()) {
            return null;
        }
        Map<String, FragmentDefinition> fragments = document.getDefinitionsOfType(FragmentDefinition.class).stream()
                .collect(Collectors.toUnmodifiableMap(FragmentDefinition::getName, Function.identity()));
        List<RootField> fields = new ArrayList<>();
        Set<String> keys = new HashSet<>();
        for (Selection<?> selection : operation.getSelectionSet().getSelections()) {
            RootField field = selection instanceof Field root ? rootField(root, fragments, schema) : null;
            if (field == null || !keys.add(field.key)) {
                return null;
            }
            fields.add(field);
        }
        return new DirectQuery(document, operation, fragments, List.copyOf(fields));
    }

    private static @Nullable RootField rootField(
            Field field, Map<String, FragmentDefinition> fragments, GraphQLSchema schema) {
        if (Introspection.isIntrospectionTypes(field.getName())
                || !field.getDirectives().isEmpty()) {
            return null;
        }
        GraphQLObjectType parent = schema.getQueryType();
        GraphQLFieldDefinition definition = parent.getFieldDefinition(field.getName());
        if (definition == null) {
            return null;
        }
        DataFetcher<?> fetcher = schema.getCodeRegistry().getDataFetcher(parent, definition);
        JsonPlan plan = new JsonPlanner(schema, fragments).plan(definition.getType(), List.of(field));
        return plan == null || fetcher instanceof LightDataFetcher
                ? null
                : new RootField(
                        field.getResultKey(), MergedField.newMergedField(field).build(), definition, fetcher, plan);
    }

    /** What is selected of a field: found out by whoever looks at it first, for it takes long. */
    DataFetchingFieldSelectionSet selection(RootField field, CoercedVariables variables, GraphQLSchema schema) {
        return DataFetchingFieldSelectionSetImpl.newCollector(schema, field.definition.getType(), () -> {
            ExecutableNormalizedOperation normalized =
                    ExecutableNormalizedOperationFactory.createExecutableNormalizedOperation(
                            schema, document, null, variables);
            return normalized.getTopLevelFields().stream()
                    .filter(top -> top.getResultKey().equals(field.key))
                    .findFirst()
                    .orElseThrow();
        });
    }
}
