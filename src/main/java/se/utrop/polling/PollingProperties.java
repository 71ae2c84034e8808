package se.utrop.polling;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Long polling of the feed.
 *
 * @param hold the longest that a request waits for an event. Proxies must wait longer than that for the first byte
 */
@ConfigurationProperties("utrop.feed")
record PollingProperties(@DefaultValue("14s") Duration hold) {

    private static final Duration LONGEST = Duration.ofSeconds(55);

    PollingProperties {
        if (hold.toMillis() < 1 || hold.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("utrop.feed.hold must be 1ms to 55s");
        }
    }
}
