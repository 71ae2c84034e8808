package se.utrop.http;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Metrics of requests.
 *
 * @param operationNames names of operations that the request metric tells apart; 0 for none
 */
@ConfigurationProperties("utrop.metrics")
record MetricProperties(@DefaultValue("100") int operationNames) {

    MetricProperties {
        if (operationNames < 0) {
            throw new IllegalArgumentException("utrop.metrics.operation-names can't be negative");
        }
    }
}
