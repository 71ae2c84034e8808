package se.utrop.graphql;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Limits the rate of log messages that clients can cause: at most one line in ten seconds. */
public final class LogInterval {

    private static final long PAUSE = Duration.ofSeconds(10).toNanos();

    private final AtomicLong loggedAt = new AtomicLong(System.nanoTime() - PAUSE);

    /** Whether a line may be logged now. */
    public boolean passes() {
        long last = loggedAt.get();
        long now = System.nanoTime();
        return now - last >= PAUSE && loggedAt.compareAndSet(last, now);
    }
}
