package se.utrop.node;

import graphql.schema.DataFetchingEnvironment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.graphql.data.method.annotation.Argument;
import org.springframework.graphql.data.method.annotation.QueryMapping;
import org.springframework.stereotype.Controller;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import se.utrop.graphql.Limits;
import se.utrop.graphql.Problem;

@Controller
class NodeController {

    private final Map<Character, NodeSource> sources;

    private final Limits limits;

    NodeController(List<NodeSource> sources, Limits limits) {
        this.sources = sources.stream().collect(Collectors.toMap(NodeSource::type, Function.identity()));
        this.limits = limits;
    }

    @QueryMapping
    Mono<Node> node(@Argument String id, DataFetchingEnvironment environment) {
        return find(List.of(id), environment).next();
    }

    @QueryMapping
    Mono<List<@Nullable Node>> nodes(@Argument List<String> ids, DataFetchingEnvironment environment) {
        if (ids.size() > limits.ids()) {
            throw Problem.badInput(
                    "nodes takes at most %d ids, not %d: send several requests".formatted(limits.ids(), ids.size()));
        }
        return find(ids, environment).collectMap(Node::id).map(found -> inOrder(ids, found));
    }

    private Flux<Node> find(Collection<String> ids, DataFetchingEnvironment environment) {
        Map<Character, List<Long>> keys = ids.stream()
                .distinct()
                .flatMap(id -> GlobalId.parse(id).stream())
                .filter(id -> sources.containsKey(id.type()))
                .collect(Collectors.groupingBy(GlobalId::type, Collectors.mapping(GlobalId::key, Collectors.toList())));
        return Flux.fromIterable(sources.entrySet())
                .filter(source -> keys.containsKey(source.getKey()))
                .flatMap(source -> source.getValue()
                        .byKeys(keys.getOrDefault(source.getKey(), List.of()), environment.getSelectionSet()));
    }

    private static List<@Nullable Node> inOrder(List<String> ids, Map<String, Node> found) {
        List<@Nullable Node> nodes = new ArrayList<>(ids.size());
        ids.forEach(id -> nodes.add(found.get(id)));
        return nodes;
    }
}
