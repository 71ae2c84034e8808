package se.utrop.sources;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** When to fetch a source next. All that isn't the operator's own interval is bounded. */
final class PollInterval {

    /** The longest time for which a server that fails can keep others away. */
    private static final Duration LONGEST_RETRY = Duration.ofDays(1);

    private static final double JITTER = 0.1;

    private static final int MOST_DOUBLINGS = 20;

    private final RandomGenerator random;

    PollInterval(RandomGenerator random) {
        this.random = random;
    }

    /** @param asked for how long the server or the feed asks to be left alone */
    Duration afterSuccess(SourceSettings source, Duration asked) {
        return jittered(max(source.interval(), min(asked, longest(source))));
    }

    /** Exponential backoff. */
    Duration afterFailure(SourceSettings source, int failures, Duration retryAfter) {
        int doublings = Math.clamp(failures - 1, 0, MOST_DOUBLINGS);
        Duration backoff = min(source.interval().multipliedBy(1L << doublings), longest(source));
        return max(jittered(backoff), min(retryAfter, LONGEST_RETRY));
    }

    private static Duration longest(SourceSettings source) {
        return max(source.interval(), source.maxInterval());
    }

    /** Spreads the requests of many sources and nodes. */
    private Duration jittered(Duration pause) {
        return pause.plusMillis((long) (pause.toMillis() * JITTER * random.nextDouble()));
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static Duration max(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? b : a;
    }
}
