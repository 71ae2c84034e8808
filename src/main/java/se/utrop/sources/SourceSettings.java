package se.utrop.sources;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import se.utrop.news.Urgency;
import se.utrop.text.Sha256;

/**
 * A feed that the newsroom follows.
 *
 * @param name the source's name in logs and metrics, and the namespace of its items' keys; don't change it
 * @param url the feed's address
 * @param interval the time between two requests
 * @param maxInterval the longest time between two requests that the server, the feed or failures lead to
 * @param topics topics of all its items, after their own
 * @param urgency the lowest urgency of its items
 * @param series which items belong to which series
 * @param allowPrivateAddresses whether the server may have an address that isn't public
 * @param maxSize the size of an uncompressed answer
 * @param timeout the time for a request, with redirects and the answer's body
 * @param websub whether to subscribe where the feed names a hub
 * @param retractDeleted whether items that the feed declares deleted (RFC 6721) are retracted
 */
record SourceSettings(
        String name,
        URI url,
        @DefaultValue("5m") Duration interval,
        @DefaultValue("1h") Duration maxInterval,
        @DefaultValue List<String> topics,
        @DefaultValue("routine") Urgency urgency,
        @DefaultValue List<SeriesRule> series,
        @DefaultValue("false") boolean allowPrivateAddresses,
        @DefaultValue("10MB") DataSize maxSize,
        @DefaultValue("30s") Duration timeout,
        @DefaultValue("true") boolean websub,
        @DefaultValue("false") boolean retractDeleted) {

    private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(100);
    private static final DataSize LARGEST = DataSize.ofMegabytes(100);

    SourceSettings {
        require(name != null && name.matches("[a-z0-9][a-z0-9-]{0,49}"), "name", "must be of a-z, 0-9 and hyphens");
        require(url != null && isWebAddress(url), "url", "must be an http or https address without a password");
        require(interval.compareTo(SHORTEST_INTERVAL) >= 0, "interval", "must be at least 100ms");
        require(maxInterval.isPositive(), "max-interval", "must be positive");
        require(timeout.isPositive(), "timeout", "must be positive");
        require(
                maxSize.toBytes() > 0 && maxSize.compareTo(LARGEST) <= 0,
                "max-size",
                "must be positive and at most 100MB");
        topics = List.copyOf(topics);
        series = List.copyOf(series);
    }

    private static void require(boolean holds, String setting, String rule) {
        if (!holds) {
            throw new IllegalArgumentException("utrop.sources[].%s %s".formatted(setting, rule));
        }
    }

    static boolean isWebAddress(URI address) {
        return address.getScheme() != null
                && Set.of("http", "https").contains(address.getScheme().toLowerCase(Locale.ROOT))
                && address.getHost() != null
                && address.getUserInfo() == null;
    }

    /** Tells settings apart: what is known of a source belongs to those with which it was read. */
    String digest() {
        return Sha256.hex(toString());
    }
}
