package se.utrop.tracing;

import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.SenderContext;
import java.util.Locale;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;

/**
 * The spans of the statements that one session executes for an operation. Statements run without Reactor's context, so
 * the session keeps the operation's span.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/db/postgresql/">Semantic conventions for PostgreSQL</a>
 */
public final class StatementSpans {

    private final ObservationRegistry observations;

    private final Observation operation;

    StatementSpans(ObservationRegistry observations, Observation operation) {
        this.observations = observations;
        this.operation = operation;
    }

    public <T> Flux<T> around(Flux<T> execution, String sql) {
        return Flux.defer(() -> {
            Observation statement = statement(sql.strip()).start();
            return execution.doOnError(statement::error).doFinally(signal -> statement.stop());
        });
    }

    private Observation statement(String sql) {
        String verb = sql.split("\\W", 2)[0].toUpperCase(Locale.ROOT);
        Supplier<Observation.Context> client = () -> new SenderContext<>((carrier, key, value) -> {}, Kind.CLIENT);
        return Observation.createNotStarted("db.statement", client, observations)
                .contextualName(verb)
                .lowCardinalityKeyValues(KeyValues.of("db.system.name", "postgresql", "db.operation.name", verb))
                .highCardinalityKeyValue("db.query.text", sql)
                .parentObservation(operation);
    }
}
