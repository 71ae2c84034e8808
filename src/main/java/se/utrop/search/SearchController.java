package se.utrop.search;

import graphql.schema.DataFetchingEnvironment;
import graphql.schema.DataFetchingFieldSelectionSet;
import org.springframework.graphql.data.method.annotation.Arguments;
import org.springframework.graphql.data.method.annotation.QueryMapping;
import org.springframework.stereotype.Controller;
import reactor.core.publisher.Mono;
import se.utrop.graphql.Limits;
import se.utrop.graphql.Selections;
import se.utrop.news.NewsColumns;
import se.utrop.news.NewsCriteria;
import se.utrop.news.NewsFilters;
import se.utrop.paging.Connection;
import se.utrop.paging.Cursors;
import se.utrop.paging.Window;
import tools.jackson.databind.json.JsonMapper;

@Controller
class SearchController {

    private final Search search;

    private final Cursors cursors;

    private final NewsFilters filters;

    private final Limits limits;

    private final Selections selections;

    private final JsonMapper json;

    SearchController(
            Search search,
            Cursors cursors,
            NewsFilters filters,
            Limits limits,
            Selections selections,
            JsonMapper json) {
        this.search = search;
        this.cursors = cursors;
        this.filters = filters;
        this.limits = limits;
        this.selections = selections;
        this.json = json;
    }

    @QueryMapping
    Mono<NewsSearchConnection> searchNews(@Arguments SearchArguments arguments, DataFetchingEnvironment environment) {
        NewsCriteria criteria = filters.criteria(arguments.filter());
        String list = "search %s %s %s".formatted(arguments.orderBy(), criteria.description(), arguments.query());
        Window window = arguments.page().window(() -> list, cursors, limits);
        Selected selected = selections.of(environment, Selected.class, this::selected);
        SearchQuery query = new SearchQuery(criteria, arguments.orderBy(), window, selected.columns, selected.parts);
        return filters.resolve(criteria)
                .flatMap(resolved -> search.find(arguments.query(), query.with(resolved)))
                .map(result -> new NewsSearchConnection(page(result.page(), list, window), result));
    }

    private Connection<Hit> page(Hit.Page page, String list, Window window) {
        return Connection.of(
                window,
                page.hits(),
                window.after() != null && page.precedes(),
                false,
                page.total(),
                hit -> cursors.write(list, hit.position()));
    }

    private Selected selected(DataFetchingFieldSelectionSet selection) {
        return new Selected(NewsColumns.ofConnection(selection, json), SearchQuery.Parts.of(selection));
    }

    private record Selected(NewsColumns columns, SearchQuery.Parts parts) {}
}
