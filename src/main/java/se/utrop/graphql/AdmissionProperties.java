package se.utrop.graphql;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How much a node does at once. What is beyond it is refused at once, so that what is accepted is answered in time.
 *
 * @param executions operations that are executed at once; more than the database has connections for, but not many more
 * @param waiting operations that wait for their turn
 * @param patience how long one waits before it is refused
 */
@ConfigurationProperties("utrop.admission")
record AdmissionProperties(
        @DefaultValue("20") int executions,
        @DefaultValue("64") int waiting,
        @DefaultValue("1s") Duration patience) {

    AdmissionProperties {
        if (executions < 1 || waiting < 0 || !patience.isPositive()) {
            throw new IllegalArgumentException(
                    "utrop.admission.executions and .patience must be positive, and .waiting" + " can't be negative");
        }
    }
}
