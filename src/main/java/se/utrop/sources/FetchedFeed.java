package se.utrop.sources;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ByteArrayResource;

/**
 * The answer of a source.
 *
 * @param address where it came from, after redirects
 * @param movedTo where permanent redirects lead
 * @param sent the time by the server's own clock; null where it states none, or one that can't be right
 * @param freshFor for how long the server asks to be left alone
 * @param body null where the feed is the same as before
 */
record FetchedFeed(
        URI address,
        @Nullable URI movedTo,
        @Nullable String etag,
        @Nullable String lastModified,
        @Nullable Instant sent,
        Duration freshFor,
        HubLinks links,
        @Nullable ByteArrayResource body) {}
