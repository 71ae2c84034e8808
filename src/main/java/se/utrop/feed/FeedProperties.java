package se.utrop.feed;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import se.utrop.graphql.HeapShare;

/**
 * What the feed keeps and does at once.
 *
 * @param memory text of the latest events, and of what is ready to be sent of them, that a node keeps: each as much. By default
 *     a thirty-second of the heap, at most 32 MB
 * @param differentSubscriptions subscriptions of a node that differ in document, variables or rights
 * @param searches different searches in the filters of subscriptions: each costs a look into the vocabulary for each event
 * @param liveExecutions events that have just happened and are rendered at once
 * @param replayExecutions reads and renderings at once for subscriptions that catch up
 * @param positionsEvery the longest that a subscription with positions, when it has caught up, is without a message
 */
@ConfigurationProperties("utrop.feed")
record FeedProperties(
        @Nullable DataSize memory,
        @DefaultValue("2000") int differentSubscriptions,
        @DefaultValue("100") int searches,
        @DefaultValue("16") int liveExecutions,
        @DefaultValue("4") int replayExecutions,
        @DefaultValue("30s") Duration positionsEvery) {

    FeedProperties {
        if ((memory != null && memory.toBytes() < 1) || differentSubscriptions < 1) {
            throw new IllegalArgumentException(
                    "utrop.feed.memory and utrop.feed.different-subscriptions must be positive");
        }
        if (searches < 1) {
            throw new IllegalArgumentException("utrop.feed.searches must be positive");
        }
        if (liveExecutions < 1 || replayExecutions < 1) {
            throw new IllegalArgumentException(
                    "utrop.feed.live-executions and utrop.feed.replay-executions must be positive");
        }
        if (positionsEvery.toMillis() < 2) {
            throw new IllegalArgumentException("utrop.feed.positions-every must be at least 2ms");
        }
    }

    @Override
    public DataSize memory() {
        return memory == null ? HeapShare.of(32, DataSize.ofMegabytes(32)) : memory;
    }
}
