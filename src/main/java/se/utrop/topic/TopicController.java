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
import se.utrop.topic.TopicRepository.NewsCount;

@Controller
class TopicController implements NodeSource {

    private static final String NEWS_COUNT = "newsCount";

    private final TopicRepository topics;

    TopicController(TopicRepository topics) {
        this.topics = topics;
    }

    @QueryMapping
    Flux<Topic> topics(DataFetchingFieldSelectionSet selection) {
        return topics.all(selection.contains(NEWS_COUNT));
    }

    @QueryMapping
    Mono<Topic> topicBySlug(@Argument String slug, DataFetchingFieldSelectionSet selection) {
        return topics.bySlug(slug, selection.contains(NEWS_COUNT));
    }

    @BatchMapping
    Mono<Map<Topic, Integer>> newsCount(Set<Topic> asked) {
        Set<Long> uncounted = asked.stream()
                .filter(topic -> topic.counted() == null)
                .map(Topic::key)
                .collect(Collectors.toSet());
        Flux<NewsCount> counts = uncounted.isEmpty() ? Flux.empty() : topics.newsCounts(uncounted);
        return counts.collectMap(NewsCount::topic, NewsCount::count)
                .map(found -> asked.stream().collect(Collectors.toMap(topic -> topic, topic -> count(topic, found))));
    }

    private static int count(Topic topic, Map<Long, Integer> found) {
        return topic.counted() == null ? found.getOrDefault(topic.key(), 0) : topic.counted();
    }

    @Override
    public char type() {
        return Topic.TYPE;
    }

    @Override
    public Flux<Topic> byKeys(Collection<Long> keys, DataFetchingFieldSelectionSet selection) {
        return topics.byKeys(keys, selection.contains(NEWS_COUNT));
    }
}
