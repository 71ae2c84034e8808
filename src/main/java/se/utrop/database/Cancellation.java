package se.utrop.database;

import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * Ends the statements of work that nobody waits for any more. To cancel a publisher stops no statement of PostgreSQL's:
 * that takes a request of its own. Work runs under a cancellation by having it in its Reactor context.
 */
public final class Cancellation {

    private static final Logger log = LoggerFactory.getLogger(Cancellation.class);

    /** The connections in use, and what cancels their statements where that is under way. */
    private final Map<Connection, Mono<Void>> used = new HashMap<>();

    private boolean cancelled;

    public Context in(Context context) {
        return context.put(Cancellation.class, this);
    }

    /** Has PostgreSQL end what runs, and lets nothing more begin. */
    public synchronized void cancel() {
        cancelled = true;
        used.replaceAll((connection, none) -> request(connection));
    }

    private static Mono<Void> request(Connection connection) {
        PostgresqlConnection postgres = PooledConnections.postgres(connection);
        Mono<Void> request = postgres.cancelRequest()
                .doOnError(e -> log.warn("A statement can't be cancelled, it ends by its timeout: {}", e.toString()))
                .onErrorComplete()
                .cache();
        var _ = request.subscribe();
        return request;
    }

    /**
     * Has the statements of a connection be under this cancellation until it is returned.
     *
     * @throws CancellationException where the work has been cancelled
     */
    synchronized void take(Connection connection) {
        if (cancelled) {
            throw new CancellationException("Nobody waits for this any more");
        }
        used.put(connection, Mono.empty());
    }

    /** Complete when no cancellation can hit what the connection does next. */
    synchronized Mono<Void> giveBack(Connection connection) {
        Mono<Void> cancelling = used.remove(connection);
        return cancelling == null ? Mono.empty() : cancelling;
    }
}
