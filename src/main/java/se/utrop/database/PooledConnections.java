package se.utrop.database;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.PoolMetrics;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.Wrapped;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import se.utrop.tracing.Spans;
import se.utrop.tracing.StatementSpans;

/** The pool. Each session is guarded, and runs under the {@link Cancellation} of the work that uses it. */
final class PooledConnections implements ConnectionFactory, Wrapped<ConnectionFactory> {

    private final ConnectionPool pool;

    private final OpenSessions sessions;

    private final SessionRules rules;

    private final @Nullable Spans spans;

    private final int size;

    PooledConnections(ConnectionPool pool, OpenSessions sessions, SessionRules rules, @Nullable Spans spans) {
        this.pool = pool;
        this.sessions = sessions;
        this.rules = rules;
        this.spans = spans;
        this.size = pool.getMetrics().map(PoolMetrics::getMaxAllocatedSize).orElse(1);
    }

    @Override
    public Mono<Connection> create() {
        return Mono.deferContextual(context -> acquire(
                context.getOrDefault(Cancellation.class, null),
                spans == null ? null : spans.ofStatements(context),
                size));
    }

    private Mono<Connection> acquire(
            @Nullable Cancellation cancellation, @Nullable StatementSpans statements, int tries) {
        return pool.create()
                .flatMap(connection -> take(connection, cancellation, statements))
                .onErrorResume(e -> tries > 0 && isStale(e), e -> acquire(cancellation, statements, tries - 1));
    }

    private Mono<Connection> take(
            Connection connection, @Nullable Cancellation cancellation, @Nullable StatementSpans statements) {
        try {
            if (sessions.isExpired(postgres(connection))) {
                return refuse(connection, new StaleSession());
            }
            if (cancellation != null) {
                cancellation.take(connection);
            }
            return Mono.just(GuardedSession.of(connection, cancellation, sessions, rules, statements));
        } catch (Throwable e) {
            return refuse(connection, e);
        }
    }

    /** Whoever asked may be gone before the session is closed. */
    private static Mono<Connection> refuse(Connection connection, Throwable reason) {
        Mono<Void> end =
                reason instanceof StaleSession ? GuardedSession.discard(connection) : Mono.from(connection.close());
        var _ = end.onErrorComplete().subscribe();
        return Mono.error(reason);
    }

    /** The pool's own word for a session that it found closed is the bare class of the exception. */
    private static boolean isStale(Throwable failure) {
        return failure instanceof StaleSession || failure.getClass() == R2dbcNonTransientResourceException.class;
    }

    /** A session was opened before the database was last found silent. */
    private static final class StaleSession extends RuntimeException {

        private static final long serialVersionUID = 1;

        StaleSession() {
            super("The session is older than the database's last silence", null, false, false);
        }
    }

    /** The driver's own, inside whatever is around it. */
    static PostgresqlConnection postgres(Connection connection) {
        Object inner = connection;
        while (!(inner instanceof PostgresqlConnection postgres)) {
            if (!(inner instanceof Wrapped<?> wrapped)) {
                throw new IllegalStateException("Not a connection to PostgreSQL: " + inner);
            }
            inner = wrapped.unwrap();
        }
        return postgres;
    }

    void close() {
        pool.dispose();
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return pool.getMetadata();
    }

    @Override
    public ConnectionFactory unwrap() {
        return pool;
    }
}
