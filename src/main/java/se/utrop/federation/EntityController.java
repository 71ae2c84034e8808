package se.utrop.federation;

import graphql.GraphQLError;
import graphql.schema.DataFetchingEnvironment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.graphql.data.federation.EntityMapping;
import org.springframework.graphql.data.method.annotation.GraphQlExceptionHandler;
import org.springframework.stereotype.Controller;
import reactor.core.publisher.Mono;
import se.utrop.graphql.Errors;
import se.utrop.news.News;
import se.utrop.node.GlobalId;
import se.utrop.node.Node;
import se.utrop.node.NodeSource;
import se.utrop.series.Series;
import se.utrop.topic.Topic;

/**
 * Resolves {@code _entities} in batches, one for each type and key. The result keeps the order of the representations
 * and is null for an entity that doesn't exist.
 */
@Controller
@ConditionalOnBooleanProperty("utrop.federation.enabled")
class EntityController {

    private final Map<Character, NodeSource> sources;

    EntityController(List<NodeSource> sources) {
        this.sources = sources.stream().collect(Collectors.toMap(NodeSource::type, Function.identity()));
    }

    @EntityMapping
    Mono<List<@Nullable Node>> news(List<Map<String, Object>> representations, DataFetchingEnvironment environment) {
        return find(News.TYPE, representations, environment);
    }

    @EntityMapping
    Mono<List<@Nullable Node>> topic(List<Map<String, Object>> representations, DataFetchingEnvironment environment) {
        return find(Topic.TYPE, representations, environment);
    }

    @EntityMapping
    Mono<List<@Nullable Node>> series(List<Map<String, Object>> representations, DataFetchingEnvironment environment) {
        return find(Series.TYPE, representations, environment);
    }

    @GraphQlExceptionHandler
    GraphQLError failed(Throwable failure, DataFetchingEnvironment environment) {
        return Errors.of(failure, environment);
    }

    private Mono<List<@Nullable Node>> find(
            char type, List<Map<String, Object>> representations, DataFetchingEnvironment environment) {
        NodeSource source = Objects.requireNonNull(sources.get(type));
        List<Representation> asked =
                representations.stream().map(Representation::of).toList();
        return Mono.zip(
                byIds(source, asked, environment),
                bySlugs(source, asked, environment),
                (byId, bySlug) -> inOrder(asked, byId, bySlug));
    }

    private static Mono<Map<String, Node>> byIds(
            NodeSource source, List<Representation> asked, DataFetchingEnvironment environment) {
        List<Long> keys = keys(asked, true)
                .flatMap(id -> GlobalId.parse(id).stream())
                .filter(id -> id.type() == source.type())
                .map(GlobalId::key)
                .toList();
        return keys.isEmpty()
                ? Mono.just(Map.of())
                : source.byKeys(keys, environment.getSelectionSet()).collectMap(Node::id, Function.identity());
    }

    private static Mono<Map<String, Node>> bySlugs(
            NodeSource source, List<Representation> asked, DataFetchingEnvironment environment) {
        List<String> slugs = keys(asked, false).toList();
        return slugs.isEmpty()
                ? Mono.just(Map.of())
                : source.bySlugs(slugs, environment.getSelectionSet()).map(Map::copyOf);
    }

    private static Stream<String> keys(List<Representation> asked, boolean isId) {
        return asked.stream()
                .filter(representation -> representation.isId() == isId)
                .map(Representation::key)
                .distinct();
    }

    private static List<@Nullable Node> inOrder(
            List<Representation> asked, Map<String, Node> byId, Map<String, Node> bySlug) {
        List<@Nullable Node> entities = new ArrayList<>(asked.size());
        asked.forEach(one -> entities.add((one.isId() ? byId : bySlug).get(one.key())));
        return entities;
    }
}
