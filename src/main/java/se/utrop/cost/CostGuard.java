package se.utrop.cost;

import graphql.execution.ExecutionContext;
import java.util.Collections;
import java.util.List;
import org.springframework.stereotype.Component;
import se.utrop.cost.FieldCost.Request;
import se.utrop.graphql.ErrorCode;
import se.utrop.graphql.Limits;
import se.utrop.graphql.OperationGuard;
import se.utrop.graphql.PreparedDocument;
import se.utrop.graphql.Problem;

/**
 * Estimates the cost of an operation before execution, when its document is valid and its variables are coerced, and
 * refuses the operation if it costs too much.
 *
 * @see <a href="https://ibm.github.io/graphql-specs/cost-spec.html">GraphQL Cost Directives</a>
 */
@Component
class CostGuard extends OperationGuard {

    private final CostProperties properties;

    private final long longest;

    CostGuard(CostProperties properties, Limits limits) {
        this.properties = properties;
        this.longest = limits.pageSize();
    }

    @Override
    protected void admit(ExecutionContext operation) {
        BudgetReservation reservation = operation.getGraphQLContext().get(BudgetReservation.class);
        // An event has no reservation: it is executed once for all subscribers, and each of them was charged when it
        // subscribed.
        if (reservation != null) {
            reservation.require(estimate(operation));
        }
    }

    /** The costs of an operation's fields, kept with the document. */
    private record FieldCosts(List<FieldCost> fields) {

        static FieldCosts of(ExecutionContext operation) {
            return new FieldCosts(OperationCost.of(
                    operation.getOperationDefinition(),
                    rootType(operation),
                    operation.getFragmentsByName(),
                    operation.getGraphQLSchema()));
        }

        int weight() {
            return FieldCost.weight(fields);
        }
    }

    private CostEstimate estimate(ExecutionContext operation) {
        List<FieldCost> fields = PreparedDocument.derived(
                        operation.getGraphQLContext(),
                        operation.getOperationDefinition(),
                        FieldCosts.class,
                        () -> FieldCosts.of(operation),
                        FieldCosts::weight)
                .fields();
        Request request = new Request(
                Collections.unmodifiableMap(operation.getCoercedVariables().toMap()), longest);
        CostEstimate estimate = FieldCost.of(fields, request).plus(1, 0);
        if (estimate.points() > properties.operation()) {
            throw new Problem(
                    ErrorCode.COST_EXCEEDED,
                    "This operation may cost %d points, and %d is the limit of an operation. Most of the cost is in %s: request smaller pages there, or send several requests"
                            .formatted(
                                    estimate.points(),
                                    properties.operation(),
                                    String.join(" > ", FieldCost.heaviest(fields, request))));
        }
        return estimate;
    }
}
