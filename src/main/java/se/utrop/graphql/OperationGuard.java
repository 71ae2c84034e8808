package se.utrop.graphql;

import graphql.ExecutionResult;
import graphql.execution.ExecutionContext;
import graphql.execution.instrumentation.InstrumentationContext;
import graphql.execution.instrumentation.InstrumentationState;
import graphql.execution.instrumentation.SimplePerformantInstrumentation;
import graphql.execution.instrumentation.parameters.InstrumentationExecuteOperationParameters;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLSchema;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Checks an operation before execution, when its document is valid and its variables are coerced. */
public abstract class OperationGuard extends SimplePerformantInstrumentation {

    @Override
    public final @Nullable InstrumentationContext<ExecutionResult> beginExecuteOperation(
            InstrumentationExecuteOperationParameters parameters, InstrumentationState state) {
        admit(parameters.getExecutionContext());
        return null;
    }

    /**
     * Checks the operation.
     *
     * @throws Problem if it must not be executed
     */
    protected abstract void admit(ExecutionContext operation);

    /** The type on which the operation selects its root fields. */
    protected static GraphQLObjectType rootType(ExecutionContext operation) {
        GraphQLSchema schema = operation.getGraphQLSchema();
        return Objects.requireNonNull(
                switch (operation.getOperationDefinition().getOperation()) {
                    case QUERY -> schema.getQueryType();
                    case MUTATION -> schema.getMutationType();
                    case SUBSCRIPTION -> schema.getSubscriptionType();
                });
    }
}
