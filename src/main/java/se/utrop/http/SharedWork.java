package se.utrop.http;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Work that is done once for all who wait for it, and is given up when nobody does any more. */
final class SharedWork<T> {

    private final Sinks.One<T> result = Sinks.one();

    private final Mono<T> work;

    private int waiting;

    private boolean over;

    private @Nullable Disposable running;

    SharedWork(Mono<T> work) {
        this.work = work;
    }

    /** The result, for one more who waits; null where it was given up. */
    synchronized @Nullable Mono<T> join() {
        if (over && waiting == 0) {
            return null;
        }
        waiting++;
        return Mono.defer(this::result).doFinally(signal -> leave());
    }

    private Mono<T> result() {
        synchronized (this) {
            if (running == null) {
                running = work.doFinally(signal -> finish())
                        .subscribe(result::tryEmitValue, result::tryEmitError, result::tryEmitEmpty);
            }
        }
        return result.asMono();
    }

    private synchronized void finish() {
        over = true;
    }

    private synchronized void leave() {
        waiting--;
        if (waiting == 0 && !over) {
            over = true;
            if (running != null) {
                running.dispose();
            }
        }
    }
}
