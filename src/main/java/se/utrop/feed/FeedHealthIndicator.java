package se.utrop.feed;

import java.time.Instant;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;
import se.utrop.freshness.NewsroomVersion;
import se.utrop.freshness.ReadSource;

/**
 * A node takes requests while it reads the log, and after it has lost the database for as long as it may answer with what it
 * has kept: if all nodes became unready together, nobody would be answered. Subscriptions stay open meanwhile.
 */
@Component("feedHealthIndicator")
@ConditionalOnWebApplication
class FeedHealthIndicator implements HealthIndicator {

    private final EventLog log;

    private final NewsroomVersion version;

    private final ReadSource reads;

    FeedHealthIndicator(EventLog log, NewsroomVersion version, ReadSource reads) {
        this.log = log;
        this.version = version;
        this.reads = reads;
    }

    @Override
    public Health health() {
        Health health = withoutReads();
        return reads.hasReplicas()
                ? Health.status(health.getStatus())
                        .withDetails(health.getDetails())
                        .withDetail("queriesReadFrom", reads.description())
                        .build()
                : health;
    }

    private Health withoutReads() {
        if (log.isCurrent()) {
            return Health.up().build();
        }
        Instant staleSince = version.staleSince();
        return staleSince == null
                ? Health.down().withDetail("listener", "disconnected").build()
                : Health.up()
                        .withDetail("listener", "disconnected")
                        .withDetail("staleSince", staleSince)
                        .build();
    }
}
