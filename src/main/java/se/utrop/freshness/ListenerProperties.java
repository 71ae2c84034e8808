package se.utrop.freshness;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How a node hears of commits.
 *
 * @param poll how often to look for commits that no notification announced; also how often to try the listening connection
 * @param deadline when a listening connection that doesn't answer is given up: a node knows of every commit after the two
 */
@ConfigurationProperties("utrop.feed")
record ListenerProperties(
        @DefaultValue("2s") Duration poll,
        @DefaultValue("2s") Duration deadline) {

    ListenerProperties {
        if (!poll.isPositive() || !deadline.isPositive()) {
            throw new IllegalArgumentException("utrop.feed.poll and utrop.feed.deadline must be positive");
        }
    }
}
