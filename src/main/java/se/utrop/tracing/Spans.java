package se.utrop.tracing;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Spans of operations and of their statements, as children of the observation in Reactor's context. There is such a bean only while
 * tracing is on.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/graphql/graphql-spans/">Semantic conventions for GraphQL</a>
 */
public final class Spans {

    private static final String KEY = ObservationThreadLocalAccessor.KEY;

    private final ObservationRegistry observations;

    Spans(ObservationRegistry observations) {
        this.observations = observations;
    }

    /** The registry of what is observed, for clients of other servers. */
    public ObservationRegistry observations() {
        return observations;
    }

    /** Observes an operation of GraphQL. The operation of an event has no request that it belongs to, and begins a trace. */
    public <T> Mono<T> ofOperation(Mono<T> execution, String type, @Nullable String name) {
        return Mono.deferContextual(context -> {
            Observation operation = operation(context, type, name).start();
            return execution
                    .doOnError(operation::error)
                    .doFinally(signal -> operation.stop())
                    .contextWrite(inner -> inner.put(KEY, operation));
        });
    }

    private Observation operation(ContextView context, String type, @Nullable String name) {
        Observation operation = Observation.createNotStarted("graphql.operation", observations)
                .contextualName(type)
                .lowCardinalityKeyValue("graphql.operation.type", type)
                .parentObservation(parent(context));
        return name == null ? operation : operation.highCardinalityKeyValue("graphql.operation.name", name);
    }

    /** The spans of the statements of an operation; null for the node's own statements. */
    public @Nullable StatementSpans ofStatements(ContextView context) {
        Observation parent = parent(context);
        return parent == null ? null : new StatementSpans(observations, parent);
    }

    private static @Nullable Observation parent(ContextView context) {
        return context.getOrDefault(KEY, null);
    }

    /** Hands the current observation on to work whose subscriber has a context of its own. */
    public static Function<Context, Context> inherit(ContextView context) {
        Observation parent = parent(context);
        return inner -> parent == null ? inner : inner.put(KEY, parent);
    }
}
