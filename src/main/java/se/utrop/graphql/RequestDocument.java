package se.utrop.graphql;

import graphql.GraphQLContext;
import graphql.GraphQLError;
import graphql.language.Document;
import graphql.language.Field;
import graphql.language.OperationDefinition;
import graphql.language.OperationDefinition.Operation;
import graphql.language.StringValue;
import graphql.language.VariableReference;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.graphql.ExecutionGraphQlRequest;
import se.utrop.text.Slug;

/**
 * A request's document, parsed once. The HTTP endpoint needs the kind of its operation before execution.
 *
 * @param document null if the text can't be parsed
 * @param syntaxErrors why the text can't be parsed
 * @param prepared the document from the cache; null if it has not been validated yet
 */
public record RequestDocument(
        String text,
        @Nullable Document document,
        List<GraphQLError> syntaxErrors,
        @Nullable PreparedDocument prepared) {

    /**
     * The kind of the operation that the request names, or of all operations if it names none; empty without a
     * document.
     */
    public Set<Operation> kinds(@Nullable String operationName) {
        return operations(operationName).map(OperationDefinition::getOperation).collect(Collectors.toSet());
    }

    /** The operation that the request names, or the first if it names none; null if there is no such operation. */
    public @Nullable OperationDefinition operation(@Nullable String operationName) {
        return operations(operationName).findFirst().orElse(null);
    }

    /** The surrogate keys of an operation for CDNs: its root fields and the slugs in their arguments. */
    public String surrogateKeys(@Nullable String operationName, Map<String, ?> variables) {
        return operations(operationName)
                .flatMap(operation -> operation.getSelectionSet().getSelections().stream())
                .filter(Field.class::isInstance)
                .flatMap(field -> surrogateKeys((Field) field, variables))
                .distinct()
                .collect(Collectors.joining(" "));
    }

    private static Stream<String> surrogateKeys(Field field, Map<String, ?> variables) {
        Stream<String> slugs = field.getArguments().stream()
                .filter(argument -> argument.getName().equals("slug"))
                .map(argument -> switch (argument.getValue()) {
                    case StringValue literal -> literal.getValue();
                    case VariableReference variable -> variables.get(variable.getName());
                    default -> null;
                })
                .filter(slug -> slug instanceof String text && Slug.isSlug(text))
                .map(slug -> field.getName() + "/" + slug);
        return Stream.concat(Stream.of(field.getName()), slugs);
    }

    private Stream<OperationDefinition> operations(@Nullable String name) {
        return document == null
                ? Stream.of()
                : document.getDefinitionsOfType(OperationDefinition.class).stream()
                        .filter(operation -> name == null || name.equals(operation.getName()));
    }

    /** Passes the parsed document to the execution. */
    public void passTo(ExecutionGraphQlRequest request) {
        request.configureExecutionInput((input, builder) ->
                builder.graphQLContext(Map.of(RequestDocument.class, this)).build());
    }

    static @Nullable RequestDocument of(GraphQLContext context) {
        return context.get(RequestDocument.class);
    }
}
