package se.utrop.feed;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Schedulers;
import se.utrop.feed.MessageStore.GivenUp;
import se.utrop.graphql.Problem;
import se.utrop.paging.Position;

/**
 * All subscribers of this node with equal subscriptions. An event is filtered, executed and serialised once for all of
 * them. Each subscriber takes messages at its own pace, from its own position (backpressure); a subscriber that has taken
 * all of them is offered the next one.
 *
 * <p>No message is lost when a subscriber stops reading and starts to take offers: it must check {@link #reached} once
 * more after it has begun to take offers.
 */
public final class SharedSubscription {

    private static final Logger log = LoggerFactory.getLogger(SharedSubscription.class);

    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** As long as rendered messages are kept. */
    private static final Duration KEPT = Duration.ofMinutes(1);

    /** Events whose contents are read at a time. */
    private static final int CONTENTS = 32;

    private final FeedQuery query;
    private final EventLog events;
    private final MessageStore messages;
    private final SearchMatches searches;
    private final FeedCursors cursors;

    private final Set<Subscriber> subscribers = ConcurrentHashMap.newKeySet();
    private final AtomicInteger advances = new AtomicInteger();

    /** Whether positions are due to those who have all events. */
    private final AtomicBoolean positionsDue = new AtomicBoolean();

    private volatile Position reached;

    private volatile boolean kept;

    /** In nanoseconds of {@link System#nanoTime}. */
    private volatile long keptUntil;

    SharedSubscription(
            FeedQuery query, EventLog events, MessageStore messages, SearchMatches searches, FeedCursors cursors) {
        this.query = query;
        this.events = events;
        this.messages = messages;
        this.searches = searches;
        this.cursors = cursors;
        this.reached = events.position();
    }

    /**
     * What follows in the feed.
     *
     * @param reached the position up to which the subscriber knows everything; the same as before where nothing follows
     * @param message the next message, where there is one up to that position
     * @param problem where the event at that position can't be shown: the subscription ends
     */
    public record Step(
            Position reached,
            @Nullable Message message,
            @Nullable Problem problem) {

        static Step to(Position reached) {
            return new Step(reached, null, null);
        }

        static Step to(Message message) {
            return new Step(message.position(), message, null);
        }
    }

    /** The first step from there: a message, or a stretch of the log without one. */
    public CompletableFuture<Step> next(Position from) {
        return next(from, from.key());
    }

    /** @param passed the number up to which no event is wanted */
    private CompletableFuture<Step> next(Position from, long passed) {
        return events.after(from.key()).thenCompose(found -> next(from, passed, found));
    }

    private CompletableFuture<Step> next(Position from, long passed, List<LoggedEvent> found) {
        if (!found.isEmpty() && !found.getFirst().preceding().equals(from)) {
            return CompletableFuture.failedFuture(events.lost());
        }
        List<LoggedEvent> passing = found.stream()
                .filter(event -> event.number() > passed)
                .filter(event -> query.asked().filter().mayConcern(event))
                .limit(CONTENTS)
                .toList();
        if (passing.isEmpty()) {
            return CompletableFuture.completedFuture(
                    Step.to(found.isEmpty() ? from : found.getLast().position()));
        }
        return searches.decide(
                        passing,
                        query.asked().filter().criteria(),
                        passing.stream().allMatch(events::isRecent))
                .thenCompose(this::decided);
    }

    private CompletableFuture<Step> decided(List<LoggedEvent> decided) {
        List<LoggedEvent> passing = decided.stream()
                .filter(event -> query.asked().filter().concerns(event))
                .toList();
        return passing.isEmpty()
                ? CompletableFuture.completedFuture(Step.to(decided.getLast().position()))
                : events.complete(passing).thenCompose(this::first);
    }

    private CompletableFuture<Step> first(List<LoggedEvent> passing) {
        return passing.stream()
                .filter(event -> query.asked().filter().concerns(event))
                .findFirst()
                .map(this::step)
                .orElseGet(() -> CompletableFuture.completedFuture(
                        Step.to(passing.getLast().position())));
    }

    private CompletableFuture<Step> step(LoggedEvent event) {
        return messages.get(this, event, events.isRecent(event))
                .thenApply(Step::to)
                .exceptionallyCompose(failure -> MessageStore.cause(failure) instanceof GivenUp givenUp
                        ? CompletableFuture.completedFuture(new Step(event.position(), null, givenUp.problem()))
                        : CompletableFuture.failedFuture(failure));
    }

