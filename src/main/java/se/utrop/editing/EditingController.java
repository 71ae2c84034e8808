package se.utrop.editing;

import static se.utrop.access.TokenScope.RETRACT_NEWS;
import static se.utrop.access.TokenScope.WRITE_NEWS;
import static se.utrop.access.TokenScope.WRITE_TOPICS;

import graphql.schema.DataFetchingEnvironment;
import graphql.schema.DataFetchingFieldSelectionSet;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.graphql.data.method.annotation.Argument;
import org.springframework.graphql.data.method.annotation.MutationMapping;
import org.springframework.graphql.data.method.annotation.SchemaMapping;
import org.springframework.stereotype.Controller;
import reactor.core.publisher.Mono;
import se.utrop.news.News;
import se.utrop.node.Node;
import se.utrop.node.NodeSource;
import se.utrop.topic.Topic;

@Controller
class EditingController {

    private final EditorialTransaction transaction;
    private final NewsEditor news;
    private final ScheduleEditor schedule;
    private final TopicEditor topics;
    private final Map<Character, NodeSource> nodes;

    EditingController(
            EditorialTransaction transaction,
            NewsEditor news,
            ScheduleEditor schedule,
            TopicEditor topics,
            List<NodeSource> nodes) {
        this.transaction = transaction;
        this.news = news;
        this.schedule = schedule;
        this.topics = topics;
        this.nodes = nodes.stream().collect(Collectors.toMap(NodeSource::type, Function.identity()));
    }

    record PublishNewsInput(NewsContent news) {}

    record RetractNewsInput(String id, String reason) {}

    record ScheduleNewsInput(Instant publishAt, NewsContent news) {}

    record CreateTopicInput(
            @Nullable String slug, String name, @Nullable String description) {}

    record RenameTopicInput(String slug, String name) {}

    @MutationMapping
    Mono<Outcome> publishNews(@Argument PublishNewsInput input, DataFetchingEnvironment environment) {
        return transaction.run(WRITE_NEWS, Call.of(environment), proof -> news.publish(input.news(), proof));
    }

    @MutationMapping
    Mono<Outcome> reviseNews(@Argument ReviseNewsInput input, DataFetchingEnvironment environment) {
        return transaction.run(WRITE_NEWS, Call.of(environment), proof -> news.revise(input, proof));
    }

    @MutationMapping
    Mono<Outcome> retractNews(@Argument RetractNewsInput input, DataFetchingEnvironment environment) {
        return transaction.run(
                RETRACT_NEWS, Call.of(environment), proof -> news.retract(input.id(), input.reason(), proof));
    }

    @MutationMapping
    Mono<Outcome> scheduleNews(@Argument ScheduleNewsInput input, DataFetchingEnvironment environment) {
        return transaction.run(
                WRITE_NEWS, Call.of(environment), proof -> schedule.add(input.publishAt(), input.news(), proof));
    }

    @MutationMapping
    Mono<Outcome> cancelScheduledNews(@Argument String id, DataFetchingEnvironment environment) {
        return transaction.run(WRITE_NEWS, Call.of(environment), proof -> schedule.cancel(id, proof));
    }

    @MutationMapping
    Mono<Outcome> createTopic(@Argument CreateTopicInput input, DataFetchingEnvironment environment) {
        return transaction.run(
                WRITE_TOPICS,
                Call.of(environment),
                proof -> topics.create(input.slug(), input.name(), input.description(), proof));
    }

    @MutationMapping
    Mono<Outcome> renameTopic(@Argument RenameTopicInput input, DataFetchingEnvironment environment) {
        return transaction.run(
                WRITE_TOPICS, Call.of(environment), proof -> topics.rename(input.slug(), input.name(), proof));
    }

    @SchemaMapping(typeName = "NewsPayload", field = "news")
    Mono<News> news(Outcome outcome, DataFetchingFieldSelectionSet selection) {
        return node(News.TYPE, outcome, selection).cast(News.class);
    }

    @SchemaMapping(typeName = "TopicPayload", field = "topic")
    Mono<Topic> topic(Outcome outcome, DataFetchingFieldSelectionSet selection) {
        return node(Topic.TYPE, outcome, selection).cast(Topic.class);
    }

    private Mono<? extends Node> node(char type, Outcome outcome, DataFetchingFieldSelectionSet selection) {
        NodeSource source = nodes.get(type);
        return source == null || outcome.key() == null
                ? Mono.empty()
                : source.byKeys(List.of(outcome.key()), selection).next();
    }
}
