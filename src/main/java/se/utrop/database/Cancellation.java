package se.utrop.database;

import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcTimeoutException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;

/**
 * Cancels the statements of work whose result is no longer needed. Cancelling a publisher does not stop a statement in
 * PostgreSQL: that takes a cancel request. Work runs under the cancellation that is in its Reactor context.
 *
 * <p>A COMMIT is never cancelled once it has been sent: PostgreSQL would stop waiting for a synchronous standby, and show a
 * change that a failover loses.
 */
public final class Cancellation {

    private static final Logger log = LoggerFactory.getLogger(Cancellation.class);

    /** How long a cancel request may take, and the statement to end. */
    private static final Duration DEADLINE = Duration.ofSeconds(2);

    /** The connections whose statements may be cancelled, and what cancels them where that is under way. */
    private final Map<Connection, Mono<Void>> used = new HashMap<>();

    /** Fails when a cancelled statement should have ended. */
    private final Sinks.Empty<Void> overdue = Sinks.empty();

    private boolean cancelled;

    public Context in(Context context) {
        return context.put(Cancellation.class, this);
    }

    /** Has PostgreSQL end what runs, and lets nothing more begin. */
    public synchronized void cancel() {
        cancelled = true;
        used.replaceAll((connection, none) -> request(connection));
        var _ = Mono.delay(DEADLINE)
                .subscribe(elapsed -> overdue.tryEmitError(new R2dbcTimeoutException(
                        "PostgreSQL has not ended a cancelled statement within " + DEADLINE.toSeconds() + " s")));
    }

    /** Fails an answer that is still owed when its statement should have ended: its server may be gone without a word. */
    <T> Flux<T> watch(Publisher<T> answer) {
        return Flux.from(answer).takeUntilOther(overdue.asMono());
    }

    private static Mono<Void> request(Connection connection) {
        PostgresqlConnection postgres = PooledConnections.postgres(connection);
        Mono<Void> request = postgres.cancelRequest()
                .timeout(DEADLINE)
                .doOnError(e -> log.warn("A statement can't be cancelled, it ends by its timeout: {}", e.toString()))
                .onErrorComplete()
                .cache();
        var _ = request.subscribe();
        return request;
    }

    /**
     * Has the statements of a connection be under this cancellation until it commits or is returned.
     *
     * @throws CancellationException where the work has been cancelled
     */
    synchronized void take(Connection connection) {
        requireWanted();
        used.put(connection, Mono.empty());
    }

    /**
     * From now on nothing that the connection does can be cancelled.
     *
     * @throws CancellationException where the work has been cancelled: a cancel request on its way could hit the COMMIT
     */
    synchronized void beginCommit(Connection connection) {
        requireWanted();
        used.remove(connection);
    }

    private void requireWanted() {
        if (cancelled) {
            throw new CancellationException("Nobody waits for this any more");
        }
    }

    /** Null where nothing was cancelled; else complete when the cancel request can't hit what the connection does next. */
    synchronized @Nullable Mono<Void> giveBack(Connection connection) {
        Mono<Void> cancelling = used.remove(connection);
        return cancelled ? cancelling : null;
    }
}
