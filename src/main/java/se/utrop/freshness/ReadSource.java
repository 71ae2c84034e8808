package se.utrop.freshness;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import se.utrop.database.ReadDatabase;
import se.utrop.database.ReadReplica;
import se.utrop.paging.Position;

/**
 * Decides which database queries read from. A node learns of a commit only when the database that it reads from has it: so no
 * answer lacks what its position says, and no subscriber hears of an event that a query doesn't show.
 *
 * <p>If a replica lacks a commit for longer than the maximum lag, queries read from the primary until a replica has caught up.
 * A replica that has another log, as after a failover, is not used.
 */
@Component
public class ReadSource {

    private static final Logger log = LoggerFactory.getLogger(ReadSource.class);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(50);

    private final ReadDatabase database;
    private final NewsroomStateRepository states;
    private final Duration deadline;
    private final AtomicBoolean searching = new AtomicBoolean();

    /** The latest state that this node has learnt of: nothing earlier is read from then on. */
    private @Nullable NewsroomState floor;

    ReadSource(
            ReadDatabase database,
            NewsroomStateRepository states,
            ListenerProperties properties,
            MeterRegistry meters) {
        this.database = database;
        this.states = states;
        this.deadline = properties.deadline();
        database.onLoss((replica, failure) -> lose(replica, failure.toString()));
        database.replicas()
                .forEach(replica -> replica.admitSessions(
                        session -> states.read(session, floorPosition()).map(this::isAtFloor)));
        Gauge.builder("utrop.database.read.replica", database, all -> all.active() == null ? 0 : 1)
                .description("1 while queries read from a replica, 0 while they read from the primary")
                .register(meters);
    }

    /** Whether there are replicas to read from. */
    public boolean hasReplicas() {
        return !database.replicas().isEmpty();
    }

    /** Where queries read from, for operators. */
    public String description() {
        ReadReplica active = database.active();
        return active == null ? "primary" : active.address();
    }

    /**
     * Complete when queries show this state of the primary, or a later one. Never fails: if the replica doesn't have the state
     * in time, queries read from the primary.
     */
    Mono<Void> reach(NewsroomState state) {
        return hasReplicas() ? Mono.defer(() -> reachWithReplicas(state)) : Mono.empty();
    }

    private Mono<Void> reachWithReplicas(NewsroomState state) {
        ReadReplica active = database.active();
        Mono<Void> shown = active == null
                ? Mono.empty()
                : awaitReplica(active, state)
                        .doOnError(e -> lose(active, e.getMessage() == null ? e.toString() : e.getMessage()))
                        .onErrorComplete();
        return shown.then(Mono.fromRunnable(() -> raise(state)));
    }

    private Mono<Void> awaitReplica(ReadReplica replica, NewsroomState state) {
        return await(replica, state, FIRST_PAUSE)
                .timeout(
                        database.maxLag().plus(FIRST_PAUSE),
                        Mono.error(() -> new IllegalStateException("it lacks event %d after %d ms"
                                .formatted(
                                        state.position().key(),
                                        database.maxLag().toMillis()))));
    }

    /** In steps that double: a replica is usually behind by a few milliseconds. */
    private Mono<Void> await(ReadReplica replica, NewsroomState state, Duration pause) {
        return read(replica, state.position()).flatMap(shown -> {
            if (shown.version() < state.version()) {
                Duration next = pause.multipliedBy(2);
                return Mono.delay(pause)
                        .then(await(replica, state, next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next));
            }
            return shown.continues() ? Mono.empty() : Mono.error(new IllegalStateException("it has another log"));
        });
    }

    /** While queries read from the primary: looks for a replica that has caught up. */
    private void findReplica() {
        if (database.active() != null || !searching.compareAndSet(false, true)) {
            return;
        }
        var _ = caughtUp(floorPosition())
                .doFinally(signal -> searching.set(false))
                .subscribe();
    }

    /**
     * The state of the first replica that is not behind this node, and that queries read from then. Empty if each is behind, or has
     * another log.
     *
     * @param known the latest position that the node has read
     */
    Mono<NewsroomState> caughtUp(Position known) {
        return Flux.fromIterable(candidates())
                .concatMap(replica -> read(replica, known)
                        .filter(shown -> use(replica, shown))
                        .onErrorComplete())
                .next();
    }

    private List<ReadReplica> candidates() {
        ReadReplica active = database.active();
        return database.replicas().stream()
                .sorted(Comparator.comparing(replica -> replica != active))
                .toList();
    }

    private Mono<NewsroomState> read(ReadReplica replica, Position known) {
        return replica.read(session -> states.read(session, known), deadline);
    }

    private synchronized boolean use(ReadReplica replica, NewsroomState shown) {
        if (!isAtFloor(shown)) {
            return false;
        }
        if (database.active() != replica) {
            log.info("Queries read from the replica {}", replica.address());
            database.use(replica);
        }
        floor = shown;
        return true;
    }

    private void raise(NewsroomState state) {
        synchronized (this) {
            if (floor == null || floor.version() <= state.version()) {
                floor = state;
            }
        }
        findReplica();
    }

    private synchronized void lose(ReadReplica replica, String reason) {
        if (database.active() == replica) {
            log.warn("Queries read from the primary, not from the replica {}: {}", replica.address(), reason);
            database.use(null);
        }
    }

    /** The primary has lost commits: replicas that have them show what was never there. */
    synchronized void restart(NewsroomState state) {
        floor = state;
        database.use(null);
    }

    private synchronized Position floorPosition() {
        return floor == null ? Position.START : floor.position();
    }

    /** Whether what a replica shows is not behind this node. */
    private synchronized boolean isAtFloor(NewsroomState shown) {
        return floor == null || (shown.version() >= floor.version() && shown.continues());
    }
}
