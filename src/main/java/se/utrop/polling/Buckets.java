package se.utrop.polling;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import se.utrop.paging.Position;

/**
 * Divides the time of this node's clock into buckets as long as a request may wait. Requests that wait for the same event in
 * one bucket have the same address, so a cache coalesces them.
 *
 * <p>The parameter {@code live} of an address is an instant in milliseconds since 1970: the start of its bucket or, if an event
 * has passed in the bucket since, the time of that event. So where clocks agree, the address depends on the bucket and the
 * position alone, not on how a client came to it.
 *
 * @see <a href="https://www.fastly.com/documentation/guides/concepts/edge-state/request-collapsing/">Request collapsing</a>
 */
final class Buckets {

    /** A timer may fire early by the resolution of the clock. */
    private static final long MARGIN = 2;

    private final long length;

    private final Clock clock;

    Buckets(Duration length, Clock clock) {
        this.length = length.toMillis();
        this.clock = clock;
    }

    /** Whether a request with this {@code live} waits: its bucket isn't over. One in the future counts as the present one. */
    boolean isCurrent(long live) {
        return live >= start(clock.millis());
    }

    /** When the bucket before the present one began. */
    Instant startOfPrevious() {
        return Instant.ofEpochMilli(start(clock.millis()) - length);
    }

    /** Time until the present bucket ends. */
    Duration left() {
        long now = clock.millis();
        return Duration.ofMillis(start(now) + length - now + MARGIN);
    }

    /**
     * The {@code live} of the next address. It is strictly higher than the one asked, so that a cached answer without events is
     * never asked for again, whatever the clocks of other nodes say.
     *
     * @param reached the position of the next address
     */
    long next(long asked, Position reached) {
        long start = start(clock.millis());
        long event = reached.time().toEpochMilli();
        return Math.max(Math.clamp(event, start, start + length - 1), asked + 1);
    }

    private long start(long millis) {
        return Math.floorDiv(millis, length) * length;
    }
}
