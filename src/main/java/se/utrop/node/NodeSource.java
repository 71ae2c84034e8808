package se.utrop.node;

import graphql.schema.DataFetchingFieldSelectionSet;
import java.util.Collection;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Where the nodes of one type come from. */
public interface NodeSource {

    /** The letter of the type's {@link GlobalId}s. */
    char type();

    /** Those that there are, in any order, with what is selected of them. */
    Flux<? extends Node> byKeys(Collection<Long> keys, DataFetchingFieldSelectionSet selection);

    /** Those that there are, each by its slug, with what is selected of them. */
    Mono<? extends Map<String, ? extends Node>> bySlugs(
            Collection<String> slugs, DataFetchingFieldSelectionSet selection);
}
