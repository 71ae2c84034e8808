package se.utrop.federation;

import graphql.GraphQLContext;
import graphql.execution.CoercedVariables;
import graphql.language.ArrayValue;
import graphql.language.BooleanValue;
import graphql.language.EnumValue;
import graphql.language.FloatValue;
import graphql.language.IntValue;
import graphql.language.ObjectField;
import graphql.language.ObjectValue;
import graphql.language.StringValue;
import graphql.language.Value;
import graphql.language.VariableReference;
import graphql.schema.Coercing;
import graphql.schema.CoercingParseLiteralException;
import graphql.schema.CoercingParseValueException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The scalar {@code _Any} for representations, which are objects. The library's own coercing fails on literals that
 * contain null or a variable.
 */
final class RepresentationCoercing implements Coercing<Map<?, ?>, Map<?, ?>> {

    private static final String FORM = "_Any must be an object, for example {__typename: \"Topic\", slug: \"kultur\"}";

    @Override
    public Map<?, ?> parseValue(Object input, GraphQLContext context, Locale locale) {
        if (input instanceof Map<?, ?> fields) {
            return fields;
        }
        throw new CoercingParseValueException(FORM);
    }

    @Override
    public Map<?, ?> parseLiteral(Value<?> input, CoercedVariables variables, GraphQLContext context, Locale locale) {
        if (input instanceof ObjectValue object) {
            return fields(object, variables);
        }
        throw new CoercingParseLiteralException(FORM);
    }

    private static Map<String, @Nullable Object> fields(ObjectValue object, CoercedVariables variables) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        for (ObjectField field : object.getObjectFields()) {
            fields.put(field.getName(), value(field.getValue(), variables));
        }
        return fields;
    }

    private static @Nullable Object value(Value<?> value, CoercedVariables variables) {
        return switch (value) {
            case StringValue text -> text.getValue();
            case IntValue number -> number.getValue();
            case FloatValue number -> number.getValue();
            case BooleanValue choice -> choice.isValue();
            case EnumValue choice -> choice.getName();
            case VariableReference variable -> variables.get(variable.getName());
            case ObjectValue object -> fields(object, variables);
            case ArrayValue list -> values(list, variables);
            default -> null;
        };
    }

    private static List<@Nullable Object> values(ArrayValue list, CoercedVariables variables) {
        List<@Nullable Object> values = new ArrayList<>();
        list.getValues().forEach(value -> values.add(value(value, variables)));
        return values;
    }
}
