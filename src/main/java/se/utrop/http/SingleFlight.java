package se.utrop.http;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import se.utrop.graphql.FatalErrors;

/**
 * Request coalescing (single flight): executes work once for all callers that wait for it, and cancels it when none is
 * left. Afterwards it keeps only the result.
 *
 * @see <a href="https://pkg.go.dev/golang.org/x/sync/singleflight">Go's singleflight</a>, which named the pattern
 */
public final class SingleFlight<T> {

    private final Sinks.One<T> result = Sinks.one();

    /** Null once it has started. */
    private @Nullable Mono<T> work;

    private int waiting;

    private boolean over;

    private @Nullable Disposable running;

    public SingleFlight(Mono<T> work) {
        this.work = work;
    }

    /** The result for one more caller; null if the work was cancelled. */
    public synchronized @Nullable Mono<T> join() {
        if (over && waiting == 0) {
            return null;
        }
        waiting++;
        return FatalErrors.contain(Mono.defer(this::result)).doFinally(signal -> leave());
    }

    private Mono<T> result() {
        synchronized (this) {
            Mono<T> begun = work;
            if (begun != null) {
                work = null;
                Disposable subscription = FatalErrors.contain(begun)
                        .doFinally(signal -> finish())
                        .subscribe(result::tryEmitValue, result::tryEmitError, result::tryEmitEmpty);
                running = over ? null : subscription;
            }
        }
        return result.asMono();
    }

    private synchronized void finish() {
        over = true;
        running = null;
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
