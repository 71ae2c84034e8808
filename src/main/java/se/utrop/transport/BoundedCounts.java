package se.utrop.transport;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counters by key with a common limit. A key whose count is zero takes no memory. */
final class BoundedCounts {

    private final int limit;

    private final Map<String, Integer> counts = new ConcurrentHashMap<>();

    BoundedCounts(int limit) {
        this.limit = limit;
    }

    /** Increments a count until {@link #remove}; false if that would exceed the limit. */
    boolean add(String key) {
        boolean added = counts.merge(key, 1, Integer::sum) <= limit;
        if (!added) {
            remove(key);
        }
        return added;
    }

    void remove(String key) {
        counts.computeIfPresent(key, (one, count) -> count == 1 ? null : count - 1);
    }
}
