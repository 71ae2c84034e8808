package se.utrop.topic;

import graphql.schema.DataFetchingFieldSelectionSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.graphql.data.method.annotation.Argument;
import org.springframework.graphql.data.method.annotation.BatchMapping;
import org.springframework.graphql.data.method.annotation.QueryMapping;
import org.springframework.stereotype.Controller;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import se.utrop.node.NodeSource;
import se.utrop.topic.TopicRepository.NewsCount;

@Controller
class TopicController implements NodeSource {

    private final TopicRepository topics;

    TopicController(TopicRepository topics) {
        this.topics = topics;
    }

    @QueryMapping
    Flux<Topic> topics() {
        return topics.all();
    }

    @QueryMapping
    Mono<Topic> topicBySlug(@Argument String slug) {
        return topics.bySlug(slug);
    }

    @BatchMapping
    Mono<Map<Topic, Integer>> newsCount(List<Topic> asked) {
        return topics.newsCounts(asked.stream().map(Topic::key).collect(Collectors.toSet()))
                .collectMap(NewsCount::topic, NewsCount::count)
                .map(counts -> asked.stream()
                        .distinct()
                        .collect(Collectors.toMap(topic -> topic, topic -> counts.getOrDefault(topic.key(), 0))));
    }

    @Override
    public char type() {
        return Topic.TYPE;
    }

    @Override
    public Flux<Topic> byKeys(Collection<Long> keys, DataFetchingFieldSelectionSet selection) {
        return topics.byKeys(keys);
    }
}
