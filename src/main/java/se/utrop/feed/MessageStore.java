package se.utrop.feed;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import se.utrop.feed.Message.Kind;
import se.utrop.graphql.ErrorCode;
import se.utrop.graphql.Problem;
import se.utrop.paging.Position;

/**
 * The messages of a node that were needed lately, each rendered once for all who want it. An event that can't be rendered is
 * tried again, with a pause that doubles each time, and given up after {@value #TRIES} tries; while the database is away
 * no try counts.
 */
@Component
class MessageStore {

    static final int TRIES = 5;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);

    private static final int OVERHEAD = 300;

    private static final int MOST_FAILURES = 10_000;

    private final FeedRenderer renderer;
    private final FeedAdmission admission;
    private final FeedCursors cursors;

    private final AsyncCache<Key, Message> messages;
    private final Cache<Key, Failure> failures;

    MessageStore(FeedRenderer renderer, FeedAdmission admission, FeedCursors cursors, FeedProperties properties) {
        this.renderer = renderer;
        this.admission = admission;
        this.cursors = cursors;
        this.messages = Caffeine.newBuilder()
                .maximumWeight(properties.memory().toBytes())
                .weigher((Key key, Message message) -> OVERHEAD + 2 * message.size())
                .expireAfterWrite(Duration.ofMinutes(1))
                .executor(Runnable::run)
                .buildAsync();
        this.failures = Caffeine.newBuilder()
                .maximumSize(MOST_FAILURES)
                .expireAfterWrite(Duration.ofMinutes(10))
                .executor(Runnable::run)
                .build();
    }

    /** A subscription is itself, not what it asks: one that begins anew has nothing of one that ended. */
    private record Key(SharedSubscription subscription, Kind kind, long number) {}

    /** @param retryAt in nanoseconds of {@link System#nanoTime} */
    private record Failure(
            int count, long retryAt, @Nullable Problem problem) {

        static Failure after(@Nullable Failure before, @Nullable Problem last) {
            int count = before == null ? 1 : before.count + 1;
            return new Failure(count, System.nanoTime() + (FIRST_PAUSE.toNanos() << (count - 1)), last);
        }
    }

    /** An event can't be shown to this subscription, now or ever. */
    static final class GivenUp extends RuntimeException {

        private static final long serialVersionUID = 1;

        private final transient Problem problem;

        GivenUp(Problem problem) {
            super(problem.getMessage(), null, false, false);
            this.problem = problem;
        }

        Problem problem() {
            return problem;
        }
    }

    /**
     * The event as the subscription shows it.
     *
     * @param isRecent whether it has just happened: else it waits behind those that have
     * @return fails with {@link GivenUp} when it has been tried often enough, with another exception where it is to be asked
     *     for again later
     */
    CompletableFuture<Message> get(SharedSubscription subscription, LoggedEvent event, boolean isRecent) {
        Key key = new Key(subscription, Kind.EVENT, event.number());
        Failure failure = failures.getIfPresent(key);
        if (failure != null && failure.problem != null) {
            return CompletableFuture.failedFuture(new GivenUp(failure.problem));
        }
        if (failure != null && System.nanoTime() - failure.retryAt < 0) {
            return CompletableFuture.failedFuture(FeedRenderer.notNow());
        }
        return messages.get(key, (wanted, executor) -> render(key, event, isRecent));
    }

    /** The position as the subscription shows it. */
    @SuppressWarnings("NullAway") // a message comes in any case, or a failure
    CompletableFuture<Message> get(SharedSubscription subscription, Position position, boolean isCurrent) {
        Key key = new Key(subscription, isCurrent ? Kind.CURRENT_POSITION : Kind.POSITION, position.key());
        return messages.get(
                key,
                (wanted, executor) -> renderer.render(subscription.query(), position, isCurrent)
                        .toFuture());
    }

    @SuppressWarnings("NullAway") // a message comes in any case, or a failure
    private CompletableFuture<Message> render(Key key, LoggedEvent event, boolean isRecent) {
        Mono<Message> rendered = isRecent
                ? admission.live(() -> renderer.render(key.subscription.query(), event))
                : admission.replay(() -> renderer.render(key.subscription.query(), event));
        return rendered.doOnError(e -> failed(key, event, e)).toFuture();
    }

    private void failed(Key key, LoggedEvent event, Throwable cause) {
        if (cause instanceof Problem problem && problem.code() == ErrorCode.UNAVAILABLE) {
            return;
        }
        failures.asMap().compute(key, (same, before) -> {
            int count = before == null ? 1 : before.count + 1;
            return Failure.after(before, count < TRIES ? null : UnreadableEvent.problem(event, cause, cursors));
        });
    }

    /** The cause of a failed future. */
    static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : failure;
    }

    void clear() {
        messages.synchronous().invalidateAll();
    }
}
