package se.utrop.freshness;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Whether a node goes on answering while the database is away.
 *
 * @param memory as in ResponseProperties; with 0 nothing is cached, so nothing stale is served
 * @param staleFor how long a kept answer may be used after it was last known to be current; 0 for never
 */
@ConfigurationProperties("utrop.answers")
record StalenessProperties(
        @Nullable DataSize memory, @DefaultValue("10m") Duration staleFor) {

    StalenessProperties {
        if (staleFor.isNegative()) {
            throw new IllegalArgumentException("utrop.answers.stale-for can't be negative");
        }
        if (memory != null && memory.toBytes() == 0) {
            staleFor = Duration.ZERO;
        }
    }
}
