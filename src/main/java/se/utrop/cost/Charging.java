package se.utrop.cost;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import graphql.ExecutionResult;
import graphql.GraphQLContext;
import graphql.execution.ExecutionContext;
import graphql.execution.instrumentation.InstrumentationContext;
import graphql.execution.instrumentation.InstrumentationState;
import graphql.execution.instrumentation.SimplePerformantInstrumentation;
import graphql.execution.instrumentation.parameters.InstrumentationExecuteOperationParameters;
import graphql.language.OperationDefinition;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import se.utrop.cost.FieldCost.Request;
import se.utrop.graphql.ErrorCode;
import se.utrop.graphql.Limits;
import se.utrop.graphql.OperationGuard;
import se.utrop.graphql.Problem;

/** Charges an operation before it is executed: its document is valid then, and its variables are coerced. */
@Component
class Charging extends SimplePerformantInstrumentation implements OperationGuard {

    private final CostProperties properties;

    private final long longest;

    /** Of documents that are kept parsed: by identity, for as long as they are. */
    private final Cache<OperationDefinition, List<FieldCost>> known =
            Caffeine.newBuilder().weakKeys().build();

    Charging(CostProperties properties, Limits limits) {
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
        Charge charge = context.get(Charge.class);
        // an event is shown once for all who subscribed, and was charged to each of them then
        if (charge != null) {
            charge.require(estimate(operation));
        }
    }

    private Estimate estimate(Operation operation) {
        List<FieldCost> fields = known.get(
                operation.definition(),
                definition -> OperationCost.of(definition, operation.fragments(), operation.schema()));
        Request request =
                new Request(Collections.unmodifiableMap(operation.variables().toMap()), longest);
        Estimate estimate = FieldCost.of(fields, request).plus(1, 0);
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
