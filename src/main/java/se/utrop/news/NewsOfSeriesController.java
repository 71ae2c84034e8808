package se.utrop.news;

import graphql.schema.DataFetchingEnvironment;
import graphql.schema.DataFetchingFieldSelectionSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.dataloader.DataLoader;
import org.jspecify.annotations.Nullable;
import org.springframework.graphql.data.method.annotation.Argument;
import org.springframework.graphql.data.method.annotation.SchemaMapping;
import org.springframework.graphql.execution.BatchLoaderRegistry;
import org.springframework.stereotype.Controller;
import se.utrop.news.NewsList.Scope;
import se.utrop.paging.Window;
import se.utrop.series.Series;

/** The fields of a series that read news. */
@Controller
class NewsOfSeriesController {

    private final NewsPages pages;

    private final NewsFilters filters;

    NewsOfSeriesController(NewsPages pages, NewsRepository news, NewsFilters filters, BatchLoaderRegistry loaders) {
        this.pages = pages;
        this.filters = filters;
        Batched.<PointQuery, List<FigurePoint>>answer(loaders, "points", news::points);
    }

    @SchemaMapping(typeName = "Series", field = "news")
    CompletableFuture<NewsConnection> news(
            Series series,
            NewsArguments arguments,
            DataFetchingEnvironment environment,
            DataLoader<Batched<NewsPageQuery>, NewsConnection> pages) {
        return pages.load(
                new Batched<>(this.pages.query(Scope.SERIES, series.key(), arguments, environment), series.key()));
    }

    @SchemaMapping
    CompletableFuture<@Nullable News> latest(
            Series series,
            DataFetchingFieldSelectionSet selection,
            DataLoader<Batched<NewsPageQuery>, NewsConnection> pages) {
        NewsList list = new NewsList(Scope.SERIES, filters.criteria(null), NewsOrder.NEWEST_FIRST);
        NewsPageQuery query = new NewsPageQuery(
                list, new Window(1, true, null, null), NewsSelection.of(selection), NewsPageQuery.Parts.ITEMS);
        return pages.load(new Batched<>(query, series.key()))
                .thenApply(page -> page.edges().isEmpty() ? null : page.nodes().getFirst());
    }

    @SchemaMapping
    CompletableFuture<List<FigurePoint>> figures(
            Series series,
            @Argument String name,
            @Argument @Nullable DateRange publishedOn,
            DataFetchingFieldSelectionSet selection,
            DataLoader<Batched<PointQuery>, List<FigurePoint>> points) {
        NewsFilter days = NewsFilter.of(publishedOn);
        return points.load(new Batched<>(
                new PointQuery(
                        name,
                        filters.criteria(days),
                        selection.contains("correctedAt"),
                        NewsSelection.ofChild(selection, "news")),
                series.key()));
    }
}
