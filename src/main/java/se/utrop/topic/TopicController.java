package se.utrop.topic;

import graphql.schema.DataFetchingFieldSelectionSet;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.graphql.data.method.annotation.Argument;
import org.springframework.graphql.data.method.annotation.BatchMapping;
import org.springframework.graphql.data.method.annotation.QueryMapping;
import org.springframework.stereotype.Controller;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import se.utrop.node.NodeSource;

@Controller
class TopicController implements NodeSource {

    private final TopicCatalogue catalogue;

    private final TopicRepository topics;

    TopicController(TopicCatalogue catalogue, TopicRepository topics) {
        this.catalogue = catalogue;
        this.topics = topics;
    }

    @QueryMapping
    Flux<Topic> topics() {
        return catalogue.topics().flatMapIterable(Topics::all);
    }

    @QueryMapping
    Mono<Topic> topicBySlug(@Argument String slug) {
        return catalogue.topics().mapNotNull(topics -> topics.bySlug(slug));
    }

    @BatchMapping
    Mono<Map<Topic, Integer>> newsCount(Set<Topic> asked) {
        return topics.newsCounts(asked.stream().map(Topic::key).toList())
                .map(counts -> asked.stream()
                        .collect(Collectors.toMap(topic -> topic, topic -> counts.getOrDefault(topic.key(), 0))));
    }

    @Override
    public char type() {
        return Topic.TYPE;
    }

    @Override
    public Flux<Topic> byKeys(Collection<Long> keys, DataFetchingFieldSelectionSet selection) {
        return catalogue.topics().flatMapIterable(topics -> topics.among(keys));
    }

    @Override
    public Mono<Map<String, Topic>> bySlugs(Collection<String> slugs, DataFetchingFieldSelectionSet selection) {
        return catalogue.topics().map(topics -> topics.named(slugs));
    }
}
