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
    private final ReviewPolicy review;
    private final Map<Character, NodeSource> nodes;

    EditingController(
            EditorialTransaction transaction,
            NewsEditor news,
            ScheduleEditor schedule,
            TopicEditor topics,
            ReviewPolicy review,
            List<NodeSource> nodes) {
        this.transaction = transaction;
        this.news = news;
        this.schedule = schedule;
        this.topics = topics;
        this.review = review;
        this.nodes = nodes.stream().collect(Collectors.toMap(NodeSource::type, Function.identity()));
    }

    record PublishNewsInput(NewsContent news) {}

    record RetractNewsInput(String id, String reason) {}

    record ScheduleNewsInput(Instant publishAt, NewsContent news) {}

    record CreateTopicInput(
            @Nullable String slug, String name, @Nullable String description) {}

    record RenameTopicInput(String slug, String name) {}

    @MutationMapping
    Mono<MutationResult> publishNews(@Argument PublishNewsInput input, DataFetchingEnvironment environment) {
        return publishing(environment, validator -> news.publish(input.news(), validator));
    }

    @MutationMapping
    Mono<MutationResult> reviseNews(@Argument ReviseNewsInput input, DataFetchingEnvironment environment) {
        return publishing(environment, validator -> news.revise(input, validator));
    }

    @MutationMapping
    Mono<MutationResult> retractNews(@Argument RetractNewsInput input, DataFetchingEnvironment environment) {
        return transaction.run(
                RETRACT_NEWS,
                MutationCall.of(environment),
                validator -> news.retract(input.id(), input.reason(), validator));
    }

    @MutationMapping
    Mono<MutationResult> scheduleNews(@Argument ScheduleNewsInput input, DataFetchingEnvironment environment) {
        return publishing(environment, validator -> schedule.add(input.publishAt(), input.news(), validator));
    }

    @MutationMapping
    Mono<MutationResult> cancelScheduledNews(@Argument String id, DataFetchingEnvironment environment) {
        return transaction.run(WRITE_NEWS, MutationCall.of(environment), validator -> schedule.cancel(id, validator));
    }

    @MutationMapping
    Mono<MutationResult> createTopic(@Argument CreateTopicInput input, DataFetchingEnvironment environment) {
        return transaction.run(
                WRITE_TOPICS,
                MutationCall.of(environment),
                validator -> topics.create(input.slug(), input.name(), input.description(), validator));
    }

    @MutationMapping
    Mono<MutationResult> renameTopic(@Argument RenameTopicInput input, DataFetchingEnvironment environment) {
        return transaction.run(
                WRITE_TOPICS,
                MutationCall.of(environment),
                validator -> topics.rename(input.slug(), input.name(), validator));
    }

    private Mono<MutationResult> publishing(
            DataFetchingEnvironment environment, Function<InputValidator, Mono<MutationResult>> work) {
        return transaction.run(WRITE_NEWS, MutationCall.of(environment), validator -> {
            review.checkDirect(validator);
            return work.apply(validator);
        });
    }

    @SchemaMapping(typeName = "NewsPayload", field = "news")
    Mono<News> news(MutationResult outcome, DataFetchingFieldSelectionSet selection) {
        return node(News.TYPE, outcome, selection).cast(News.class);
    }

    @SchemaMapping(typeName = "TopicPayload", field = "topic")
    Mono<Topic> topic(MutationResult outcome, DataFetchingFieldSelectionSet selection) {
        return node(Topic.TYPE, outcome, selection).cast(Topic.class);
    }

    private Mono<? extends Node> node(char type, MutationResult outcome, DataFetchingFieldSelectionSet selection) {
        NodeSource source = nodes.get(type);
        return source == null || outcome.key() == null
                ? Mono.empty()
                : source.byKeys(List.of(outcome.key()), selection).next();
    }
}
