package se.utrop.freshness;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import se.utrop.database.Notifications;
import se.utrop.graphql.ErrorCode;
import se.utrop.graphql.Problem;
import se.utrop.paging.Cursors;
import se.utrop.paging.Position;
import se.utrop.sql.CoalescedRead;

/** The version of the newsroom that this node knows. An answer is current until the version changes. */
@Component
public class NewsroomVersion {

    /** How long to wait for a position, and how often to look for it. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final Duration STEP = Duration.ofMillis(5);

    private final Notifications notifications;
    private final Cursors cursors;
    private final NewsroomStateRepository repository;
    private final ReadSource reads;
    private final Duration staleFor;
    private final CoalescedRead<NewsroomState> ofPrimary;

    private volatile @Nullable Known known;

    /** When the listener last read where the newsroom stands. */
    private volatile @Nullable Instant contact;

    /** Counts the logs: what was read of one that was lost is never shown again. */
    private long log;

    /** The latest event that the node knows to be in the log. */
    private long announced;

    /** The latest event that the node has read. */
    private long read;

    /** The latest retraction that the node has read. */
    private long retracted;

    NewsroomVersion(
            Notifications notifications,
            Cursors cursors,
            NewsroomStateRepository repository,
            ReadSource reads,
            ListenerProperties listener,
            StalenessProperties properties) {
        this.notifications = notifications;
        this.cursors = cursors;
        this.repository = repository;
        this.reads = reads;
        this.staleFor = properties.staleFor();
        this.ofPrimary = new CoalescedRead<>(repository.latest().timeout(listener.deadline()));
    }

    /**
     * A version, as it was heard of.
     *
     * @param log counts the logs that this node has known: one that has lost events is another
     * @param connection counts the listening connections of this node: the database behind another one may be a restored
     *     one, in which the same number means another version
     * @param topics the version in which topics changed last
     * @param feedPosition the number of the latest event
     * @param feedCursor the same as clients know it: everything up to there has been heard of
     * @param supersededAt when the next version was heard of
     */
    public record Known(
            long log,
            long connection,
            long number,
            long topics,
            long feedPosition,
            String feedCursor,
            AtomicReference<@Nullable Instant> supersededAt) {

        /** Whether topics are the same in both. */
        public boolean hasTopicsOf(Known other) {
            return connection == other.connection && topics == other.topics;
        }

        /** Whether nothing has changed from one to the other. */
        public boolean isSameAs(Known other) {
            return connection == other.connection && number == other.number;
        }

        private boolean isBehind(NewsroomState state) {
            return number < state.version() || feedPosition < state.position().key();
        }
    }

    /** The latest known; null while no notifications arrive, and this node can't know whether there is a later one. */
    public @Nullable Known current() {
        Known latest = known;
        return latest != null && notifications.isListening() && latest.connection() == notifications.reconnects()
                ? latest
                : null;
    }

    /** Whether the database answers the listener. */
    public boolean isConnected() {
        return notifications.isConnected();
    }

    /** Whether nothing that the node still holds to be new is from before this event of the feed. */
    public boolean covers(long feedPosition) {
        Known latest = current();
        return latest == null || latest.feedPosition() >= feedPosition;
    }

    /**
     * Where an answer can be read that is at least as new as this position: here as soon as this node knows of it, which may
     * take a moment, or else on the primary.
     *
     * @return fails with UNAVAILABLE if the primary has no such position, or can't be reached
     */
    public Mono<ReadableAt> await(Position position) {
        return Mono.defer(() -> knows(position)
                ? Mono.just(ReadableAt.NODE)
                : Flux.interval(STEP)
                        .onBackpressureDrop()
                        .filter(tick -> knows(position))
                        .next()
                        .map(tick -> ReadableAt.NODE)
                        .timeout(PATIENCE, Mono.defer(() -> onPrimary(position))));
    }

    private boolean knows(Position position) {
        Known latest = current();
        return latest != null && latest.feedPosition() >= position.key();
    }

