package se.utrop.transport;

import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * Hands on every failure. Reactor rethrows errors that it takes for fatal, such as a {@link LinkageError}, instead of
 * signalling them, so that their subscriber would wait for ever.
 *
 * @see reactor.core.Exceptions#throwIfFatal
 */
final class FailureContainment {

    private FailureContainment() {}

    /** A Mono that fails with whatever is thrown while the work is made or subscribed to. */
    static <T> Mono<T> mono(Supplier<Mono<T>> work) {
        return Mono.create(sink -> {
            try {
                sink.onDispose(work.get()
                        .contextWrite(sink.contextView())
                        .subscribe(sink::success, sink::error, sink::success));
            } catch (Throwable failure) {
                sink.error(failure);
            }
        });
    }
}
