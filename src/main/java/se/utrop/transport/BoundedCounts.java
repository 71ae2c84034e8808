package se.utrop.transport;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts by key, none of them beyond a limit. A key that counts nothing takes no memory. */
final class BoundedCounts {

    private final int most;

    private final Map<String, Integer> counts = new ConcurrentHashMap<>();

    BoundedCounts(int most) {
        this.most = most;
    }

    /** Counts one more, to be given back by {@link #remove}; false where that would be one too many. */
    boolean add(String key) {
        boolean added = counts.merge(key, 1, Integer::sum) <= most;
        if (!added) {
            remove(key);
        }
        return added;
    }

    void remove(String key) {
        counts.computeIfPresent(key, (one, count) -> count == 1 ? null : count - 1);
    }
}