    private Mono<ReadableAt> onPrimary(Position position) {
        return ofPrimary
                .get()
                .onErrorMap(e -> unavailable())
                .filter(state -> state.position().key() >= position.key())
                .map(state -> new ReadableAt(cursors.write(Cursors.FEED, state.position())))
                .switchIfEmpty(Mono.error(NewsroomVersion::unavailable));
    }

    /** No database that this node reaches has the position that a request demands. */
    public static Problem unavailable() {
        return new Problem(
                ErrorCode.UNAVAILABLE,
                "The position that the request demands can't be read here just now: try again in a moment");
    }

    /**
     * Where an answer can be read.
     *
     * @param primaryCursor the position of the primary in the feed, if it has to be read there; null if this node has it
     */
    public record ReadableAt(@Nullable String primaryCursor) {

        static final ReadableAt NODE = new ReadableAt(null);
    }

    /**
     * Until when something that was read in this version was known to be current.
     *
     * @return null where it may not be shown any more: it is too old, it is from a log that was lost, or it may hold a text
     *     of whose retraction this node has been told
     */
    public synchronized @Nullable Instant staleSince(Known version) {
        long oldest = announced > read ? announced : retracted;
        Instant superseded = version.supersededAt().get();
        Instant since = superseded == null ? contact : superseded;
        return since != null && version.log() == log && version.feedPosition() >= oldest && isRecent(since)
                ? since
                : null;
    }

    /** Since when the database can't be reached, for as long as kept answers may be used; null otherwise. */
    public @Nullable Instant staleSince() {
        Instant since = contact;
        return since != null && !notifications.isConnected() && isRecent(since) ? since : null;
    }

    private boolean isRecent(Instant since) {
        return staleFor.isPositive() && Instant.now().isBefore(since.plus(staleFor));
    }

    /** Complete when this node knows of everything that was committed before. */
    public Mono<Void> catchUp() {
        return Mono.defer(() -> {
            long connection = notifications.reconnects();
            return repository
                    .latest()
                    .delayUntil(reads::reach)
                    .doOnNext(state -> learn(state, connection))
                    .then();
        });
    }

    /** A node that was disconnected meanwhile hears of it when it listens again. */
    private synchronized void learn(NewsroomState state, long connection) {
        announced = Math.max(announced, state.position().key());
        if (notifications.isListening() && notifications.reconnects() == connection) {
            know(state);
        }
    }

    /** The database has lost what was known of it: its log begins again after this number. */
    public synchronized void forget(long number) {
        known = null;
        log++;
        announced = 0;
        read = number;
        retracted = 0;
    }

    /** Nothing is known any more: this node has stopped listening. */
    synchronized void reset() {
        known = null;
        log++;
        contact = null;
        announced = 0;
        read = 0;
        retracted = 0;
    }

    /** By the listener. */
    synchronized void update(NewsroomState state) {
        if (contact == null) {
            read = state.position().key();
        }
        contact = Instant.now();
        announced = Math.max(announced, state.position().key());
        know(state);
    }

    private void know(NewsroomState state) {
        Known latest = known;
        long connection = notifications.reconnects();
        if (latest == null || latest.connection() != connection || latest.isBehind(state)) {
            Position position = state.position();
            known = new Known(
                    log,
                    connection,
                    state.version(),
                    state.topicsVersion(),
                    position.key(),
                    cursors.write(Cursors.FEED, position),
                    latest == null || latest.isBehind(state) ? new AtomicReference<>() : latest.supersededAt());
            if (latest != null && latest.isBehind(state)) {
                latest.supersededAt().set(Instant.now());
            }
        }
    }

    /**
     * The events have been read up to this number.
     *
     * @param retraction the number of the latest retraction among them; 0 where there is none
     */
    public synchronized void read(long number, long retraction) {
        read = Math.max(read, number);
        retracted = Math.max(retracted, retraction);
    }
}
