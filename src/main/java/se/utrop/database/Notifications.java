package se.utrop.database;

import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * A LISTEN/NOTIFY listener on one channel, with a session of its own outside the pool.
 *
 * <p>A notification is a hint: any role may send one, it may be lost, and it doesn't survive a connection pooler that
 * shares sessions between transactions. So its payload is never read. A notification only wakes the listener, which then
 * reads through the same session; it also reads at a fixed interval. A read that isn't answered in time ends the session,
 * and the listener connects again. The sessions of the pool are then replaced too: they lead to the same silent server.
 *
 * @see <a href="https://www.postgresql.org/docs/18/sql-notify.html">NOTIFY</a>
 */
public final class Notifications {

    private static final Logger log = LoggerFactory.getLogger(Notifications.class);

    private static final Duration FIRST_BACKOFF = Duration.ofMillis(100);
    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(10);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

    /** How often the listener checks that it receives a notification that it sends itself. */
    private static final Duration PROBE_INTERVAL = Duration.ofSeconds(30);

    private static final Duration PROBE_BACKOFF = Duration.ofSeconds(1);

    /** Probes that have to fail one after the other: on a busy machine one may be late. */
    private static final int PROBES = 3;

    /** The shortest time between two reads: bounds the work that a flood of notifications causes. */
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(2);

    private final SessionFactory sessions;

    private final AtomicLong reconnects = new AtomicLong();

    private volatile State state = State.DISCONNECTED;

    private boolean warned;

    Notifications(SessionFactory sessions) {
        this.sessions = sessions;
    }

    private enum State {
        /** There is no session, or it hasn't been read through yet. */
        DISCONNECTED,
        /** Reads at the interval; notifications don't arrive. */
        POLLING,
        /** A notification that was sent to the channel has arrived. */
        LISTENING
    }

    /**
     * What is read through the listening session: at once, at the interval, and after each notification. It goes on
     * whatever becomes of the session, and whatever is sent to the channel.
     *
     * @param channel reads the name of the channel
     * @param read reads what the notifications announce
     * @param interval between two reads without a notification
     * @param deadline for a session to be opened, and for each read
     */
    public <T> Flux<T> listen(
            Function<Connection, Mono<String>> channel,
            Function<Connection, Mono<T>> read,
            Duration interval,
            Duration deadline) {
        return Flux.usingWhen(
                        sessions.create(deadline),
                        session -> channel.apply(session)
                                .timeout(deadline)
                                .flatMapMany(name -> listen(session, name, read, interval, deadline)),
                        this::close)
                .doOnError(TimeoutException.class, e -> sessions.expireAll())
                .doOnError(e -> log.warn("Not listening to the database, will reconnect: {}", e.toString()))
                .retryWhen(Retry.backoff(Long.MAX_VALUE, FIRST_BACKOFF)
                        .maxBackoff(LONGEST_BACKOFF)
                        .jitter(0.5)
                        .transientErrors(true)
                        .doBeforeRetry(signal -> reconnects.incrementAndGet()));
    }

    /** Whether a notification that is sent now would arrive. */
    public boolean isListening() {
        return state == State.LISTENING;
    }

    /** Whether the database answers through the listening session, with or without notifications. */
    public boolean isConnected() {
        return state != State.DISCONNECTED;
    }

    /** How often the session was lost, or could not be opened. */
    public long reconnects() {
        return reconnects.get();
    }

    /** The driver drops a notification for which there is no demand: it has a subscriber before LISTEN is sent. */
    private <T> Flux<T> listen(
            PostgresqlConnection session,
            String channel,
            Function<Connection, Mono<T>> read,
            Duration interval,
            Duration deadline) {
        Flux<Long> polls = execute(session, "listen " + channel)
                .timeout(deadline)
                .thenMany(Flux.interval(Duration.ZERO, interval).onBackpressureDrop());
        Flux<T> results = Flux.merge(session.getNotifications(), polls)
                .onBackpressureLatest()
                .concatMap(
                        wakeUp -> read.apply(session)
                                .timeout(deadline)
                                .concatWith(Mono.delay(SHORTEST_PAUSE).then(Mono.empty())),
                        0)
                .doOnNext(result -> connected());
        Flux<T> probes = Flux.interval(SHORTEST_PAUSE, PROBE_INTERVAL)
                .onBackpressureDrop()
                .concatMap(
                        probe -> receivesItsOwn(session, channel, deadline)
                                .repeat(PROBES - 1)
                                .takeUntil(received -> received)
                                .last(),
                        1)
                .doOnNext(this::received)
                .thenMany(Flux.empty());
        return Flux.merge(results, probes);
    }

    private void connected() {
        if (state == State.DISCONNECTED) {
            state = State.POLLING;
        }
    }

    private void received(boolean notified) {
        if (!notified && !warned) {
            log.warn("Notifications of the database don't arrive here: reading at an interval instead. A connection"
                    + " pooler in transaction mode, such as PgBouncer, passes no LISTEN on: name the address of"
                    + " PostgreSQL itself in utrop.database.direct.url.");
        }
        warned = !notified;
        state = notified ? State.LISTENING : State.POLLING;
    }

    /** Sends a notification through another session: a pooler may have lent the session that listens to somebody else. */
    private Mono<Boolean> receivesItsOwn(PostgresqlConnection session, String channel, Duration deadline) {
        String payload = UUID.randomUUID().toString();
        Mono<Boolean> received = session.getNotifications()
                .any(notification -> payload.equals(notification.getParameter()))
                .timeout(deadline, Mono.just(false));
        Mono<Boolean> sent = Mono.usingWhen(
                        sessions.create(deadline),
                        other -> execute(other, "select pg_notify('" + channel + "', '" + payload + "')"),
                        PostgresqlConnection::close)
                .timeout(deadline)
                .thenReturn(true);
        return Mono.zip(received, sent, (arrived, done) -> arrived)
                .doOnError(e -> log.warn("A notification can't be sent, will try again: {}", e.toString()))
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, PROBE_BACKOFF));
    }

    private static Mono<Void> execute(PostgresqlConnection session, String sql) {
        return session.createStatement(sql)
                .execute()
                .flatMap(result -> result.getRowsUpdated())
                .then();
    }

    private Mono<Void> close(PostgresqlConnection session) {
        state = State.DISCONNECTED;
        return session.close().timeout(CLOSE_TIMEOUT).onErrorComplete();
    }
}
