package se.utrop.graphql;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The limits of a request.
 *
 * @param depth depth of a document; introspection is limited elsewhere and doesn't count
 * @param aliases aliases of a document; a fragment counts wherever it is used
 * @param fields fields of a document; a fragment counts wherever it is used
 * @param tokens tokens of a document
 * @param pageSize items of a page
 * @param ids ids of {@code nodes}, or of a filter
 * @param filterEntries entries of a list in a filter
 * @param objects objects of an answer
 * @param body size of a request's body
 * @param timeout time after which a request ends with {@code TIMEOUT}
 * @param documentCache memory for parsed documents, with what is derived from them. By default an eighth of
 *     the heap, at most 128 MB
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
