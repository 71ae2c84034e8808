package se.utrop.cost;

import graphql.language.Argument;
import graphql.language.NullValue;
import graphql.language.ObjectField;
import graphql.language.ObjectValue;
import graphql.language.Value;
import graphql.language.VariableReference;
import graphql.schema.GraphQLArgument;
import graphql.schema.GraphQLInputObjectField;
import graphql.schema.GraphQLInputObjectType;
import graphql.schema.GraphQLTypeUtil;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The cost that a field of an input object adds to the field with the argument, where it has a value.
 *
 * @param variable that of the argument or of the input's field; null where the document has the value
 * @param field the input's field, if the variable is the whole argument
 * @see <a href="https://ibm.github.io/graphql-specs/cost-spec.html">GraphQL Cost Directives</a>
 */
record InputCost(@Nullable String variable, @Nullable String field, int weight) {

    /** Of the fields of an argument. */
    static List<InputCost> of(Argument given, GraphQLArgument argument) {
        if (!(GraphQLTypeUtil.unwrapNonNull(argument.getType()) instanceof GraphQLInputObjectType type)) {
            return List.of();
        }
        return type.getFieldDefinitions().stream()
                .filter(field -> OperationCost.weight(field) > 0)
                .flatMap(field -> of(given.getValue(), field))
                .toList();
    }

    private static Stream<InputCost> of(Value<?> input, GraphQLInputObjectField field) {
        int weight = OperationCost.weight(field);
        return switch (input) {
            case VariableReference variable -> Stream.of(new InputCost(variable.getName(), field.getName(), weight));
            case ObjectValue object ->
                object.getObjectFields().stream()
                        .filter(given -> given.getName().equals(field.getName()))
                        .map(ObjectField::getValue)
                        .filter(value -> !(value instanceof NullValue))
                        .map(value -> new InputCost(
                                value instanceof VariableReference variable ? variable.getName() : null, null, weight));
            default -> Stream.empty();
        };
    }

    int of(Map<String, @Nullable Object> variables) {
        return isGiven(variables) ? weight : 0;
    }

    private boolean isGiven(Map<String, @Nullable Object> variables) {
        if (variable == null) {
            return true;
        }
        Object value = variables.get(variable);
        return field == null ? value != null : value instanceof Map<?, ?> input && input.get(field) != null;
    }
}
