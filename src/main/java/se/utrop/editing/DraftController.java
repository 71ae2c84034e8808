package se.utrop.editing;

import static se.utrop.access.TokenScope.DRAFT_NEWS;
import static se.utrop.access.TokenScope.WRITE_NEWS;

import graphql.schema.DataFetchingEnvironment;
import graphql.schema.DataFetchingFieldSelectionSet;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.graphql.data.method.annotation.Argument;
import org.springframework.graphql.data.method.annotation.MutationMapping;
import org.springframework.graphql.data.method.annotation.QueryMapping;
import org.springframework.graphql.data.method.annotation.SchemaMapping;
import org.springframework.stereotype.Controller;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import se.utrop.access.Caller;
import se.utrop.access.TokenScope;
import se.utrop.graphql.Limits;
import se.utrop.news.News;
import se.utrop.node.NodeSource;
import se.utrop.paging.Connection;
import se.utrop.paging.Cursors;
import se.utrop.paging.PageArguments;
import se.utrop.paging.Position;
import se.utrop.paging.Window;

@Controller
class DraftController {

    private static final String SCHEDULE = "schedule";

    private final EditorialTransaction transaction;
    private final DraftEditor editor;
    private final DraftRepository drafts;
    private final NodeSource news;
    private final Cursors cursors;
    private final Limits limits;

    DraftController(
            EditorialTransaction transaction,
            DraftEditor editor,
            DraftRepository drafts,
            List<NodeSource> nodes,
            Cursors cursors,
            Limits limits) {
        this.transaction = transaction;
        this.editor = editor;
        this.drafts = drafts;
        this.news = nodes.stream()
                .filter(source -> source.type() == News.TYPE)
                .findFirst()
                .orElseThrow();
        this.cursors = cursors;
        this.limits = limits;
    }

    record DraftInput(String id, int expectedVersion) {}

    record ScheduleDraftInput(String id, int expectedVersion, Instant publishAt) {}

    @QueryMapping
    Mono<Draft> draft(@Argument String id) {
        return forEditors(() -> drafts.find(Draft.key(id)));
    }

    @QueryMapping
    Mono<Connection<Draft>> drafts(
            @Argument @Nullable List<DraftState> states,
            @Argument @Nullable String newsId,
            @Argument @Nullable Integer first,
            @Argument @Nullable String after) {
        String list = "drafts %s %s".formatted(states, newsId);
        Long newsKey = newsId == null ? null : NewsEditor.key(newsId);
        return page(list, first, after, window -> drafts.latest(states, newsKey, window), Draft::savedPosition);
    }

    @QueryMapping
    Mono<Connection<Draft>> schedule(@Argument @Nullable Integer first, @Argument @Nullable String after) {
        return page(SCHEDULE, first, after, drafts::scheduled, Draft::schedulePosition);
    }

    private Mono<Connection<Draft>> page(
            String list,
            @Nullable Integer first,
            @Nullable String after,
            Function<Window, Flux<Draft>> read,
            Function<Draft, Position> position) {
        Window window = new PageArguments(first, after, null, null).window(() -> list, cursors, limits);
        return forEditors(() -> read.apply(window).collectList())
                .map(found -> Connection.of(
                        window,
                        found,
                        window.after() != null,
                        false,
                        0,
                        draft -> cursors.write(list, position.apply(draft))));
    }

    private static <T> Mono<T> forEditors(Supplier<Mono<T>> read) {
        return Caller.current().doOnNext(caller -> caller.require(DRAFT_NEWS)).flatMap(caller -> read.get());
    }

    @MutationMapping
    Mono<MutationResult> saveDraft(DataFetchingEnvironment environment) {
        SaveDraftInput input = SaveDraftInput.of(Objects.requireNonNull(environment.getArgument("input")));
        return transaction.run(DRAFT_NEWS, MutationCall.of(environment), validator -> editor.save(input, validator));
    }

    @MutationMapping
    Mono<MutationResult> discardDraft(@Argument DraftInput input, DataFetchingEnvironment environment) {
        return change(DRAFT_NEWS, input, environment, editor::discard);
    }

    @MutationMapping
    Mono<MutationResult> requestReview(@Argument DraftInput input, DataFetchingEnvironment environment) {
        return change(DRAFT_NEWS, input, environment, editor::requestReview);
    }

    @MutationMapping
    Mono<MutationResult> approveDraft(@Argument DraftInput input, DataFetchingEnvironment environment) {
        return change(WRITE_NEWS, input, environment, editor::approve);
    }

    @MutationMapping
    Mono<MutationResult> publishDraft(@Argument DraftInput input, DataFetchingEnvironment environment) {
        return change(WRITE_NEWS, input, environment, editor::publish);
    }

    @MutationMapping
    Mono<MutationResult> scheduleDraft(@Argument ScheduleDraftInput input, DataFetchingEnvironment environment) {
        return transaction.run(
                WRITE_NEWS,
                MutationCall.of(environment),
                validator -> editor.schedule(input.id(), input.expectedVersion(), input.publishAt(), validator));
    }

    @MutationMapping
    Mono<MutationResult> unscheduleDraft(@Argument DraftInput input, DataFetchingEnvironment environment) {
        return change(WRITE_NEWS, input, environment, editor::unschedule);
    }

    /** What a mutation does to one version of a draft. */
    private interface DraftChange {

        Mono<MutationResult> apply(String id, int expectedVersion, InputValidator validator);
    }

    private Mono<MutationResult> change(
            TokenScope scope, DraftInput input, DataFetchingEnvironment environment, DraftChange change) {
        return transaction.run(
                scope,
                MutationCall.of(environment),
                validator -> change.apply(input.id(), input.expectedVersion(), validator));
    }

    @SchemaMapping(typeName = "DraftPayload", field = "draft")
    Mono<Draft> draft(MutationResult outcome) {
        return Mono.justOrEmpty(outcome.draft()).flatMap(drafts::find);
    }

    @SchemaMapping(typeName = "SchedulePayload", field = "draft")
    Mono<Draft> scheduledDraft(MutationResult outcome) {
        return draft(outcome);
    }

    @SchemaMapping
    Mono<News> news(Draft draft, DataFetchingFieldSelectionSet selection) {
        return Mono.justOrEmpty(draft.change())
                .flatMapMany(change -> news.byKeys(List.of(change.newsKey()), selection))
                .next()
                .cast(News.class);
    }
}