    /** The position up to which everything has been offered. */
    public Position reached() {
        return reached;
    }

    /** Whether its subscribers are also told where they stand. */
    public boolean tellsPositions() {
        return query.asked().positions();
    }

    /** Whether this node has read nothing after that position. */
    public boolean isCurrent(Position position) {
        return position.key() >= events.latest();
    }

    /** The message that tells a subscriber that it stands there. */
    public CompletableFuture<Message> position(Position position) {
        return messages.get(this, position, isCurrent(position));
    }

    /** A message's JSON for a subscriber that received another one before; not to be changed. */
    public byte[] text(Message message, Position previous) {
        return message.after(previous, cursors);
    }

    FeedQuery query() {
        return query;
    }

    Set<Subscriber> subscribers() {
        return subscribers;
    }

    /** Keeps its place for a while from now on, with or without subscribers. */
    SharedSubscription keep() {
        keptUntil = System.nanoTime() + KEPT.toNanos();
        kept = true;
        return this;
    }

    long keptUntil() {
        return keptUntil;
    }

    /** Whether it keeps its place without subscribers. */
    public boolean isKept() {
        return kept && System.nanoTime() - keptUntil < 0;
    }

    boolean isIdle() {
        return subscribers.isEmpty();
    }

    /** Offers a position after all events that the log has. */
    void tellPositions() {
        if (tellsPositions()) {
            positionsDue.set(true);
            advance();
        }
    }

    /** Offers what the log has more, unless that is under way: then once again afterwards. */
    void advance() {
        if (advances.getAndIncrement() == 0) {
            Schedulers.parallel().schedule(this::run);
        }
    }

    private void run() {
        while (!rests()) {
            int seen = advances.get();
            CompletableFuture<Step> step = safely();
            if (!step.isDone()) {
                var _ = step.whenComplete(
                        (found, failure) -> Schedulers.parallel().schedule(this::run));
                return;
            }
            if (step.isCompletedExceptionally()) {
                log.warn(
                        "An event can't be shown, will try again: {}",
                        step.exceptionNow().toString());
                Schedulers.parallel().schedule(this::run, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
                return;
            }
            if (offer(step.resultNow())) {
                continue;
            }
            offerPosition();
            if (advances.compareAndSet(seen, 0)) {
                return;
            }
        }
        advances.set(0);
        if (!isIdle()) {
            advance();
        }
    }

    /** Without subscribers nothing is offered. Whoever joins reads the log from its own position before it takes offers. */
    private boolean rests() {
        Position end = events.position();
        if (!isIdle()) {
            return false;
        }
        reached = end.key() > reached.key() ? end : reached;
        return true;
    }

    /** After all offers up to it, and none of later events: whoever waits for the next has everything up to it. */
    private void offerPosition() {
        if (positionsDue.compareAndSet(true, false)) {
            Position here = reached;
            subscribers.forEach(subscriber -> subscriber.offer(here));
        }
    }

    /** Whatever is thrown, the subscription goes on. */
    private CompletableFuture<Step> safely() {
        try {
            return next(reached, passedByAll());
        } catch (RuntimeException | LinkageError | VirtualMachineError e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /**
     * The number up to which every subscriber has all events. It is beyond {@link #reached} where all of them began at
     * positions that this node has yet to read.
     */
    private long passedByAll() {
        long here = reached.key();
        long passed = Long.MAX_VALUE;
        for (Subscriber subscriber : subscribers) {
            passed = Math.min(passed, subscriber.reached());
            if (passed <= here) {
                return here;
            }
        }
        return passed;
    }

    private boolean offer(Step step) {
        boolean moved = step.reached().key() > reached.key();
        reached = moved ? step.reached() : reached;
        Message message = step.message();
        Problem problem = step.problem();
        if (message != null) {
            subscribers.forEach(subscriber -> subscriber.offer(message));
        } else if (problem != null) {
            subscribers.forEach(subscriber -> subscriber.offer(step.reached(), problem));
        }
        return moved;
    }

    void fail(Problem problem) {
        subscribers.forEach(subscriber -> subscriber.fail(problem));
    }
}
