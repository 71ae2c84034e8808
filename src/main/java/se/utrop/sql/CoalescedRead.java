package se.utrop.sql;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Coalesces concurrent reads (single flight). A result is never older than the call that asked for it: calls that arrive
 * during a read share the next read.
 */
public final class CoalescedRead<T> {

    private final Mono<T> read;

    private @Nullable CompletableFuture<T> next;

    private boolean running;

    public CoalescedRead(Mono<T> read) {
        this.read = read;
    }

    public Mono<T> get() {
        return Mono.fromFuture(this::ask, true);
    }

    private synchronized CompletableFuture<T> ask() {
        if (next == null) {
            next = new CompletableFuture<>();
        }
        CompletableFuture<T> asked = next;
        if (!running) {
            start();
        }
        return asked;
    }

    private synchronized void start() {
        CompletableFuture<T> asked = next;
        next = null;
        running = asked != null;
        if (asked != null) {
            read.doOnTerminate(this::start).subscribe(asked::complete, asked::completeExceptionally);
        }
    }
}
