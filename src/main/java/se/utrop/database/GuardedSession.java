package se.utrop.database;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.ValidationDepth;
import io.r2dbc.spi.Wrapped;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import se.utrop.tracing.StatementSpans;

/**
 * A pooled session in use. It returns to the pool only if it is known to answer, and is closed otherwise.
 *
 * <p>No answer is awaited without a limit. The work of a request has a time limit, and a {@link Cancellation} that cancels
 * its statements. All other work has PostgreSQL's statement timeout. If neither brings an answer, the work fails.
 */
final class GuardedSession implements InvocationHandler {

    /** How long a session that is in doubt may take to answer, and its connection to close. */
    private static final Duration PROOF = Duration.ofSeconds(2);

    /** How long an answer may be under way beyond PostgreSQL's own statement timeout. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    /** A commit may have to wait for a standby. */
    private static final Duration COMMIT = Duration.ofMinutes(1);

    private final Connection connection;

    private final @Nullable Cancellation cancellation;

    private final OpenSessions sessions;

    private final SessionRules rules;

    private final @Nullable StatementSpans spans;

    /** What has been sent and not been answered: it may have been given up since. */
    private final AtomicInteger unanswered = new AtomicInteger();

    private final AtomicBoolean closed = new AtomicBoolean();

    private GuardedSession(
            Connection connection,
            @Nullable Cancellation cancellation,
            OpenSessions sessions,
            SessionRules rules,
            @Nullable StatementSpans spans) {
        this.connection = connection;
        this.cancellation = cancellation;
        this.sessions = sessions;
        this.rules = rules;
        this.spans = spans;
    }

    static Connection of(
            Connection connection,
            @Nullable Cancellation cancellation,
            OpenSessions sessions,
            SessionRules rules,
            @Nullable StatementSpans spans) {
        return (Connection) Proxy.newProxyInstance(
                GuardedSession.class.getClassLoader(),
                new Class<?>[] {Connection.class, Wrapped.class},
                new GuardedSession(connection, cancellation, sessions, rules, spans));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        if (method.getDeclaringClass() == Wrapped.class && arguments == null) {
            return connection;
        }
        return switch (method.getName()) {
            case "close" -> close();
            case "createStatement" -> statement((Statement) call(method, arguments), arguments);
            case "beginTransaction" -> begin((Publisher<?>) call(method, arguments));
            case "commitTransaction" -> commit();
            case "rollbackTransaction" -> limited(counted(connection.rollbackTransaction()), GRACE);
            case "validate" -> watch((Publisher<?>) call(method, arguments));
            default -> call(method, arguments);
        };
    }

    private Statement statement(Statement statement, Object @Nullable [] arguments) {
        return new WatchedStatement(
                statement,
                this::watchStatement,
                spans == null || arguments == null
                        ? null
                        : execution -> spans.around(execution, String.valueOf(arguments[0])));
    }

    private Object call(Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(connection, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private <T> Flux<T> watchStatement(Publisher<T> answer) {
        return cancellation == null ? watch(answer) : cancellation.watch(answer);
    }

    private <T> Flux<T> watch(Publisher<T> answer) {
        Flux<T> counted = counted(answer);
        if (!rules.statementTimeout().isPositive()) {
            return counted;
        }
        Flux<T> limited = limited(counted, rules.statementTimeout().plus(GRACE));
        return rules.transactionSettings() == null
                ? limited
                : limited.onErrorResume(
                        R2dbcTimeoutException.class, e -> cancelled().then(Mono.error(e)));
    }

    /** PostgreSQL has no statement timeout for a session through a connection pooler. */
    private Mono<Void> cancelled() {
        return PooledConnections.postgres(connection)
                .cancelRequest()
                .timeout(PROOF)
                .onErrorComplete();
    }

    private <T> Flux<T> counted(Publisher<T> answer) {
        return Flux.from(answer)
                .doOnSubscribe(sent -> unanswered.incrementAndGet())
                .doOnTerminate(unanswered::decrementAndGet);
    }

    private static <T> Flux<T> limited(Flux<T> answer, Duration limit) {
        return answer.timeout(limit)
                .onErrorMap(
                        TimeoutException.class,
                        e -> new R2dbcTimeoutException(
                                "PostgreSQL has not answered within %d s".formatted(limit.toSeconds()), e));
    }

    /** Spring gives no session back whose BEGIN is cancelled. */
    private Mono<Void> begin(Publisher<?> begin) {
        String settings = rules.transactionSettings();
        Flux<?> begun = settings == null
                ? Flux.from(begin)
                : Flux.from(begin).concatWith(Mono.defer(() -> set(settings)).then(Mono.empty()));
        return limited(counted(begun).doOnCancel(this::abandon), GRACE).then();
    }

    private Mono<Void> set(String settings) {
        return Flux.from(connection.createStatement(settings).execute())
                .concatMap(Result::getRowsUpdated)
                .then();
    }

    private void abandon() {
        if (closed.compareAndSet(false, true)) {
            var _ = discard(connection).subscribe();
        }
    }

    private Mono<Void> commit() {
        return Mono.defer(() -> {
            if (cancellation == null) {
                return counted(connection.commitTransaction()).then();
            }
            cancellation.beginCommit(connection);
            return limited(counted(connection.commitTransaction()), COMMIT).then();
        });
    }

    private Mono<Void> close() {
        return Mono.defer(() -> closed.compareAndSet(false, true) ? giveBack() : Mono.empty());
    }

    private Mono<Void> giveBack() {
        Mono<Void> cancelling = cancellation == null ? null : cancellation.giveBack(connection);
        if (sessions.isExpired(PooledConnections.postgres(connection))) {
            return discard(connection);
        }
        if (cancelling != null) {
            return cancelling.then(giveBackIfAlive());
        }
        return unanswered.get() == 0 ? Mono.from(connection.close()) : giveBackIfAlive();
    }

    /** Where one session is silent, others lead to the same server. */
    private Mono<Void> giveBackIfAlive() {
        return Mono.defer(() -> Mono.from(connection.validate(ValidationDepth.REMOTE)))
                .timeout(PROOF)
                .doOnError(TimeoutException.class, e -> sessions.expireAll())
                .onErrorReturn(false)
                .flatMap(alive -> alive ? Mono.from(connection.close()) : discard(connection));
    }

    /** Closes the session, so that the pool opens another in its place. */
    static Mono<Void> discard(Connection connection) {
        return PooledConnections.postgres(connection)
                .close()
                .timeout(PROOF)
                .onErrorComplete()
                .then(Mono.defer(() -> Mono.from(connection.close())));
    }
}
