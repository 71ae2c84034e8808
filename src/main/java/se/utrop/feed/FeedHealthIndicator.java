package se.utrop.feed;

import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/** A node that would hear of no event is not ready for more clients; those it has are told as soon as it hears again. */
@Component("feedHealthIndicator")
@ConditionalOnWebApplication
class FeedHealthIndicator implements HealthIndicator {

    private final EventLog log;

    FeedHealthIndicator(EventLog log) {
        this.log = log;
    }

    @Override
    public Health health() {
        return log.isCurrent()
                ? Health.up().build()
                : Health.down().withDetail("feed", "deaf").build();
    }
}
