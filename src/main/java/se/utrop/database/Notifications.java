package se.utrop.database;

import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.Notification;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Listens on one channel of PostgreSQL's, over a connection of its own outside the pool.
 *
 * <p>A notification is a hint and may get lost. So one question is asked over the same connection again and again: it
 * finds what no notification told, and a connection on which it isn't answered in time is dead, and made anew.
 */
public final class Notifications {

    private static final Logger log = LoggerFactory.getLogger(Notifications.class);

    private static final Duration FIRST_WAIT = Duration.ofMillis(100);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private final PostgresqlConnectionFactory connections;

    private final AtomicLong reconnects = new AtomicLong();

    private volatile boolean listening;

    Notifications(PostgresqlConnectionFactory connections) {
        this.connections = connections;
    }

    /**
     * The payloads of the channel's notifications and the answers to the question as text, to be taken as they come.
     * Goes on whatever becomes of the connection.
     *
     * @param question a statement that gives one row of one text
     * @param interval how often to ask it
     * @param deadline how long an answer may take, and a connection to be made
     */
    public Flux<String> listen(String channel, String question, Duration interval, Duration deadline) {
        return Flux.usingWhen(
                        connections.create().timeout(deadline),
                        connection -> listen(connection, channel, question, interval, deadline),
                        this::close)
                .doOnError(e -> log.warn("Not listening to the database, will reconnect: {}", e.toString()))
                .retryWhen(Retry.backoff(Long.MAX_VALUE, FIRST_WAIT)
                        .maxBackoff(LONGEST_WAIT)
                        .jitter(0.5)
                        .transientErrors(true)
                        .doBeforeRetry(signal -> reconnects.incrementAndGet()));
    }

    /** Whether a notification that is sent now would be heard. */
    public boolean isListening() {
        return listening;
    }

    /** How often a connection was lost, or could not be made. */
    public long reconnects() {
        return reconnects.get();
    }

    /** The driver drops what comes while nobody asks for it: so first somebody asks for all, and then it listens. */
    private Flux<String> listen(
            PostgresqlConnection connection, String channel, String question, Duration interval, Duration deadline) {
        Flux<String> told = connection.getNotifications().mapNotNull(Notification::getParameter);
        Flux<String> answers = Flux.interval(Duration.ZERO, interval)
                .onBackpressureDrop()
                .concatMap(tick -> ask(connection, question).timeout(deadline), 1)
                .doOnNext(answer -> listening = true);
        return Flux.merge(
                told, execute(connection, "listen " + channel).timeout(deadline).thenMany(answers));
    }

    private static Mono<Void> execute(PostgresqlConnection connection, String sql) {
        return connection
                .createStatement(sql)
                .execute()
                .flatMap(result -> result.getRowsUpdated())
                .then();
    }

    private static Mono<String> ask(PostgresqlConnection connection, String question) {
        return connection
                .createStatement(question)
                .execute()
                .concatMap(result -> result.map((row, metadata) -> Columns.required(row, 0, String.class)))
                .last();
    }

    private Mono<Void> close(PostgresqlConnection connection) {
        listening = false;
        return connection.close().timeout(FAREWELL).onErrorComplete();
    }
}
