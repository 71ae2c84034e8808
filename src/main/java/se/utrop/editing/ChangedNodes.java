package se.utrop.editing;

import graphql.schema.DataFetchingFieldSelectionSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import se.utrop.node.Node;
import se.utrop.node.NodeSource;

/** Reads what a mutation has changed, as it is now. */
@Component
class ChangedNodes {

    private final Map<Character, NodeSource> sources;

    ChangedNodes(List<NodeSource> sources) {
        this.sources = sources.stream().collect(Collectors.toMap(NodeSource::type, Function.identity()));
    }

    /** The node of this type that the mutation changed; empty where it was refused, and where the node is gone. */
    Mono<? extends Node> find(char type, MutationResult outcome, DataFetchingFieldSelectionSet selection) {
        NodeSource source = sources.get(type);
        return source == null || outcome.key() == null
                ? Mono.empty()
                : source.byKeys(List.of(outcome.key()), selection).next();
    }
}
