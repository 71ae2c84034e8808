package se.utrop.feed;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import se.utrop.feed.LoggedEvent.Content;
import se.utrop.freshness.NewsroomState;
import se.utrop.freshness.NewsroomSubscriber;
import se.utrop.freshness.NewsroomVersion;
import se.utrop.graphql.ErrorCode;
import se.utrop.graphql.FatalErrors;
import se.utrop.graphql.Limits;
import se.utrop.graphql.Problem;
import se.utrop.paging.Position;
import se.utrop.sql.CoalescedRead;

/**
 * The part of the log that this node has read. Each event is read once, when the listener reports new ones. The latest
 * events stay in memory; {@link Replay} reads older ones for subscribers that lag behind.
 *
 * <p>The log is a transactional outbox: triggers of the database write each event in the transaction that it describes.
 *
 * <p>A position is a number and a time. Whenever the listener reads the newsroom's state, it checks that the log still holds
 * the latest event that this node has read, and each event is checked against the one before it. This detects a database
 * that lost events in a failover or a restore, even if its log has grown to the same length again.
 *
 * @see <a href="https://microservices.io/patterns/data/transactional-outbox.html">Transactional outbox</a>
 */
@Component
@ConditionalOnWebApplication
class EventLog implements NewsroomSubscriber {

    private static final Logger log = LoggerFactory.getLogger(EventLog.class);

    /** Events read at a time. */
    private static final int BATCH = 64;

    private static final long UNKNOWN = -1;

    private final EventRepository repository;
    private final NewsroomVersion version;
    private final Replay replay;
    private final FeedProperties properties;
    private final Duration timeout;
    private final FeedCursors cursors;
    private final FeedMetrics metrics;

    private final ConcurrentNavigableMap<Long, LoggedEvent> recent = new ConcurrentSkipListMap<>();
    private final Set<Follower> followers = new CopyOnWriteArraySet<>();
    private final CoalescedRead<Position> now;

    /** Everything after this number is in {@code recent}. */
    private volatile long oldest = UNKNOWN;

    private volatile @Nullable Position latest;

    private final AtomicInteger generation = new AtomicInteger();

    private long remembered;

    EventLog(
            EventRepository repository,
            NewsroomVersion version,
            Replay replay,
            FeedProperties properties,
            Limits limits,
            FeedCursors cursors,
            FeedMetrics metrics) {
        this.repository = repository;
        this.version = version;
        this.replay = replay;
        this.properties = properties;
        this.timeout = limits.timeout();
        this.cursors = cursors;
        this.metrics = metrics;
        this.now = new CoalescedRead<>(repository.latest().timeout(timeout));
        metrics.bind(this);
    }

    /** Hears that there are more events. */
    interface Follower {

        /** Something is told differently now than before; called before {@code advanced}. */
        void changed();

        void advanced();

        /** The database has lost events that were read here: no subscription can go on from them. */
        void diverged();

        /** The node has stopped listening. */
        void ended();
    }

    void follow(Follower follower) {
        followers.add(follower);
    }

    /** Where the log ends as it has been read here; the start where it has not been read yet. */
    @Override
    public Position position() {
        Position known = latest;
        return known == null ? Position.START : known;
    }

    /** The position at that time; a later one where this node doesn't remember so much. */
    Position at(Instant time) {
        Position found = position();
        for (LoggedEvent event : recent.descendingMap().values()) {
            if (event.occurredAt().isBefore(time)) {
                return event.position();
            }
            found = event.preceding();
        }
        return found;
    }

    /** The number of the latest event that has been read here. */
    long latest() {
        Position known = latest;
        return known == null ? UNKNOWN : known.key();
    }

    /** Counts the logs that were found in the database: one that has lost events is another log. */
    int generation() {
        return generation.get();
    }

    boolean isCurrent() {
        return latest != null && version.isConnected();
    }

    /** Where the log stands in the database at a moment between the call and the answer. */
    Mono<Position> now() {
        return latest == null ? Mono.error(notReady()) : now.get();
    }

    /**
     * Whether the log holds, or has held, this position.
     *
     * @return the same, or CURSOR_INVALID
     */
    Mono<Position> require(Position position) {
        Position known = latest;
        if (known == null) {
            return Mono.error(notReady());
        }
        if (position.equals(Position.START) || position.equals(known)) {
            return Mono.just(position);
        }
        LoggedEvent event = recent.get(position.key());
        Mono<Position> found =
                event == null ? repository.position(position.key()).timeout(timeout) : Mono.just(event.position());
        return found.filter(position::equals).switchIfEmpty(Mono.error(this::lost));
    }

    /** A subscription can't go on from a cursor that this log doesn't hold, but from the position of now. */
    Problem lost() {
        return invalid(FeedCursors.LOST);
    }

    /** The same problem with the cursor of now, from which the client can go on. */
    Problem invalid(@Nullable String message) {
        return cursors.invalid(message, latest);
    }

    /** Some of the events after this number, in order; none where it is the latest. Their contents may be missing. */
    CompletableFuture<List<LoggedEvent>> after(long number) {
        long known = latest();
        if (number >= known) {
            return CompletableFuture.completedFuture(List.of());
        }
        List<LoggedEvent> remembered = remembered(number);
        return remembered == null ? replay.after(number, known) : CompletableFuture.completedFuture(remembered);
    }

