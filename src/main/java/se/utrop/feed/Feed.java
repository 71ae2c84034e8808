package se.utrop.feed;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.graphql.server.WebGraphQlHandler;
import org.springframework.graphql.server.WebGraphQlRequest;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import se.utrop.graphql.ErrorCode;
import se.utrop.graphql.Errors;
import se.utrop.graphql.OperationKey;
import se.utrop.graphql.Problem;
import se.utrop.paging.Position;

/** The feed's entry point for transports: executes operations, and joins equal subscriptions. */
@Component
@ConditionalOnWebApplication
public class Feed implements EventLog.Follower {

    /** The header with the position in the feed that a response has. */
    public static final String CURSOR_HEADER = "Feed-Cursor";

    private final WebGraphQlHandler graphQl;
    private final EventLog events;
    private final MessageStore messages;
    private final SearchMatches searches;
    private final FeedCursors cursors;
    private final FeedProperties properties;
    private final FeedMetrics metrics;

    private final ConcurrentHashMap<OperationKey, SharedSubscription> subscriptions = new ConcurrentHashMap<>();

    Feed(
            WebGraphQlHandler graphQl,
            EventLog events,
            MessageStore messages,
            SearchMatches searches,
            FeedCursors cursors,
            FeedProperties properties,
            FeedMetrics metrics) {
        this.graphQl = graphQl;
        this.events = events;
        this.messages = messages;
        this.searches = searches;
        this.cursors = cursors;
        this.properties = properties;
        this.metrics = metrics;
        events.follow(this);
        searches.follow(this::searches);
        metrics.bind(events, subscriptions);
    }

    /** What became of a request. */
    public sealed interface Opened {

        /** A query or mutation was answered, or a subscription refused. */
        record Answered(Map<String, Object> response) implements Opened {}

        /** A subscription is to begin after this position. */
        record Following(FeedQuery query, Position start) implements Opened {}
    }

    /**
     * Executes a request; what goes wrong is told in the answer. A subscription is only opened: where it begins is then settled.
     *
     * @param lastEventId a cursor that a client which comes back brings beside the request; it goes before {@code after}
     */
    public Mono<Opened> open(WebGraphQlRequest request, @Nullable String lastEventId) {
        AtomicReference<FeedExecution.@Nullable Asked> opened = new AtomicReference<>();
        AtomicReference<@Nullable Position> after = new AtomicReference<>();
        FeedExecution opening = asked -> {
            after.set(start("Last-Event-ID", lastEventId, asked));
            opened.set(asked);
            return Flux.empty();
        };
        request.configureExecutionInput((input, builder) ->
                builder.graphQLContext(Map.of(FeedExecution.class, opening)).build());
        return graphQl.handleRequest(request)
                .flatMap(response -> response.getData() instanceof Publisher<?> source
                        ? Mono.when(source).then(Mono.defer(() -> follow(request, opened.get(), after.get())))
                        : Mono.just(new Opened.Answered(response.toMap())))
                .onErrorResume(e -> Mono.just(new Opened.Answered(Errors.answer(e))));
    }

    private Mono<Opened> follow(
            WebGraphQlRequest request, FeedExecution.@Nullable Asked asked, @Nullable Position after) {
        return asked == null
                ? Mono.error(new IllegalStateException("The feed was not asked for"))
                : Mono.defer(() -> {
                    int generation = events.generation();
                    return start(after)
                            .map(start -> new Opened.Following(FeedQuery.of(request, asked, generation), start));
                });
    }

    /**
     * Begins a subscription again that was opened before, without executing its document.
     *
     * @param after the cursor to begin after; it goes before the document's own
     * @return fails with CURSOR_INVALID if the log doesn't hold the cursor
     */
    public Mono<Opened.Following> resume(FeedQuery query, @Nullable String after) {
        return Mono.defer(() -> {
            int generation = events.generation();
            return start(start("after", after, query.asked()))
                    .map(start -> new Opened.Following(query.in(generation), start));
        });
    }

    /** The same after the position at that time, or after a later one if this node doesn't remember so much. */
    public Mono<Opened.Following> resume(FeedQuery query, Instant time) {
        return Mono.defer(() -> {
            int generation = events.generation();
            return events.require(events.at(time)).map(start -> new Opened.Following(query.in(generation), start));
        });
    }

    /** Whether this node has all events after this cursor in memory. */
    public boolean remembers(String after) {
        try {
            return events.remembers(cursors.read("after", after).key());
        } catch (Problem e) {
            return false;
        }
    }

    /** @param name what the error of an invalid cursor calls it */
    private @Nullable Position start(String name, @Nullable String cursor, FeedExecution.Asked asked) {
        try {
            if (cursor != null) {
                return cursors.read(name, cursor);
            }
            return asked.after() == null ? null : cursors.read("after", asked.after());
        } catch (Problem e) {
            throw events.invalid(e.getMessage());
        }
    }

    private Mono<Position> start(@Nullable Position after) {
        return after == null ? events.now() : events.require(after);
    }

    /** Whether this node hears of changes: otherwise what it tells may be outdated. */
    public boolean isCurrent() {
        return events.isCurrent();
    }

    /** The cursor of a position in the feed. */
    public String cursor(Position position) {
        return cursors.write(position);
    }

