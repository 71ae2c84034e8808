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
 * How many objects a field counts as.
 *
 * @param slices the arguments that say how many, with their defaults
 * @param assumed where they don't
 */
record ListSize(List<Slice> slices, long assumed) {

    static final ListSize ONE = new ListSize(List.of(), 1);

    private static final String DIRECTIVE = "listSize";

    private static final long ASSUMED = 10;

    private static final BigInteger COUNTLESS = BigInteger.valueOf(Integer.MAX_VALUE);

    /** The value of an argument: of a variable, or else fixed, where it is given at all. */
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

    /** Of the list that a field gives, or of those in the object that it gives: see {@link #sizedFields}. */
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

    /** Names of the fields of the object given that are as long as its field says. */
    static List<String> sizedFields(GraphQLFieldDefinition definition) {
        GraphQLAppliedDirective directive = definition.getAppliedDirective(DIRECTIVE);
        return directive == null ? List.of() : strings(directive, "sizedFields");
    }

    private static List<String> strings(GraphQLAppliedDirective directive, String argument) {
        List<String> values = directive.getArgument(argument).getValue();
        return values == null ? List.of() : values;
    }

    private static Slice slice(String name, Field field, GraphQLFieldDefinition definition) {
        Long usual = definition.getArgument(name).hasSetDefaultValue()
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
                .map(given -> slice(given, usual))
                .orElseGet(() -> new Slice(null, usual));
    }

    private static Slice slice(Value<?> given, @Nullable Long usual) {
        return switch (given) {
            case VariableReference reference -> new Slice(reference.getName(), usual);
            case IntValue number -> new Slice(null, size(number));
            case ArrayValue entries ->
                new Slice(null, (long) entries.getValues().size());
            default -> new Slice(null, usual);
        };
    }

    private static long size(IntValue number) {
        return number.getValue().min(COUNTLESS).longValue();
    }

    /** @param longest whoever asks for more by number is refused before anything is read */
    long of(Map<String, @Nullable Object> variables, long longest) {
        long size = -1;
        for (Slice slice : slices) {
            Long given = slice.of(variables, longest);
            size = given == null ? size : Math.max(size, given);
        }
        return size < 0 ? assumed : size;
    }
}
