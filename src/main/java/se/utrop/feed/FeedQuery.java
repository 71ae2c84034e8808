package se.utrop.feed;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.graphql.ExecutionGraphQlRequest;
import se.utrop.graphql.OperationKey;

/**
 * A subscription's document with all that its events depend on. Two that differ only in where they begin are the same.
 *
 * @param key what tells it from others
 * @param variables those of the first who asked
 * @param generation of the log in which the subscription's start was found
 */
public record FeedQuery(
        OperationKey key, Map<String, @Nullable Object> variables, FeedExecution.Asked asked, int generation) {

    static FeedQuery of(ExecutionGraphQlRequest request, FeedExecution.Asked asked, int generation) {
        Map<String, @Nullable Object> deciding = new HashMap<>(request.getVariables());
        deciding.remove(asked.afterVariable());
        return new FeedQuery(
                new OperationKey(request.getDocument(), request.getOperationName(), deciding),
                request.getVariables(),
                asked,
                generation);
    }

    /** The same, begun in this generation of the log. */
    FeedQuery in(int current) {
        return new FeedQuery(key, variables, asked, current);
    }
}
