package se.utrop.http;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Executes queries of the application's own, like those of any client: within limits, budget and admission control. */
public interface Queries {

    /**
     * Executes a document with a single query.
     *
     * @return the answer's data; fails with a {@link se.utrop.graphql.Problem} if the answer has an error
     */
    Mono<Map<String, @Nullable Object>> execute(String document, Map<String, @Nullable Object> variables);
}
