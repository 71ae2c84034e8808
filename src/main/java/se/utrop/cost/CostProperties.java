package se.utrop.cost;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Limits of the cost of operations, in points.
 *
 * @param operation points that one operation may cost
 * @param budget points of a client's full budget
 * @param window time in which an empty budget fills
 * @param clients budgets that a node keeps; beyond that, rarely used ones are evicted, and so are full again
 */
@ConfigurationProperties("utrop.cost")
record CostProperties(
        @DefaultValue("10000") int operation,
        @DefaultValue("100000") int budget,
        @DefaultValue("1m") Duration window,
        @DefaultValue("50000") int clients) {

    CostProperties {
        if (operation < 1 || clients < 1 || window.toSeconds() < 1) {
            throw new IllegalArgumentException(
                    "utrop.cost.operation and .clients must be positive, and .window at least a second");
        }
        if (budget < operation) {
            throw new IllegalArgumentException(
                    "utrop.cost.budget must be at least utrop.cost.operation, which is " + operation);
        }
    }
}
