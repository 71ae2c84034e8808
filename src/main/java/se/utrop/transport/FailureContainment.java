package se.utrop.transport;

import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * Converts every failure to an error signal. Reactor rethrows errors that it considers fatal, such as a {@link
 * LinkageError}, instead of signalling them. Their subscriber would wait forever.
 *
 * @see reactor.core.Exceptions#throwIfFatal
 */
final class FailureContainment {

    private FailureContainment() {}

    /** A Mono that signals whatever is thrown while the work is created or subscribed to. */
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