    /** These events with their contents. */
    CompletableFuture<List<LoggedEvent>> complete(List<LoggedEvent> events) {
        return events.stream().allMatch(event -> event.content() != null)
                ? CompletableFuture.completedFuture(events)
                : replay.complete(events);
    }

    /** Whether all events after this number are in memory. */
    boolean remembers(long number) {
        return latest != null && number >= oldest;
    }

    /** Whether the event is one of the latest, which are in memory. */
    boolean isRecent(LoggedEvent event) {
        return event.number() > oldest;
    }

    private @Nullable List<LoggedEvent> remembered(long number) {
        if (number < oldest) {
            return null;
        }
        List<LoggedEvent> events =
                recent.tailMap(number, false).values().stream().limit(BATCH).toList();
        return number < oldest ? null : events;
    }

    @Override
    public synchronized void begin(Position position) {
        if (latest == null) {
            startAt(position);
        }
    }

    private void startAt(Position position) {
        forgetUpTo(position.key());
        latest = position;
    }

    /** Remembers nothing but what comes after this number. */
    private void forgetUpTo(long number) {
        recent.clear();
        remembered = 0;
        oldest = number;
    }

    @Override
    public synchronized void restart(Position position) {
        log.error(
                "The database's log doesn't hold event {} of {}: it has lost events, in a failover or a restore. It now"
                        + " stands at event {} of {}.",
                position().key(),
                position().time(),
                position.key(),
                position.time());
        generation.incrementAndGet();
        startAt(position);
        version.forget(position.key());
        replay.clear();
        followers.forEach(Follower::diverged);
    }

    @Override
    public synchronized void end() {
        generation.incrementAndGet();
        latest = null;
        forgetUpTo(UNKNOWN);
        replay.clear();
        followers.forEach(Follower::ended);
    }

    @Override
    public Mono<Void> catchUp(NewsroomState state) {
        return Mono.defer(() -> state.position().key() <= latest() ? Mono.empty() : readOn());
    }

    private Mono<Void> readOn() {
        return Mono.defer(() -> {
                    int of = generation();
                    return read(latest())
                            .flatMap(events ->
                                    FatalErrors.run(() -> add(events, of)).thenReturn(events.size()));
                })
                .repeat()
                .takeWhile(count -> count == BATCH)
                .then();
    }

    private Mono<List<LoggedEvent>> read(long number) {
        metrics.logRead();
        return repository.after(number, BATCH).timeout(timeout).delayUntil(this::know);
    }

    /** Some may have come after what was told: nobody hears of them while an answer of before may still be given. */
    private Mono<Void> know(List<LoggedEvent> events) {
        return events.isEmpty() || version.covers(events.getLast().number())
                ? Mono.empty()
                : version.catchUp().timeout(timeout);
    }

    /** @param of the generation in which they were read */
    private synchronized void add(List<LoggedEvent> events, int of) {
        if (events.isEmpty() || of != generation()) {
            return;
        }
        Position preceding = events.getFirst().preceding();
        if (!preceding.equals(latest)) {
            restart(preceding);
        }
        forgetOldTopics(events);
        events.forEach(this::remember);
        rewrite(events);
        forget();
        latest = events.getLast().position();
        version.read(latest(), lastRetraction(events));
        followers.forEach(Follower::advanced);
    }

    private static long lastRetraction(List<LoggedEvent> events) {
        return events.stream()
                .filter(event -> event.type() == NewsEventType.RETRACTED)
                .mapToLong(LoggedEvent::number)
                .max()
                .orElse(0);
    }

    private void remember(LoggedEvent event) {
        recent.put(event.number(), event);
        remembered += event.weight();
        metrics.read(event.type());
    }

    /** All that was remembered may show a topic as it was. */
    private void forgetOldTopics(List<LoggedEvent> events) {
        if (events.stream().allMatch(LoggedEvent::isAboutNews)) {
            return;
        }
        forgetUpTo(events.getFirst().number() - 1);
        replay.clear();
        followers.forEach(Follower::changed);
    }

    /** What was remembered of changed news shows them as they read now, or not at all. */
    private void rewrite(List<LoggedEvent> events) {
        Map<Long, Content> changed = new HashMap<>();
        events.stream()
                .filter(LoggedEvent::isAboutNews)
                .filter(event -> event.type() != NewsEventType.PUBLISHED && event.content() != null)
                .forEach(event -> changed.put(event.key(), event.content()));
        if (changed.isEmpty()) {
            return;
        }
        recent.replaceAll((number, event) -> event.isAboutNews() && changed.containsKey(event.key())
                ? event.withNewsOf(changed.get(event.key()))
                : event);
        remembered = recent.values().stream().mapToLong(LoggedEvent::weight).sum();
        replay.clear();
        followers.forEach(Follower::changed);
    }

    private void forget() {
        while (remembered > properties.memory().toBytes() && recent.size() > BATCH) {
            oldest = recent.firstKey();
            remembered -= recent.pollFirstEntry().getValue().weight();
        }
    }

    private static Problem notReady() {
        return new Problem(ErrorCode.UNAVAILABLE, "The feed can't be read just now: try again in a moment");
    }
}
