package se.utrop.node;

import graphql.schema.DataFetchingFieldSelectionSet;
import java.util.Collection;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Loads the nodes of one type. */
public interface NodeSource {

    /** The type's letter in a {@link GlobalId}. */
    char type();

    /** Loads the selected fields of the nodes that exist, in any order. */
    Flux<? extends Node> byKeys(Collection<Long> keys, DataFetchingFieldSelectionSet selection);

    /** Loads the selected fields of the nodes that exist, by their slugs. */
    Mono<? extends Map<String, ? extends Node>> bySlugs(
            Collection<String> slugs, DataFetchingFieldSelectionSet selection);
}
