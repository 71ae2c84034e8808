package se.utrop.editing;

import static se.utrop.access.TokenScope.RETRACT_NEWS;
import static se.utrop.access.TokenScope.WRITE_NEWS;

import graphql.schema.DataFetchingEnvironment;
import graphql.schema.DataFetchingFieldSelectionSet;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.graphql.data.method.annotation.Argument;
import org.springframework.graphql.data.method.annotation.MutationMapping;
import org.springframework.graphql.data.method.annotation.SchemaMapping;
import org.springframework.stereotype.Controller;
import reactor.core.publisher.Mono;
import se.utrop.access.Caller;
import se.utrop.news.News;

@Controller
class EditingController {

    private final EditorialTransaction transaction;
    private final NewsEditor news;
    private final ScheduleEditor schedule;
    private final ReviewPolicy review;
    private final ChangedNodes nodes;

    EditingController(
            EditorialTransaction transaction,
            NewsEditor news,
            ScheduleEditor schedule,
            ReviewPolicy review,
            ChangedNodes nodes) {
        this.transaction = transaction;
        this.news = news;
        this.schedule = schedule;
        this.review = review;
        this.nodes = nodes;
    }

    record PublishNewsInput(NewsContent news) {}

    record RetractNewsInput(String id, String reason) {}

    record WithdrawNewsInput(
            String id, int expectedRevision, @Nullable String reason) {}

    record ScheduleNewsInput(Instant publishAt, NewsContent news) {}

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
    Mono<MutationResult> withdrawNews(@Argument WithdrawNewsInput input, DataFetchingEnvironment environment) {
        return transaction.run(
                WRITE_NEWS,
                MutationCall.of(environment),
                validator -> news.withdraw(input.id(), input.expectedRevision(), input.reason(), validator));
    }

    @MutationMapping
    Mono<MutationResult> restoreNews(@Argument RestoreNewsInput input, DataFetchingEnvironment environment) {
        Mono<MutationResult> restored = transaction.run(
                RETRACT_NEWS, MutationCall.of(environment), validator -> news.restore(input, validator));
        return input.isCorrected()
                ? Caller.current()
                        .doOnNext(caller -> caller.require(WRITE_NEWS))
                        .then(restored)
                : restored;
    }

    @MutationMapping
    Mono<MutationResult> scheduleNews(@Argument ScheduleNewsInput input, DataFetchingEnvironment environment) {
        return publishing(environment, validator -> schedule.add(input.publishAt(), input.news(), validator));
    }

    @MutationMapping
    Mono<MutationResult> cancelScheduledNews(@Argument String id, DataFetchingEnvironment environment) {
        return transaction.run(WRITE_NEWS, MutationCall.of(environment), validator -> schedule.cancel(id, validator));
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
        return nodes.find(News.TYPE, outcome, selection).cast(News.class);
    }
}
