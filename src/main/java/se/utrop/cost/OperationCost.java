package se.utrop.cost;

import graphql.introspection.Introspection;
import graphql.language.Argument;
import graphql.language.BooleanValue;
import graphql.language.Directive;
import graphql.language.DirectivesContainer;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.NullValue;
import graphql.language.OperationDefinition;
import graphql.language.Selection;
import graphql.language.SelectionSet;
import graphql.language.Value;
import graphql.language.VariableReference;
import graphql.schema.GraphQLAppliedDirective;
import graphql.schema.GraphQLArgument;
import graphql.schema.GraphQLDirectiveContainer;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLInterfaceType;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLTypeUtil;
import graphql.schema.GraphQLUnionType;
import graphql.util.FpKit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import se.utrop.cost.FieldCost.Condition;
import se.utrop.graphql.TypeConditions;

/**
 * Derives the cost of a valid operation from its document by static analysis. Fields are merged as in execution. A
 * field that may return several object types costs as much as the most expensive of them.
 */
final class OperationCost {

    /** The size of an introspection field. Graphql-java limits introspection itself. */
    private static final ListSize INTROSPECTION = new ListSize(List.of(), 1000);

    private static final String WEIGHT = "cost";

    private final GraphQLSchema schema;

    private final Map<String, FragmentDefinition> fragments;

    private OperationCost(GraphQLSchema schema, Map<String, FragmentDefinition> fragments) {
        this.schema = schema;
        this.fragments = fragments;
    }

    static List<FieldCost> of(
            OperationDefinition operation,
            GraphQLObjectType root,
            Map<String, FragmentDefinition> fragments,
            GraphQLSchema schema) {
        return new OperationCost(schema, fragments)
                .fields(List.of(new Part(operation.getSelectionSet(), List.of())), root, null, Map.of());
    }

    /** A selection set that is merged with others, and its conditions. */
    private record Part(SelectionSet selections, List<Condition> conditions) {}

    private record Occurrence(Field field, List<Condition> conditions) {}

    /** The lists whose size their parent field determines. */
    private record Sized(List<String> fields, ListSize size) {}

    private List<FieldCost> fields(
            List<Part> parts, GraphQLObjectType type, @Nullable Sized sized, Map<String, Integer> weights) {
        Map<String, List<Occurrence>> merged = new LinkedHashMap<>();
        parts.forEach(part -> collect(part.selections(), part.conditions(), type, merged));
        return merged.values().stream()
                .map(occurrences -> field(occurrences, type, sized, weights))
                .toList();
    }

    private void collect(
            SelectionSet selections,
            List<Condition> conditions,
            GraphQLObjectType type,
            Map<String, List<Occurrence>> merged) {
        for (Selection<?> selection : selections.getSelections()) {
            List<Condition> all = conditions((DirectivesContainer<?>) selection, conditions);
            if (all == null) {
                continue;
            }
            switch (selection) {
                case Field field ->
                    merged.computeIfAbsent(field.getResultKey(), key -> new ArrayList<>())
                            .add(new Occurrence(field, all));
                case InlineFragment inline
                when inline.getTypeCondition() == null
                        || TypeConditions.apply(inline.getTypeCondition().getName(), type, schema) ->
                    collect(inline.getSelectionSet(), all, type, merged);
                case FragmentSpread spread -> {
                    FragmentDefinition fragment = Objects.requireNonNull(fragments.get(spread.getName()));
                    if (TypeConditions.apply(fragment.getTypeCondition().getName(), type, schema)) {
                        collect(fragment.getSelectionSet(), all, type, merged);
                    }
                }
                default -> {}
            }
        }
    }