    /**
     * Takes a subscriber in among those who asked for the same.
     *
     * @throws Problem UNAVAILABLE where this node has too many that differ, CURSOR_INVALID where the database has lost
     *     events since the subscription was opened
     */
    public SharedSubscription join(FeedQuery query, Subscriber subscriber) {
        makeRoom(query);
        SharedSubscription joined = subscriptions.compute(query.key(), (key, existing) -> {
            SharedSubscription shared = existing == null ? create(query) : existing;
            shared.subscribers().add(subscriber);
            return shared;
        });
        if (query.generation() != events.generation()) {
            leave(joined, subscriber);
            throw events.lost();
        }
        return joined;
    }

    /**
     * The subscription that equal requests share. It keeps its place among those that differ for a while, so that an event
     * is rendered once for requests that come one after the other.
     *
     * @return a subscription that isn't {@linkplain SharedSubscription#isKept kept} if this node has too many that differ
     * @throws Problem CURSOR_INVALID if the database has lost events since the subscription was opened
     */
    public SharedSubscription share(FeedQuery query) {
        makeRoom(query);
        SharedSubscription shared = subscriptions.compute(
                query.key(),
                (key, existing) -> existing == null && refusal(query) != null
                        ? null
                        : (existing == null ? subscription(query) : existing).keep());
        if (query.generation() != events.generation()) {
            throw events.lost();
        }
        return shared == null ? subscription(query) : shared;
    }

    private boolean isFull() {
        return subscriptions.mappingCount() >= properties.differentSubscriptions();
    }

    /** If all places are taken, a new subscription gets that of the one without subscribers that was used least recently. */
    private void makeRoom(FeedQuery query) {
        if (subscriptions.containsKey(query.key())) {
            return;
        }
        boolean searchesAreFull = hasOneSearchTooMany(query);
        if (isFull() || searchesAreFull) {
            subscriptions.values().stream()
                    .filter(SharedSubscription::isIdle)
                    .filter(idle -> !searchesAreFull || search(idle.query()) != null)
                    .min(Comparator.comparingLong(SharedSubscription::keptUntil))
                    .ifPresent(idle -> forget(idle, true));
        }
    }

    private void forget(SharedSubscription idle, boolean early) {
        subscriptions.computeIfPresent(
                idle.query().key(),
                (key, present) -> present == idle && idle.isIdle() && (early || !idle.isKept()) ? null : present);
    }

    /** Gives up the places that no request has used for a while. */
    void forgetIdle() {
        subscriptions.values().forEach(subscription -> forget(subscription, false));
    }

    private SharedSubscription create(FeedQuery query) {
        Problem refusal = refusal(query);
        if (refusal != null) {
            throw refusal;
        }
        return subscription(query);
    }

    /** Why there is no place for one more subscription; null if there is one. */
    private @Nullable Problem refusal(FeedQuery query) {
        if (isFull()) {
            metrics.refused("different-subscriptions");
            return new Problem(
                    ErrorCode.UNAVAILABLE,
                    "Too many different subscriptions here: try again later, or send what varies as variables");
        }
        if (hasOneSearchTooMany(query)) {
            metrics.refused("searches");
            return new Problem(ErrorCode.UNAVAILABLE, "Too many different searches are followed here: try again later");
        }
        return null;
    }

    private boolean hasOneSearchTooMany(FeedQuery query) {
        String search = search(query);
        if (search == null) {
            return false;
        }
        Set<String> followed = searches();
        return followed.size() >= properties.searches() && !followed.contains(search);
    }

    /** What the subscriptions of this node search for. */
    private Set<String> searches() {
        return subscriptions.values().stream()
                .flatMap(subscription -> Stream.ofNullable(search(subscription.query())))
                .collect(Collectors.toSet());
    }

    private static @Nullable String search(FeedQuery query) {
        return query.asked().filter().criteria().search();
    }

    private SharedSubscription subscription(FeedQuery query) {
        return new SharedSubscription(query, events, messages, searches, cursors);
    }

    public void leave(SharedSubscription subscription, Subscriber subscriber) {
        subscriptions.compute(subscription.query().key(), (key, joined) -> {
            subscription.subscribers().remove(subscriber);
            return joined == subscription && joined.isIdle() && !joined.isKept() ? null : joined;
        });
    }

    /** Tells all who asked for positions where they stand, unless they have been told of something lately. */
    void tellPositions() {
        subscriptions.values().forEach(SharedSubscription::tellPositions);
    }

    @Override
    public void changed() {
        messages.clear();
    }

    @Override
    public void advanced() {
        subscriptions.values().forEach(SharedSubscription::advance);
    }

    /** Sockets are closed before. A subscription that is still here belongs to one that was closed while it was opened. */
    @Override
    public void ended() {
        messages.clear();
        subscriptions.clear();
    }

    /** Later subscriptions get none of these: they begin with the log that is there now. */
    @Override
    public void diverged() {
        Problem problem = events.invalid(
                "The newsroom's feed was set back: read the news, and begin again from their feedCursor");
        messages.clear();
        List<SharedSubscription> lost = List.copyOf(subscriptions.values());
        subscriptions.values().removeAll(lost);
        lost.forEach(subscription -> subscription.fail(problem));
    }
}
