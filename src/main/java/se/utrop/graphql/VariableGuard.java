package se.utrop.graphql;

import graphql.execution.ExecutionContext;
import graphql.execution.FieldCollector;
import graphql.execution.FieldCollectorParameters;
import graphql.execution.MergedSelectionSet;
import graphql.introspection.Introspection;
import graphql.language.Argument;
import graphql.language.ArrayValue;
import graphql.language.Directive;
import graphql.language.DirectivesContainer;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.InlineFragment;
import graphql.language.NonNullType;
import graphql.language.ObjectValue;
import graphql.language.OperationDefinition;
import graphql.language.Selection;
import graphql.language.SelectionSet;
import graphql.language.Value;
import graphql.language.VariableDefinition;
import graphql.language.VariableReference;
import graphql.schema.GraphQLCompositeType;
import graphql.schema.GraphQLDirective;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLInputObjectType;
import graphql.schema.GraphQLList;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLType;
import graphql.schema.GraphQLTypeUtil;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Rejects variables that make an operation invalid and that graphql-java does not check: null for the condition of
 * {@code @skip} or {@code @include}, null for a non-null item of a list or a non-null field of an input object, and a
 * condition that excludes the root field of a subscription.
 *
 * @see <a href="https://spec.graphql.org/September2025/#sec-All-Variable-Usages-Are-Allowed">GraphQL, All Variable
 * Usages Are Allowed</a>: a variable with a default may be used in a non-null position, and null is an error there
 * @see <a href="https://spec.graphql.org/September2025/#CreateSourceEventStream()">GraphQL,
 * CreateSourceEventStream</a>: anything but one root field is a request error
 */
@Component
class VariableGuard extends OperationGuard {

    private final FieldCollector fields = new FieldCollector();

    @Override
    protected void admit(ExecutionContext operation) {
        requireValues(operation);
        if (operation.getOperationDefinition().getOperation() == OperationDefinition.Operation.SUBSCRIPTION) {
            requireRootField(operation);
        }
    }

    private static void requireValues(ExecutionContext operation) {
        if (operation.getOperationDefinition().getVariableDefinitions().isEmpty()) {
            return;
        }
        Required required = PreparedDocument.derived(
                operation.getGraphQLContext(),
                operation.getOperationDefinition(),
                Required.class,
                () -> Required.of(operation),
                Required::weight);
        for (String name : required.names()) {
            if (operation.getCoercedVariables().get(name) == null) {
                throw Problem.badInput("$%s must not be null here: leave it out to use its default".formatted(name));
            }
        }
    }

    private void requireRootField(ExecutionContext operation) {
        MergedSelectionSet root = fields.collectFields(
                FieldCollectorParameters.newParameters()
                        .schema(operation.getGraphQLSchema())
                        .objectType(operation.getGraphQLSchema().getSubscriptionType())
                        .fragments(operation.getFragmentsByName())
                        .variables(operation.getCoercedVariables().toMap())
                        .graphQLContext(operation.getGraphQLContext())
                        .build(),
                operation.getOperationDefinition().getSelectionSet());
        if (root.size() != 1 || isIntrospection(root)) {
            throw Problem.badInput("A subscription must have exactly one root field, and has %d with these variables"
                    .formatted(root.size()));
        }
    }

    private static boolean isIntrospection(MergedSelectionSet root) {
        return root.getSubFieldsList().getFirst().getName().startsWith("__");
    }

    /** The nullable variables of an operation that are used in non-null positions. */
    private record Required(List<String> names) {

        static Required of(ExecutionContext operation) {
            NonNullUses uses = new NonNullUses(operation.getGraphQLSchema());
            uses.visit(operation.getOperationDefinition(), rootType(operation));
            operation.getFragmentsByName().values().forEach(uses::visit);
            return new Required(operation.getOperationDefinition().getVariableDefinitions().stream()
                    .filter(variable -> !(variable.getType() instanceof NonNullType))
                    .map(VariableDefinition::getName)
                    .filter(uses.names::contains)
                    .toList());
        }

        int weight() {
            return names.stream().mapToInt(Weight::of).sum();
        }
    }

    /** Collects variables that are used in non-null positions. Graphql-java checks the arguments of fields itself. */
    private static final class NonNullUses {

        private final GraphQLSchema schema;

        private final Set<String> names = new HashSet<>();

        NonNullUses(GraphQLSchema schema) {
            this.schema = schema;
        }

        void visit(FragmentDefinition fragment) {
            directives(fragment);
            selections(
                    fragment.getSelectionSet(),
                    schema.getType(fragment.getTypeCondition().getName()));
        }

        void visit(OperationDefinition operation, GraphQLType root) {
            directives(operation);
            selections(operation.getSelectionSet(), root);
        }

        private void selections(@Nullable SelectionSet selections, @Nullable GraphQLType type) {
            if (selections != null && type instanceof GraphQLCompositeType parent) {
                selections.getSelections().forEach(selection -> selection(selection, parent));
            }
        }

        private void selection(Selection<?> selection, GraphQLCompositeType parent) {
            directives((DirectivesContainer<?>) selection);
            switch (selection) {
                case Field field -> {
                    GraphQLFieldDefinition definition = Introspection.getFieldDef(schema, parent, field.getName());
                    arguments(field, definition);
                    selections(field.getSelectionSet(), GraphQLTypeUtil.unwrapAll(definition.getType()));
                }
                case InlineFragment fragment ->
                    selections(
                            fragment.getSelectionSet(),
                            fragment.getTypeCondition() == null
                                    ? parent
                                    : schema.getType(fragment.getTypeCondition().getName()));
                default -> {}
            }
        }

        private void directives(DirectivesContainer<?> container) {
            for (Directive directive : container.getDirectives()) {
                GraphQLDirective definition = schema.getDirective(directive.getName());
                for (Argument argument : directive.getArguments()) {
                    value(
                            argument.getValue(),
                            definition.getArgument(argument.getName()).getType());
                }
            }
        }

        private void arguments(Field field, GraphQLFieldDefinition definition) {
            for (Argument argument : field.getArguments()) {
                GraphQLType type = definition.getArgument(argument.getName()).getType();
                value(argument.getValue(), GraphQLTypeUtil.unwrapNonNull(type));
            }
        }

        private void value(Value<?> value, GraphQLType type) {
            GraphQLType nullable = GraphQLTypeUtil.unwrapNonNull(type);
            switch (value) {
                case VariableReference variable when GraphQLTypeUtil.isNonNull(type) -> names.add(variable.getName());
                case ArrayValue array
                when nullable instanceof GraphQLList list ->
                    array.getValues().forEach(item -> value(item, list.getWrappedType()));
                case ObjectValue object
                when nullable instanceof GraphQLInputObjectType input ->
                    object.getObjectFields()
                            .forEach(field -> value(
                                    field.getValue(),
                                    input.getFieldDefinition(field.getName()).getType()));
                case ObjectValue object
                when nullable instanceof GraphQLList list -> value(object, list.getWrappedType());
                default -> {}
            }
        }
    }
}
