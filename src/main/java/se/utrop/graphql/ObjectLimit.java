package se.utrop.graphql;

import graphql.execution.AbortExecutionException;
import graphql.execution.instrumentation.ExecuteObjectInstrumentationContext;
import graphql.execution.instrumentation.InstrumentationState;
import graphql.execution.instrumentation.SimplePerformantInstrumentation;
import graphql.execution.instrumentation.parameters.InstrumentationCreateStateParameters;
import graphql.execution.instrumentation.parameters.InstrumentationExecutionStrategyParameters;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Ends a request whose answer grows beyond bounds, whatever its document looked like. */
@Component
class ObjectLimit extends SimplePerformantInstrumentation {

    private final Limits limits;

    ObjectLimit(Limits limits) {
        this.limits = limits;
    }

    @Override
    public InstrumentationState createState(InstrumentationCreateStateParameters parameters) {
        return new Objects();
    }

    @Override
    public @Nullable ExecuteObjectInstrumentationContext beginExecuteObject(
            InstrumentationExecutionStrategyParameters parameters, InstrumentationState state) {
        if (((Objects) state).count.incrementAndGet() > limits.objects()) {
            throw new AbortExecutionException(
                    "The answer would hold more than %d objects: ask for smaller pages".formatted(limits.objects()));
        }
        return null;
    }

    private static final class Objects implements InstrumentationState {

        private final AtomicInteger count = new AtomicInteger();
    }
}
