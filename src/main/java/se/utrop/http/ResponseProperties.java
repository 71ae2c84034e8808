package se.utrop.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import se.utrop.graphql.HeapShare;

/**
 * The response cache, and how responses are cached downstream.
 *
 * @param memory size of the response cache of a node; 0 disables it. By default a sixteenth of the heap, at most 64 MB
 * @param maxAge how long browsers and proxies may use a response without revalidation
 * @param staleWhileRevalidate how long after that they may use it while they revalidate
 * @param staleIfError how long after that they may use it while this server fails or is unreachable
 * @param draftStatuses whether responses in application/graphql-response+json have the statuses 422 and 294 of the 2026
 * draft of GraphQL over HTTP; otherwise 400 and 200, which released clients expect
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
