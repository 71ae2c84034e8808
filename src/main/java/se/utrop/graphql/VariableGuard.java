package se.utrop.graphql;

import graphql.ExecutionResult;
import graphql.GraphQLContext;
import graphql.execution.ExecutionContext;
import graphql.execution.FieldCollector;
import graphql.execution.FieldCollectorParameters;
import graphql.execution.MergedSelectionSet;
import graphql.execution.instrumentation.InstrumentationContext;
import graphql.execution.instrumentation.InstrumentationState;
import graphql.execution.instrumentation.SimplePerformantInstrumentation;
import graphql.execution.instrumentation.parameters.InstrumentationExecuteOperationParameters;
import graphql.language.Argument;
import graphql.language.ArrayValue;
import graphql.language.Directive;
import graphql.language.Node;
import graphql.language.NodeTraverser;
import graphql.language.NodeVisitorStub;
import graphql.language.NonNullType;
import graphql.language.OperationDefinition;
import graphql.language.VariableDefinition;
import graphql.language.VariableReference;
import graphql.util.TraversalControl;
import graphql.util.TraverserContext;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Refuses an operation whose variables leave it without sense, where graphql-java takes them as they are: a null as the
 * condition of {@code @skip} or {@code @include} or as an item of a list, and a subscription whose root field is left out.
 *
 * @see <a href="https://spec.graphql.org/September2025/#sec-All-Variable-Usages-Are-Allowed">GraphQL, All Variable Usages Are
 *     Allowed</a>: a variable that has a default may stand where there must be no null, and is an error there when it is null
 * @see <a href="https://spec.graphql.org/September2025/#CreateSourceEventStream()">GraphQL, CreateSourceEventStream</a>:
 *     anything but one root field is a request error
 */
@Component
class VariableGuard extends SimplePerformantInstrumentation implements OperationGuard {

    private final FieldCollector fields = new FieldCollector();

    @Override
    public @Nullable InstrumentationContext<ExecutionResult> beginExecuteOperation(
            InstrumentationExecuteOperationParameters parameters, InstrumentationState state) {
        ExecutionContext execution = parameters.getExecutionContext();
        admit(
                new OperationGuard.Operation(
                        execution.getOperationDefinition(),
                        execution.getFragmentsByName(),
                        execution.getCoercedVariables(),
                        execution.getGraphQLSchema()),
                execution.getGraphQLContext());
        return null;
    }

    @Override
    public void admit(OperationGuard.Operation operation, GraphQLContext context) {
        requireValues(operation, context);
        if (operation.definition().getOperation() == OperationDefinition.Operation.SUBSCRIPTION) {
            requireRootField(operation, context);
        }
    }

    private static void requireValues(OperationGuard.Operation operation, GraphQLContext context) {
        if (operation.definition().getVariableDefinitions().isEmpty()) {
            return;
        }
        Required required = PreparedDocument.derived(
                context, operation.definition(), Required.class, () -> Required.of(operation), Required::weight);
        for (String name : required.names()) {
            if (operation.variables().get(name) == null) {
                throw Problem.badInput("$%s must not be null: it is an item of a list, or the condition of a directive"
                        .formatted(name));
            }
        }
    }

    private void requireRootField(OperationGuard.Operation operation, GraphQLContext context) {
        MergedSelectionSet root = fields.collectFields(
                FieldCollectorParameters.newParameters()
                        .schema(operation.schema())
                        .objectType(operation.schema().getSubscriptionType())
                        .fragments(operation.fragments())
                        .variables(operation.variables().toMap())
                        .graphQLContext(context)
                        .build(),
                operation.definition().getSelectionSet());
        if (root.size() != 1 || isIntrospection(root)) {
            throw Problem.badInput(
                    "A subscription must have one root field, and has %d with these variables".formatted(root.size()));
        }
    }

    private static boolean isIntrospection(MergedSelectionSet root) {
        return root.getSubFieldsList().getFirst().getName().startsWith("__");
    }

    /** The variables of an operation that may be null by their types, and must not be where they stand. */
    private record Required(List<String> names) {

        static Required of(OperationGuard.Operation operation) {
            Uses uses = new Uses();
            List<Node<?>> roots = new ArrayList<>(operation.fragments().values());
            roots.add(operation.definition());
            new NodeTraverser().preOrder(uses, roots);
            return new Required(operation.definition().getVariableDefinitions().stream()
                    .filter(variable -> !(variable.getType() instanceof NonNullType))
                    .map(VariableDefinition::getName)
                    .filter(uses.names::contains)
                    .toList());
        }

        int weight() {
            return names.stream().mapToInt(Weight::of).sum();
        }
    }

    /** Every list of the schema has items that are never null. */
    private static final class Uses extends NodeVisitorStub {

        private final Set<String> names = new HashSet<>();

        @Override
        @SuppressWarnings("rawtypes")
        public TraversalControl visitVariableReference(VariableReference node, TraverserContext<Node> context) {
            Node parent = context.getParentNode();
            boolean isCondition =
                    parent instanceof Argument && context.getParentContext().getParentNode() instanceof Directive;
            if (isCondition || parent instanceof ArrayValue) {
                names.add(node.getName());
            }
            return TraversalControl.CONTINUE;
        }
    }
}
