package se.utrop.news;

import graphql.schema.DataFetchingEnvironment;
import graphql.schema.DataFetchingFieldSelectionSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import org.springframework.util.function.SingletonSupplier;
import reactor.core.publisher.Mono;
import se.utrop.graphql.Limits;
import se.utrop.graphql.Selections;
import se.utrop.news.NewsList.Scope;
import se.utrop.news.NewsPageQuery.Parts;
import se.utrop.news.NewsPageRepository.FoundPage;
import se.utrop.paging.Connection;
import se.utrop.paging.Cursors;
import se.utrop.paging.Window;

/** Converts the arguments of a field to a page query, and cursors to positions. */
@Component
class NewsPages {

    private final NewsPageRepository repository;

    private final Cursors cursors;

    private final NewsCursors newsCursors;

    private final NewsFilters filters;

    private final Limits limits;

    private final Selections selections;

    NewsPages(
            NewsPageRepository repository,
            Cursors cursors,
            NewsCursors newsCursors,
            NewsFilters filters,
            Limits limits,
            Selections selections) {
        this.repository = repository;
        this.cursors = cursors;
        this.newsCursors = newsCursors;
        this.filters = filters;
        this.limits = limits;
        this.selections = selections;
    }

    NewsPageQuery query(Scope scope, long parent, NewsArguments arguments, DataFetchingEnvironment environment) {
        NewsCriteria criteria = filters.criteria(arguments.filter());
        NewsList list = new NewsList(scope, criteria, arguments.orderBy());
        Window window = arguments.page().window(() -> list.description(parent), cursors, limits);
        Selected selected = selections.of(environment, Selected.class, Selected::of);
        return new NewsPageQuery(list, window, selected.news, selected.parts.in(window));
    }

    /** What a field reads that gives a page of news. */
    private record Selected(NewsSelection news, Parts parts) {

        static Selected of(DataFetchingFieldSelectionSet selection) {
            return new Selected(NewsSelection.ofConnection(selection), Parts.of(selection));
        }
    }

    Mono<Map<Long, NewsConnection>> find(NewsPageQuery query, Collection<Long> parents) {
        return filters.resolve(query.list().criteria())
                .flatMap(criteria -> repository.find(query.with(criteria), parents))
                .map(pages -> pages.entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, page -> connection(query, page.getKey(), page.getValue()))));
    }

    private NewsConnection connection(NewsPageQuery query, long parent, FoundPage page) {
        Supplier<String> list = SingletonSupplier.of(() -> query.list().description(parent));
        List<News> news = page.news();
        Connection<News> connection = Connection.of(
                query.window(),
                news,
                page.precedes(),
                page.follows(),
                page.total(),
                item -> newsCursors.write(list.get(), item));
        return new NewsConnection(connection, page.feed(), cursors);
    }
}
