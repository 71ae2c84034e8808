package se.utrop.graphql;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoOperator;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Converts errors that Reactor considers fatal to error signals. Reactor throws a VirtualMachineError or a LinkageError
 * through all operators to the emitting thread, and signals no subscriber. So the request would never end, and never
 * release its resources.
 *
 * <p>A boundary catches what the operators downstream of it throw while they handle its signals, and terminates the
 * next boundary downstream with that error. So every source that emits on its own thread needs a boundary directly
 * downstream of it.
 *
 * @see reactor.core.Exceptions#throwIfFatal(Throwable)
 */
public final class FatalErrors {

    private FatalErrors() {}

    /**
     * Adds a boundary to a source. The outermost boundary of a thread's stack rethrows what is thrown downstream of it.
     */
    public static <T> Mono<T> contain(Mono<T> source) {
        return new Contained<>(source);
    }

    /** Runs a task, and signals whatever it throws as an IllegalStateException. */
    public static Mono<Void> run(Runnable task) {
        return Mono.defer(() -> {
            try {
                task.run();
                return Mono.empty();
            } catch (RuntimeException | LinkageError | VirtualMachineError e) {
                return Mono.error(new IllegalStateException(e));
            }
        });
    }

    /** Like {@link Mono#defer}, but signals a fatal error of the supplier as an IllegalStateException. */
    public static <T> Mono<T> defer(Supplier<Mono<T>> supplier) {
        return Mono.defer(() -> {
            try {
                return supplier.get();
            } catch (LinkageError | VirtualMachineError e) {
                return Mono.error(new IllegalStateException(e));
            }
        });
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

    /** Handles cancellation at once, even during a request, because the source may have thrown and never return. */
    private static final class Boundary<T> implements CoreSubscriber<T>, Subscription {

        private final CoreSubscriber<? super T> actual;
        private final @Nullable Boundary<?> downstream;
        private final Context context;

        private final AtomicBoolean ended = new AtomicBoolean();

        private volatile @Nullable Subscription upstream;

        private volatile boolean requested;

        private volatile boolean cancelled;

        Boundary(CoreSubscriber<? super T> actual) {
            this.actual = actual;
            this.downstream = actual.currentContext().getOrDefault(Boundary.class, null);
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
                deliver(() -> {
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
                deliver(actual::onComplete);
            }
        }

        @Override
        public void onError(Throwable failure) {
            if (ended.compareAndSet(false, true)) {
                deliver(() -> actual.onError(failure));
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

        /** Terminates with the error, or passes it to the next boundary if this one has terminated already. */
        void fail(Throwable failure) {
            if (ended.compareAndSet(false, true)) {
                try {
                    cancelUpstream();
                } finally {
                    deliver(() -> actual.onError(failure));
                }
            } else {
                escalate(failure);
            }
        }

        private void deliver(Runnable signal) {
            try {
                signal.run();
            } catch (Throwable failure) {
                escalate(failure);
            }
        }

        private void escalate(Throwable failure) {
            if (downstream != null) {
                downstream.fail(failure);
            } else {
                rethrow(failure);
            }
        }

        @SuppressWarnings("unchecked")
        private static <E extends Throwable> void rethrow(Throwable failure) throws E {
            throw (E) Objects.requireNonNull(failure);
        }
    }
}
