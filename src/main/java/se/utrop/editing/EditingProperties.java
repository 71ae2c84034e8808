package se.utrop.editing;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What editors may rely on.
 *
 * @param keysKept how long a call can be repeated under its idempotency key
 * @param schedulePoll how often to look for news that became due without this node's knowing of them
 */
@ConfigurationProperties("utrop.editing")
record EditingProperties(
        @DefaultValue("7d") Duration keysKept,
        @DefaultValue("1s") Duration schedulePoll) {

    EditingProperties {
        if (!keysKept.isPositive() || !schedulePoll.isPositive()) {
            throw new IllegalArgumentException("utrop.editing.keys-kept and .schedule-poll must be positive");
        }
    }
}
