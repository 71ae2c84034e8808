package se.utrop.freshness;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How a node learns of commits.
 *
 * @param poll how often to look for commits that no notification announced; also how often to try the listening session
 * @param deadline when a listening session that doesn't answer is closed: a node knows of every commit after both times
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
