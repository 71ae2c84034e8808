package se.utrop.graphql;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of admission control: a node refuses operations beyond these limits, so that it answers the others in time.
 *
 * @param executions operations that are executed at once; slightly more than the database pool has connections
 * @param waiting operations of a burst that wait; for a second after each refusal, no more than {@code executions}
 * @param patience how long an operation waits before it is refused
 * @param pause how long a refusal is held back
 */
@ConfigurationProperties("utrop.admission")
record AdmissionProperties(
        @DefaultValue("20") int executions,
        @DefaultValue("64") int waiting,
        @DefaultValue("1s") Duration patience,
        @DefaultValue("100ms") Duration pause) {

    AdmissionProperties {
        if (executions < 1 || waiting < 0 || !patience.isPositive() || pause.isNegative()) {
            throw new IllegalArgumentException(
                    "utrop.admission.executions and .patience must be positive, and .waiting and .pause can't be"
                            + " negative");
        }
    }
}
