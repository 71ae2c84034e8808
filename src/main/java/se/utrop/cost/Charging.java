package se.utrop.cost;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import graphql.ExecutionResult;
import graphql.execution.ExecutionContext;
import graphql.execution.instrumentation.InstrumentationContext;
import graphql.execution.instrumentation.InstrumentationState;
import graphql.execution.instrumentation.SimplePerformantInstrumentation;
import graphql.execution.instrumentation.parameters.InstrumentationExecuteOperationParameters;
import graphql.language.OperationDefinition;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import se.utrop.cost.FieldCost.Request;
import se.utrop.graphql.ErrorCode;
import se.utrop.graphql.Limits;
import se.utrop.graphql.Problem;

/** Charges an operation before it is executed: its document is valid then, and its variables are coerced. */
@Component
class Charging extends SimplePerformantInstrumentation {

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
        Charge charge = execution.getGraphQLContext().get(Charge.class);
        // an event is shown once for all who subscribed, and was charged to each of them then
        if (charge != null) {
            charge.require(estimate(execution));
        }
        return null;
    }

    private static Map<String, @Nullable Object> variables(ExecutionContext execution) {
        return Collections.unmodifiableMap(execution.getCoercedVariables().toMap());
    }

    private Estimate estimate(ExecutionContext execution) {
        List<FieldCost> fields = known.get(
                execution.getOperationDefinition(),
                operation -> OperationCost.of(operation, execution.getFragmentsByName(), execution.getGraphQLSchema()));
        Request request = new Request(variables(execution), longest);
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
