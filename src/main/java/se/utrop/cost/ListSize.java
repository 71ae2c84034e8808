package se.utrop.cost;

import graphql.language.Argument;
import graphql.language.ArrayValue;
import graphql.language.Field;
import graphql.language.IntValue;
import graphql.language.Value;
import graphql.language.VariableReference;
import graphql.schema.GraphQLAppliedDirective;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLTypeUtil;
import java.math.BigInteger;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The estimated number of objects that a field returns, as {@code @listSize} defines it.
 *
 * @param slices the slicing arguments, with their defaults
 * @param assumed the size without any slicing argument
 * @see <a href="https://ibm.github.io/graphql-specs/cost-spec.html">GraphQL Cost Directives</a>
 */
record ListSize(List<Slice> slices, long assumed) {

    static final ListSize ONE = new ListSize(List.of(), 1);

    private static final String DIRECTIVE = "listSize";

    private static final long ASSUMED = 10;

    private static final BigInteger MAX_SIZE = BigInteger.valueOf(Integer.MAX_VALUE);

    /** A slicing argument: its variable, and the value that applies if the variable has none. */
    record Slice(@Nullable String variable, @Nullable Long fixed) {

        @Nullable
        Long of(Map<String, @Nullable Object> variables, long longest) {
            return switch (variable == null ? null : variables.get(variable)) {
                case Integer number -> Math.clamp(number, 0, longest);
                case Collection<?> entries -> Long.valueOf(entries.size());
                case null, default -> fixed == null ? null : Math.clamp(fixed, 0, longest);
            };
        }
    }

    /**
     * The size of the list that the field returns, or of the lists in the object that it returns: see {@link
     * #sizedFields}.
     */
    static ListSize of(Field field, GraphQLFieldDefinition definition) {
        GraphQLAppliedDirective directive = definition.getAppliedDirective(DIRECTIVE);
        if (directive == null) {
            return GraphQLTypeUtil.isList(GraphQLTypeUtil.unwrapNonNull(definition.getType()))
                    ? new ListSize(List.of(), ASSUMED)
                    : ONE;
        }
        List<Slice> slices = strings(directive, "slicingArguments").stream()
                .map(name -> slice(name, field, definition))
                .toList();
        Integer assumed = directive.getArgument("assumedSize").getValue();
        return new ListSize(slices, assumed == null ? ASSUMED : assumed);
    }

    /** The names of the fields in the returned object whose size the field's arguments determine. */
    static List<String> sizedFields(GraphQLFieldDefinition definition) {
        GraphQLAppliedDirective directive = definition.getAppliedDirective(DIRECTIVE);
        return directive == null ? List.of() : strings(directive, "sizedFields");
    }

    private static List<String> strings(GraphQLAppliedDirective directive, String argument) {
        List<String> values = directive.getArgument(argument).getValue();
        return values == null ? List.of() : values;
    }

    private static Slice slice(String name, Field field, GraphQLFieldDefinition definition) {
        Long defaultSize = definition.getArgument(name).hasSetDefaultValue()
                        && definition
                                        .getArgument(name)
                                        .getArgumentDefaultValue()
                                        .getValue()
                                instanceof IntValue number
                ? Long.valueOf(size(number))
                : null;
        return field.getArguments().stream()
                .filter(argument -> argument.getName().equals(name))
                .map(Argument::getValue)
                .findFirst()
                .map(value -> slice(value, defaultSize))
                .orElseGet(() -> new Slice(null, defaultSize));
    }

    private static Slice slice(Value<?> value, @Nullable Long defaultSize) {
        return switch (value) {
            case VariableReference reference -> new Slice(reference.getName(), defaultSize);
            case IntValue number -> new Slice(null, size(number));
            case ArrayValue entries ->
                new Slice(null, (long) entries.getValues().size());
            default -> new Slice(null, defaultSize);
        };
    }

    private static long size(IntValue number) {
        return number.getValue().min(MAX_SIZE).longValue();
    }

    /** @param longest the largest page size that is allowed; larger ones are refused before anything is read */
    long of(Map<String, @Nullable Object> variables, long longest) {
        long size = -1;
        for (Slice slice : slices) {
            Long value = slice.of(variables, longest);
            size = value == null ? size : Math.max(size, value);
        }
        return size < 0 ? assumed : size;
    }
}
