package se.utrop.node;

import graphql.schema.DataFetchingFieldSelectionSet;
import java.util.Collection;
import reactor.core.publisher.Flux;

/** Where the nodes of one type come from. */
public interface NodeSource {

    /** The letter of the type's {@link GlobalId}s. */
    char type();

    /** Those that there are, in any order, with what is selected of them. */
    Flux<? extends Node> byKeys(Collection<Long> keys, DataFetchingFieldSelectionSet selection);
}
