package se.utrop.database;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.StringUtils;

/**
 * Read replicas.
 *
 * @param url R2DBC URL of the read replicas, in order of preference, for example
 *     {@code r2dbc:postgresql:failover://replica-1,replica-2/utrop}; without one, queries read from the primary
 * @param username user on the replicas; without it, that on the primary
 * @param password password on the replicas; without it, that on the primary
 * @param maxLag how long the node waits for a replica that lacks a commit; after that it reads from another replica or from
 *     the primary until the replica has caught up
 * @param primaryConnections most connections that queries use on the primary while no replica is usable
 */
@ConfigurationProperties("utrop.database.read")
record ReadProperties(
        @Nullable String url,
        @Nullable String username,
        @Nullable String password,
        @DefaultValue("1s") Duration maxLag,
        @DefaultValue("5") int primaryConnections) {

    ReadProperties {
        if (maxLag.isNegative()) {
            throw new IllegalArgumentException("utrop.database.read.max-lag can't be negative");
        }
        if (primaryConnections < 1) {
            throw new IllegalArgumentException("utrop.database.read.primary-connections must be at least 1");
        }
    }

    String requiredUrl() {
        return Objects.requireNonNull(url);
    }

    boolean hasReplicas() {
        return StringUtils.hasText(url);
    }
}
