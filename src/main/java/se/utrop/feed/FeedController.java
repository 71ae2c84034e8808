package se.utrop.feed;

import graphql.schema.DataFetchingEnvironment;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.graphql.data.method.annotation.Argument;
import org.springframework.graphql.data.method.annotation.QueryMapping;
import org.springframework.graphql.data.method.annotation.SchemaMapping;
import org.springframework.graphql.data.method.annotation.SubscriptionMapping;
import org.springframework.stereotype.Controller;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import se.utrop.feed.FeedExecution.Asked;
import se.utrop.graphql.Limits;
import se.utrop.news.NewsCursors;
import se.utrop.news.NewsFilter;
import se.utrop.news.NewsFilters;
import se.utrop.news.NewsOrder;
import se.utrop.news.Significance;
import se.utrop.paging.PageArguments;

@Controller
class FeedController {

    private static final int MOST_CHANGES = 100;

    private final Changes changes;

    private final NewsFilters filters;

    private final Limits limits;

    private final NewsCursors cursors;

    FeedController(Changes changes, NewsFilters filters, Limits limits, NewsCursors cursors) {
        this.changes = changes;
        this.filters = filters;
        this.limits = limits;
        this.cursors = cursors;
    }

    @SubscriptionMapping
    Flux<NewsEvent> newsFeed(
            @Argument @Nullable String after,
            @Argument @Nullable NewsFilter filter,
            @Argument @Nullable List<NewsEventType> types,
            @Argument @Nullable List<Significance> significances,
            @Argument boolean positions,
            DataFetchingEnvironment environment) {
        FeedExecution execution = environment.getGraphQlContext().get(FeedExecution.class);
        if (execution == null) {
            throw new IllegalStateException("A transport that can't follow the feed has let a subscription pass");
        }
        return execution.events(
                new Asked(after, filter(filter, types, significances), positions, AfterVariable.of(environment)));
    }

    @SchemaMapping
    String listCursor(NewsPublished event, @Argument NewsOrder orderBy) {
        return cursors.write(event.criteria(), orderBy, event.news());
    }

    @SchemaMapping
    String listCursor(NewsRevised event, @Argument NewsOrder orderBy) {
        return cursors.write(event.criteria(), orderBy, event.news());
    }

    /** A page is no longer than any other of the newsroom: its cursor leads on. */
    @QueryMapping
    Mono<NewsChanges> changes(
            @Argument @Nullable String after,
            @Argument @Nullable NewsFilter filter,
            @Argument @Nullable List<NewsEventType> types,
            @Argument @Nullable List<Significance> significances,
            @Argument int first) {
        int size = Math.min(PageArguments.checked("first", first, MOST_CHANGES), limits.pageSize());
        FeedFilter asked = filter(filter, types, significances);
        return after == null ? changes.none() : changes.after(after, asked, size);
    }

    private FeedFilter filter(
            @Nullable NewsFilter filter,
            @Nullable List<NewsEventType> types,
            @Nullable List<Significance> significances) {
        return FeedFilter.of(filters.criteria(filter), types, significances);
    }
}
