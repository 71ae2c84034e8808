package se.utrop.database;

import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import org.springframework.boot.health.contributor.AbstractReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.r2dbc.health.ConnectionFactoryHealthIndicator;
import reactor.core.publisher.Mono;

/** Health of the database through the pool. It is down if the database does not answer within the deadline. */
final class DatabaseHealthIndicator extends AbstractReactiveHealthIndicator {

    private static final Duration DEADLINE = Duration.ofSeconds(3);

    private final ConnectionFactoryHealthIndicator ping;

    DatabaseHealthIndicator(ConnectionFactory connections) {
        this.ping = new ConnectionFactoryHealthIndicator(connections);
    }

    @Override
    protected Mono<Health> doHealthCheck(Health.Builder health) {
        return ping.health().timeout(DEADLINE, Mono.fromSupplier(() -> noAnswer(health)));
    }

    private static Health noAnswer(Health.Builder health) {
        return health.down()
                .withDetail("error", "no answer within %d s".formatted(DEADLINE.toSeconds()))
                .build();
    }
}
