package se.utrop.editing;

import static se.utrop.access.TokenScope.WRITE_TOPICS;

import graphql.schema.DataFetchingEnvironment;
import graphql.schema.DataFetchingFieldSelectionSet;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.graphql.data.ArgumentValue;
import org.springframework.graphql.data.method.annotation.Argument;
import org.springframework.graphql.data.method.annotation.MutationMapping;
import org.springframework.graphql.data.method.annotation.SchemaMapping;
import org.springframework.stereotype.Controller;
import reactor.core.publisher.Mono;
import se.utrop.series.Series;
import se.utrop.topic.Topic;

/** The mutations of what news are filed under: topics and series. */
@Controller
class FilingController {

    private final EditorialTransaction transaction;

    private final TopicEditor topics;

    private final SeriesEditor series;

    private final ChangedNodes nodes;

    FilingController(EditorialTransaction transaction, TopicEditor topics, SeriesEditor series, ChangedNodes nodes) {
        this.transaction = transaction;
        this.topics = topics;
        this.series = series;
        this.nodes = nodes;
    }

    record CreateTopicInput(
            @Nullable String slug, String name, @Nullable String description) {}

    record RenameTopicInput(String slug, String name) {}

    record DescribeTopicInput(String slug, @Nullable String description) {}

    record MergeTopicsInput(String from, String into) {}

    record DeleteTopicInput(String slug) {}

    record CreateSeriesInput(
            @Nullable String slug,
            String name,
            @Nullable String description,
            @Nullable List<SeriesFigure> figures) {}

    record RenameSeriesInput(String slug, String name) {}

    record DescribeSeriesInput(
            String slug,
            ArgumentValue<String> description,
            @Nullable List<SeriesFigure> figures) {}

    @MutationMapping
    Mono<MutationResult> createTopic(@Argument CreateTopicInput input, DataFetchingEnvironment environment) {
        return run(environment, validator -> topics.create(input.slug(), input.name(), input.description(), validator));
    }

    @MutationMapping
    Mono<MutationResult> renameTopic(@Argument RenameTopicInput input, DataFetchingEnvironment environment) {
        return run(environment, validator -> topics.rename(input.slug(), input.name(), validator));
    }

    @MutationMapping
    Mono<MutationResult> describeTopic(@Argument DescribeTopicInput input, DataFetchingEnvironment environment) {
        return run(environment, validator -> topics.describe(input.slug(), input.description(), validator));
    }

    @MutationMapping
    Mono<MutationResult> mergeTopics(@Argument MergeTopicsInput input, DataFetchingEnvironment environment) {
        return run(environment, validator -> topics.merge(input.from(), input.into(), validator));
    }

    @MutationMapping
    Mono<MutationResult> deleteTopic(@Argument DeleteTopicInput input, DataFetchingEnvironment environment) {
        return run(environment, validator -> topics.delete(input.slug(), validator));
    }

    @MutationMapping
    Mono<MutationResult> createSeries(@Argument CreateSeriesInput input, DataFetchingEnvironment environment) {
        return run(
                environment,
                validator ->
                        series.create(input.slug(), input.name(), input.description(), input.figures(), validator));
    }

    @MutationMapping
    Mono<MutationResult> renameSeries(@Argument RenameSeriesInput input, DataFetchingEnvironment environment) {
        return run(environment, validator -> series.rename(input.slug(), input.name(), validator));
    }

    @MutationMapping
    Mono<MutationResult> describeSeries(@Argument DescribeSeriesInput input, DataFetchingEnvironment environment) {
        return run(
                environment,
                validator -> series.describe(input.slug(), input.description(), input.figures(), validator));
    }

    private Mono<MutationResult> run(
            DataFetchingEnvironment environment, Function<InputValidator, Mono<MutationResult>> work) {
        return transaction.run(WRITE_TOPICS, MutationCall.of(environment), work);
    }

    @SchemaMapping(typeName = "TopicPayload", field = "topic")
    Mono<Topic> topic(MutationResult outcome, DataFetchingFieldSelectionSet selection) {
        return nodes.find(Topic.TYPE, outcome, selection).cast(Topic.class);
    }

    @SchemaMapping(typeName = "SeriesPayload", field = "series")
    Mono<Series> series(MutationResult outcome, DataFetchingFieldSelectionSet selection) {
        return nodes.find(Series.TYPE, outcome, selection).cast(Series.class);
    }
}
