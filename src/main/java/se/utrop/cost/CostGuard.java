package se.utrop.cost;

import graphql.ExecutionResult;
import graphql.GraphQLContext;
import graphql.execution.ExecutionContext;
import graphql.execution.instrumentation.InstrumentationContext;
import graphql.execution.instrumentation.InstrumentationState;
import graphql.execution.instrumentation.SimplePerformantInstrumentation;
import graphql.execution.instrumentation.parameters.InstrumentationExecuteOperationParameters;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import se.utrop.cost.FieldCost.Request;
import se.utrop.graphql.ErrorCode;
import se.utrop.graphql.Limits;
import se.utrop.graphql.OperationGuard;
import se.utrop.graphql.PreparedDocument;
import se.utrop.graphql.Problem;

/** Charges an operation before it is executed: its document is valid then, and its variables are coerced. */
@Component
class CostGuard extends SimplePerformantInstrumentation implements OperationGuard {

    private final CostProperties properties;

    private final long longest;

    CostGuard(CostProperties properties, Limits limits) {
        this.properties = properties;
        this.longest = limits.pageSize();
    }

    @Override
    public @Nullable InstrumentationContext<ExecutionResult> beginExecuteOperation(
            InstrumentationExecuteOperationParameters parameters, InstrumentationState state) {
        ExecutionContext execution = parameters.getExecutionContext();
        admit(
                new Operation(
                        execution.getOperationDefinition(),
                        execution.getFragmentsByName(),
                        execution.getCoercedVariables(),
                        execution.getGraphQLSchema()),
                execution.getGraphQLContext());
        return null;
    }

    @Override
    public void admit(Operation operation, GraphQLContext context) {
        BudgetReservation reservation = context.get(BudgetReservation.class);
        // an event is shown once for all who subscribed, and was charged to each of them then
        if (reservation != null) {
            reservation.require(estimate(operation, context));
        }
    }

    /** What the fields of an operation cost. */
    private record Priced(List<FieldCost> fields) {

        static Priced of(Operation operation) {
            return new Priced(OperationCost.of(operation.definition(), operation.fragments(), operation.schema()));
        }

        int weight() {
            return FieldCost.weight(fields);
        }
    }

    private CostEstimate estimate(Operation operation, GraphQLContext context) {
        List<FieldCost> fields = PreparedDocument.derived(
                        context, operation.definition(), Priced.class, () -> Priced.of(operation), Priced::weight)
                .fields();
        Request request =
                new Request(Collections.unmodifiableMap(operation.variables().toMap()), longest);
        CostEstimate estimate = FieldCost.of(fields, request).plus(1, 0);
        if (estimate.points() > properties.operation()) {
            throw new Problem(
                    ErrorCode.COST_EXCEEDED,
                    "This may cost %d, and %d is the limit of an operation. Most of it is %s: ask for smaller pages there, or in several requests"
                            .formatted(
                                    estimate.points(),
                                    properties.operation(),
                                    String.join(" > ", FieldCost.heaviest(fields, request))));
        }
        return estimate;
    }
}
