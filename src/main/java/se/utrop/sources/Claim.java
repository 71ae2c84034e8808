package se.utrop.sources;

import java.net.URI;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A source that this node may fetch now, because it holds the lease, and what was known of it.
 *
 * @param announced whether somebody has announced new content
 * @param failures how many fetches have failed since the last success
 */
record Claim(String source, UUID lease, boolean announced, int failures, Progress progress) {

    /**
     * How far a source has been read.
     *
     * @param movedTo where permanent redirects lead
     * @param digest of the latest content
     * @param ttl for how long the feed asks to be kept
     * @param hub null where the feed names none; then the topic is null too
     */
    record Progress(
            @Nullable URI movedTo,
            @Nullable String etag,
            @Nullable String lastModified,
            @Nullable String digest,
            Duration ttl,
            @Nullable URI hub,
            @Nullable URI topic) {}
}
