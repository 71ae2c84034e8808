package se.utrop.graphql;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells an operation from others: requests with equal keys ask for the same.
 *
 * @param variables those on which the result depends
 */
public record OperationKey(String document, @Nullable String operationName, Map<String, @Nullable Object> variables) {

    /** Approximate size in memory, in bytes. */
    public int weight() {
        return Weight.of(document) + Weight.ofJson(operationName) + Weight.ofJson(variables);
    }
}
