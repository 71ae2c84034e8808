package se.utrop.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import se.utrop.graphql.HeapShare;

/**
 * The settings of the response cache, of caches in browsers and proxies, and of HTTP statuses.
 *
 * @param memory memory of the response cache, which keeps an answer until the newsroom changes; 0 for none. By default a
 *     sixteenth of the heap, at most 64 MB
 * @param maxAge how long browsers and proxies may use an answer without revalidating it
 * @param staleWhileRevalidate how much longer they may use it while they revalidate it
 * @param staleIfError how much longer they may use it while this server can't be reached or fails
 * @param draftStatuses whether answers in application/graphql-response+json have the statuses 422 and 294 of the 2026 draft of
 *     GraphQL over HTTP; otherwise they have 400 and 200, which released clients expect
 */
@ConfigurationProperties("utrop.answers")
record ResponseProperties(
        @Nullable DataSize memory,
        @DefaultValue("0s") Duration maxAge,
        @DefaultValue("0s") Duration staleWhileRevalidate,
        @DefaultValue("0s") Duration staleIfError,
        @DefaultValue("false") boolean draftStatuses) {

    ResponseProperties {
        if ((memory != null && memory.isNegative())
                || maxAge.isNegative()
                || staleWhileRevalidate.isNegative()
                || staleIfError.isNegative()) {
            throw new IllegalArgumentException("utrop.answers.memory, .max-age, .stale-while-revalidate and"
                    + " .stale-if-error can't be negative");
        }
    }

    @Override
    public DataSize memory() {
        return memory == null ? HeapShare.of(16, DataSize.ofMegabytes(64)) : memory;
    }
}