    /** Adds a selection's conditions to the outer ones; null if a literal already excludes the selection. */
    private static @Nullable List<Condition> conditions(DirectivesContainer<?> selection, List<Condition> outer) {
        List<Condition> all = outer;
        for (Directive directive : selection.getDirectives()) {
            boolean include = directive.getName().equals("include");
            Argument when = include || directive.getName().equals("skip") ? directive.getArgument("if") : null;
            Value<?> value = when == null ? null : when.getValue();
            if (value instanceof BooleanValue literal && literal.isValue() != include) {
                return null;
            }
            if (value instanceof VariableReference variable) {
                all = FpKit.concat(all, List.of(new Condition(variable.getName(), include)));
            }
        }
        return all;
    }

    private FieldCost field(
            List<Occurrence> occurrences,
            GraphQLObjectType parent,
            @Nullable Sized sized,
            Map<String, Integer> weights) {
        Occurrence first = occurrences.getFirst();
        String name = first.field().getName();
        // Occurrences under different conditions count as unconditional.
        List<Condition> conditions =
                occurrences.stream().allMatch(one -> one.conditions().equals(first.conditions()))
                        ? first.conditions()
                        : List.of();
        if (name.equals(Introspection.SchemaMetaFieldDef.getName())
                || name.equals(Introspection.TypeMetaFieldDef.getName())) {
            return new FieldCost(name, conditions, 0, List.of(), INTROSPECTION, List.of(List.of()));
        }
        GraphQLFieldDefinition definition = Introspection.getFieldDef(schema, parent, name);
        ListSize size =
                sized != null && sized.fields().contains(name) ? sized.size() : ListSize.of(first.field(), definition);
        List<String> sizedFields = ListSize.sizedFields(definition);
        List<Part> inner = occurrences.stream()
                .filter(one -> one.field().getSelectionSet() != null)
                .map(one ->
                        new Part(one.field().getSelectionSet(), conditions.isEmpty() ? one.conditions() : List.of()))
                .toList();
        Sized below = sizedFields.isEmpty() ? null : new Sized(sizedFields, size);
        Map<String, Integer> weightsBelow = weightsBelow(first.field(), definition);
        return new FieldCost(
                name,
                conditions,
                weights.getOrDefault(name, weight(definition)),
                first.field().getArguments().stream()
                        .flatMap(given -> InputCost.of(given, definition.getArgument(given.getName())).stream())
                        .toList(),
                below == null ? size : ListSize.ONE,
                possibleTypes(definition).stream()
                        .map(type -> fields(inner, type, below, weightsBelow))
                        .toList());
    }

    static int weight(GraphQLDirectiveContainer definition) {
        GraphQLAppliedDirective directive = definition.getAppliedDirective(WEIGHT);
        return directive == null
                ? 0
                : Objects.requireNonNull(directive.getArgument("weight").<Integer>getValue());
    }

    /**
     * The weights of the returned object's fields that arguments of this field replace. An argument that is a variable
     * counts as given.
     */
    private static Map<String, Integer> weightsBelow(Field field, GraphQLFieldDefinition definition) {
        Map<String, Integer> weights = new HashMap<>();
        for (Argument given : field.getArguments()) {
            GraphQLArgument argument = definition.getArgument(given.getName());
            if (!(given.getValue() instanceof NullValue)) {
                fieldsOf(argument).forEach(name -> weights.put(name, weight(argument)));
            }
        }
        return weights;
    }

    private static List<String> fieldsOf(GraphQLArgument argument) {
        GraphQLAppliedDirective directive = argument.getAppliedDirective(WEIGHT);
        List<String> fields =
                directive == null ? null : directive.getArgument("fields").getValue();
        return fields == null ? List.of() : fields;
    }

    private List<GraphQLObjectType> possibleTypes(GraphQLFieldDefinition definition) {
        return switch (GraphQLTypeUtil.unwrapAll(definition.getType())) {
            case GraphQLObjectType object -> List.of(object);
            case GraphQLInterfaceType any -> schema.getImplementations(any);
            case GraphQLUnionType any ->
                any.getTypes().stream().map(GraphQLObjectType.class::cast).toList();
            default -> List.of();
        };
    }
}
