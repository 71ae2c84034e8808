package se.utrop.graphql;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** The time limit of an operation. What is known to take long can extend it. */
public final class Deadline {

    private final AtomicLong end;

    private Deadline(Duration limit) {
        this.end = new AtomicLong(System.nanoTime() + limit.toNanos());
    }

    /** Lets the operation of this Reactor context take at least this long from now on. */
    public static Mono<Void> extend(Duration limit) {
        return Mono.deferContextual(context -> {
            context.<Deadline>getOrEmpty(Deadline.class).ifPresent(deadline -> deadline.extendTo(limit));
            return Mono.empty();
        });
    }

    private void extendTo(Duration limit) {
        end.accumulateAndGet(
                System.nanoTime() + limit.toNanos(), (now, extended) -> now - extended > 0 ? now : extended);
    }

    /** Fails with a TimeoutException if the operation takes longer than the limit, or than an extension of it. */
    static <T> Mono<T> limit(Mono<T> operation, Duration limit) {
        return Mono.defer(() -> {
            Deadline deadline = new Deadline(limit);
            return operation.contextWrite(deadline::in).timeout(deadline.passed());
        });
    }

    private Context in(Context context) {
        return context.put(Deadline.class, this);
    }

    private Mono<Void> passed() {
        return Mono.defer(() -> {
            long left = end.get() - System.nanoTime();
            return left <= 0 ? Mono.empty() : Mono.delay(Duration.ofNanos(left)).then(passed());
        });
    }
}
