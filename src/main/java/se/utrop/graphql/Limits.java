package se.utrop.graphql;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Limits of a request.
 *
 * @param depth nesting of fields; introspection is limited elsewhere and not counted
 * @param aliases aliased fields; those of a fragment count for each use
 * @param fields fields of the operation; those of a fragment count for each use
 * @param tokens lexical tokens of a document
 * @param pageSize items of a page
 * @param ids ids passed to {@code nodes} or to a filter
 * @param filterEntries entries in a list of a filter
 * @param objects objects in a response
 * @param body size of a POST's body
 * @param timeout time until the response must be ready
 * @param documentCache size of the cache of parsed documents and everything derived from them. By default an eighth of
 * the heap, at most 128 MB
 */
@ConfigurationProperties("utrop.limits")
public record Limits(
        @DefaultValue("12") int depth,
        @DefaultValue("50") int aliases,
        @DefaultValue("5000") int fields,
        @DefaultValue("2000") int tokens,
        @DefaultValue("100") int pageSize,
        @DefaultValue("100") int ids,
        @DefaultValue("100") int filterEntries,
        @DefaultValue("20000") int objects,
        @DefaultValue("128KB") DataSize body,
        @DefaultValue("10s") Duration timeout,
        @Nullable DataSize documentCache) {

    public Limits {
        atLeastOne("depth", depth);
        atLeastOne("aliases", aliases);
        atLeastOne("fields", fields);
        atLeastOne("tokens", tokens);
        atLeastOne("page-size", pageSize);
        atLeastOne("ids", ids);
        atLeastOne("filter-entries", filterEntries);
        atLeastOne("objects", objects);
        atLeastOne("body", body.toBytes());
        atLeastOne("timeout", timeout.toMillis());
        atLeastOne("document-cache", documentCache == null ? 1 : documentCache.toBytes());
    }

    @Override
    public DataSize documentCache() {
        return documentCache == null ? HeapShare.of(8, DataSize.ofMegabytes(128)) : documentCache;
    }

    private static void atLeastOne(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException("utrop.limits.%s must be positive, but is %d".formatted(name, value));
        }
    }
}
