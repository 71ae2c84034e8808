package se.utrop.feed;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;
import se.utrop.database.Notifications;
import se.utrop.graphql.ErrorCode;
import se.utrop.graphql.Problem;
import se.utrop.news.News;
import se.utrop.paging.Position;
import se.utrop.standing.NewsroomVersion;
import se.utrop.standing.Standing;
import se.utrop.standing.StandingRepository;

/**
 * The log as this node has read it: each event once, as soon as the database tells of it. The latest stay in memory;
 * who is behind them is served in blocks, which all who are at the same place share.
 */
@Component
@ConditionalOnWebApplication
class EventLog implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(EventLog.class);

    private static final Duration FIRST_WAIT = Duration.ofMillis(100);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);
    private static final Duration LATEST_NOTIFICATION = Duration.ofSeconds(1);

    /** Events read at a time. */
    private static final int BLOCK = 64;

    private static final long UNKNOWN = -1;

    private final EventRepository repository;
    private final Notifications notifications;
    private final NewsroomVersion version;
    private final FeedProperties properties;
    private final FeedMetrics metrics;

    private final ConcurrentNavigableMap<Long, LoggedEvent> recent = new ConcurrentSkipListMap<>();
    private final AsyncCache<Long, List<LoggedEvent>> blocks;
    private final Set<Follower> followers = new CopyOnWriteArraySet<>();
    private final SharedRead<Position> now;

    /** Everything behind this number is in {@code recent}. */
    private volatile long oldest = UNKNOWN;

    private volatile long latest = UNKNOWN;

    private @Nullable Instant latestAt;

    private long advanced;

    private long remembered;

    private Disposable reading = Disposables.disposed();

    EventLog(
            EventRepository repository,
            Notifications notifications,
            NewsroomVersion version,
            FeedProperties properties,
            FeedMetrics metrics) {
        this.repository = repository;
        this.version = version;
        this.notifications = notifications;
        this.properties = properties;
        this.metrics = metrics;
        this.blocks = Caffeine.newBuilder()
                .maximumWeight(properties.memory().toBytes())
                .weigher((Long block, List<LoggedEvent> events) -> Math.toIntExact(
                        events.stream().mapToLong(EventLog::weight).sum()))
                .expireAfterWrite(Duration.ofMinutes(1))
                .executor(Runnable::run)
                .buildAsync();
        this.now = new SharedRead<>(repository.latest());
        metrics.bind(this, notifications);
    }

    /** Who wants to hear that there are more events. */
    interface Follower {

        /** Something is told differently now than before; called before {@code advanced}. */
        void changed();

        void advanced();

        /** The database has lost events that were read here, in a restore or a failover: nobody can go on from them. */
        void diverged();
    }

    void follow(Follower follower) {
        followers.add(follower);
    }

    /** The number of the latest event that has been read here. */
    long latest() {
        return latest;
    }

    boolean isCurrent() {
        return latest != UNKNOWN && notifications.isListening();
    }

    /** Where the log stands in the database at a moment between the call and the answer. */
    Mono<Position> now() {
        return latest == UNKNOWN ? Mono.error(notReady()) : now.get();
    }

    /**
     * Whether the log holds, or has held, this position.
     *
     * @return the same, or CURSOR_INVALID
     */
    Mono<Position> require(Position position) {
        if (latest == UNKNOWN) {
            return Mono.error(notReady());
        }
        if (position.key() == 0 && position.micros() == 0) {
            return Mono.just(position);
        }
        LoggedEvent known = recent.get(position.key());
        Mono<Position> found = known == null ? repository.position(position.key()) : Mono.just(known.position());
        return found.filter(position::equals)
                .switchIfEmpty(Mono.error(new Problem(
                        ErrorCode.CURSOR_INVALID,
                        "after is a cursor of a feed that this newsroom doesn't have any more: read the news, "
                                + "and begin again from their feedCursor")));
    }

    /** Some of the events behind this number, in order; none where it is the latest. */
    CompletableFuture<List<LoggedEvent>> after(long number) {
        if (number >= latest) {
            return CompletableFuture.completedFuture(List.of());
        }
        List<LoggedEvent> remembered = remembered(number);
        if (remembered == null) {
            return older(number);
        }
        return CompletableFuture.completedFuture(remembered);
    }

    private @Nullable List<LoggedEvent> remembered(long number) {
        if (number < oldest) {
            return null;
        }
        List<LoggedEvent> events =
                recent.tailMap(number, false).values().stream().limit(BLOCK).toList();
        return number < oldest ? null : events;
    }

    private CompletableFuture<List<LoggedEvent>> older(long number) {
        long start = number / BLOCK * BLOCK;
        if (start + BLOCK > latest) {
            return behind(number, future(start));
        }
        return behind(number, blocks.get(start, (key, executor) -> future(key)));
    }

    private static CompletableFuture<List<LoggedEvent>> behind(
            long number, CompletableFuture<List<LoggedEvent>> block) {
        return block.thenApply(events ->
                events.stream().filter(event -> event.number() > number).toList());
    }

    @SuppressWarnings("NullAway") // a list comes in any case, or a failure
    private CompletableFuture<List<LoggedEvent>> future(long number) {
        return read(number).toFuture();
    }

    private Mono<List<LoggedEvent>> read(long number) {
        metrics.logRead();
        return repository.after(number, BLOCK).delayUntil(this::know);
    }

    @Override
    public void start() {
        reading = notifications
                .listen(StandingRepository.CHANNEL, StandingRepository.LATEST, properties.poll(), properties.deadline())
                .map(Standing::parse)
                .doOnNext(version::told)
                .onBackpressureLatest()
                .concatMap(standing -> catchUp(standing.position().key()), 1)
                .subscribe();
    }

    private Mono<Void> catchUp(long told) {
        if (latest == UNKNOWN) {
            begin(told);
            return Mono.empty();
        }
        if (told == latest) {
            return Mono.empty();
        }
        Mono<Void> step = told < latest ? compare(told) : readUntil(told);
        return step.doOnError(e -> log.warn("The feed's log can't be read, will try again: {}", e.toString()))
                .retryWhen(Retry.backoff(Long.MAX_VALUE, FIRST_WAIT)
                        .maxBackoff(LONGEST_WAIT)
                        .jitter(0.5));
    }

    private void begin(long number) {
        recent.clear();
        remembered = 0;
        oldest = number;
        latest = number;
        latestAt = null;
    }

    private Mono<Void> readUntil(long told) {
        return Mono.defer(() -> read(latest))
                .doOnNext(this::add)
                .repeat(() -> latest < told)
                .then();
    }

    /** Some may have come after what was told: nobody hears of them while an answer of before may still be given. */
    private Mono<Void> know(List<LoggedEvent> events) {
        return events.isEmpty() || version.covers(events.getLast().number()) ? Mono.empty() : version.catchUp();
    }

    /** A notification may be late. But where nothing has come for a while, the log should not lie behind. */
    private Mono<Void> compare(long told) {
        if (System.nanoTime() - advanced < LATEST_NOTIFICATION.toNanos()) {
            return Mono.empty();
        }
        return repository
                .latest()
                .doOnNext(stands -> {
                    if (stands.key() < latest) {
                        diverge(told);
                    }
                })
                .then();
    }

    private void diverge(long number) {
        log.error(
                "The database's log ends at {}, but {} was read: it was restored, or a replica took over",
                number,
                latest);
        begin(number);
        blocks.synchronous().invalidateAll();
        followers.forEach(Follower::diverged);
    }

    private void add(List<LoggedEvent> events) {
        if (events.isEmpty()) {
            return;
        }
        if (latestAt != null && !latestAt.equals(events.getFirst().precedingAt())) {
            diverge(latest);
        }
        events.forEach(this::remember);
        rewrite(events);
        forget();
        latestAt = events.getLast().occurredAt();
        latest = events.getLast().number();
        advanced = System.nanoTime();
        followers.forEach(Follower::advanced);
    }

    private void remember(LoggedEvent event) {
        recent.put(event.number(), event);
        remembered += weight(event);
        metrics.read(event.type());
    }

    /** What was remembered of changed news shows them as they read now, or not at all. */
    private void rewrite(List<LoggedEvent> events) {
        Map<Long, @Nullable News> changed = new HashMap<>();
        events.stream()
                .filter(event -> event.type() != NewsEventType.PUBLISHED)
                .forEach(event -> changed.put(event.newsKey(), event.news()));
        if (changed.isEmpty()) {
            return;
        }
        recent.replaceAll((number, event) ->
                changed.containsKey(event.newsKey()) ? event.withNews(changed.get(event.newsKey())) : event);
        remembered = recent.values().stream().mapToLong(EventLog::weight).sum();
        blocks.synchronous().invalidateAll();
        followers.forEach(Follower::changed);
    }

    private void forget() {
        while (remembered > properties.memory().toBytes() && recent.size() > BLOCK) {
            oldest = recent.firstKey();
            remembered -= weight(recent.pollFirstEntry().getValue());
        }
    }

    private static long weight(LoggedEvent event) {
        News news = event.news();
        String body = news == null ? null : news.body();
        return 1000 + (news == null ? 0 : 2L * news.summary().length()) + (body == null ? 0 : 2L * body.length());
    }

    private static Problem notReady() {
        return new Problem(ErrorCode.UNAVAILABLE, "The feed can't be read just now: try again in a moment");
    }

    @Override
    public void stop() {
        reading.dispose();
    }

    @Override
    public boolean isRunning() {
        return !reading.isDisposed();
    }

    /** After the sockets, which it feeds until they are closed. */
    @Override
    public int getPhase() {
        return 0;
    }
}
