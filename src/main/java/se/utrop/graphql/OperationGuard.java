package se.utrop.graphql;

import graphql.ExecutionResult;
import graphql.execution.ExecutionContext;
import graphql.execution.instrumentation.InstrumentationContext;
import graphql.execution.instrumentation.InstrumentationState;
import graphql.execution.instrumentation.SimplePerformantInstrumentation;
import graphql.execution.instrumentation.parameters.InstrumentationExecuteOperationParameters;
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
}
