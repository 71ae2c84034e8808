package se.utrop.graphql;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoOperator;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Turns what Reactor takes for fatal into an error signal. Reactor throws a VirtualMachineError or a LinkageError through
 * all operators to the thread that emits, and tells no subscriber: the request would never end, and would never release what it
 * holds.
 *
 * <p>Each boundary catches what the operators below it throw while they take its signals, and lets the next boundary below
 * end with that error. So a boundary belongs directly behind every source that emits on a thread of its own.
 *
 * @see reactor.core.Exceptions#throwIfFatal(Throwable)
 */
public final class FatalErrors {

    private FatalErrors() {}

    /** The same, with a boundary. The outermost boundary of a stack passes on what is thrown below it. */
    public static <T> Mono<T> contain(Mono<T> source) {
        return new Contained<>(source);
    }

    private static final class Contained<T> extends MonoOperator<T, T> {

        Contained(Mono<T> source) {
            super(source);
        }

        @Override
        public void subscribe(CoreSubscriber<? super T> actual) {
            Boundary<T> boundary = new Boundary<>(actual);
            actual.onSubscribe(boundary);
            try {
                source.subscribe(boundary);
            } catch (Throwable failure) {
                boundary.fail(failure);
            }
        }
    }

    /** Cancels at once, also while it requests: the source may have thrown, and never return from there. */
    private static final class Boundary<T> implements CoreSubscriber<T>, Subscription {

        private final CoreSubscriber<? super T> actual;
        private final @Nullable Boundary<?> below;
        private final Context context;

        private final AtomicBoolean ended = new AtomicBoolean();

        private volatile @Nullable Subscription upstream;

        private volatile boolean requested;

        private volatile boolean cancelled;

        Boundary(CoreSubscriber<? super T> actual) {
            this.actual = actual;
            this.below = actual.currentContext().getOrDefault(Boundary.class, null);
            this.context = actual.currentContext().put(Boundary.class, this);
        }

        @Override
        public Context currentContext() {
            return context;
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            if (Operators.validate(upstream, subscription)) {
                upstream = subscription;
                if (ended.get()) {
                    subscription.cancel();
                } else if (requested) {
                    subscription.request(Long.MAX_VALUE);
                }
            }
        }

        @Override
        public void request(long n) {
            requested = true;
            Subscription subscription = upstream;
            if (subscription != null) {
                subscription.request(Long.MAX_VALUE);
            }
        }

        @Override
        public void onNext(T value) {
            if (ended.compareAndSet(false, true)) {
                tell(() -> {
                    actual.onNext(value);
                    actual.onComplete();
                });
            } else {
                Operators.onNextDropped(value, context);
            }
        }

        @Override
        public void onComplete() {
            if (ended.compareAndSet(false, true)) {
                tell(actual::onComplete);
            }
        }

        @Override
        public void onError(Throwable failure) {
            if (ended.compareAndSet(false, true)) {
                tell(() -> actual.onError(failure));
            } else if (!cancelled) {
                Operators.onErrorDropped(failure, context);
            }
        }

        @Override
        public void cancel() {
            cancelled = true;
            ended.set(true);
            cancelUpstream();
        }

        private void cancelUpstream() {
            Subscription subscription = upstream;
            if (subscription != null) {
                subscription.cancel();
            }
        }

        /** Ends with this error; where this boundary has ended already, the next one does. */
        void fail(Throwable failure) {
            if (ended.compareAndSet(false, true)) {
                try {
                    cancelUpstream();
                } finally {
                    tell(() -> actual.onError(failure));
                }
            } else {
                escalate(failure);
            }
        }

        private void tell(Runnable signal) {
            try {
                signal.run();
            } catch (Throwable failure) {
                escalate(failure);
            }
        }

        private void escalate(Throwable failure) {
            if (below != null) {
                below.fail(failure);
            } else {
                throwAgain(failure);
            }
        }

        @SuppressWarnings("unchecked")
        private static <E extends Throwable> void throwAgain(Throwable failure) throws E {
            throw (E) Objects.requireNonNull(failure);
        }
    }
}
