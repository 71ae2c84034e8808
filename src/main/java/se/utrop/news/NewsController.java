package se.utrop.news;

import graphql.schema.DataFetchingEnvironment;
import graphql.schema.DataFetchingFieldSelectionSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.dataloader.DataLoader;
import org.springframework.graphql.data.method.annotation.Argument;
import org.springframework.graphql.data.method.annotation.QueryMapping;
import org.springframework.graphql.data.method.annotation.SchemaMapping;
import org.springframework.graphql.execution.BatchLoaderRegistry;
import org.springframework.stereotype.Controller;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import se.utrop.graphql.Selections;
import se.utrop.news.NewsList.Scope;
import se.utrop.node.NodeSource;
import se.utrop.paging.PageArguments;
import se.utrop.topic.Topic;

@Controller
class NewsController implements NodeSource {

    private static final int MOST_RELATED = 10;

    private final NewsRepository news;

    private final NewsPages pages;

    private final Selections selections;

    NewsController(NewsRepository news, NewsPages pages, Selections selections, BatchLoaderRegistry loaders) {
        this.news = news;
        this.pages = pages;
        this.selections = selections;
        Batched.answer(loaders, "pages", pages::find);
        Batched.<Neighbour, News>answer(
                loaders, "neighbours", (asked, keys) -> news.neighbours(asked.next(), keys, asked.selection()));
        Batched.<Related, List<News>>answer(
                loaders, "relatives", (asked, keys) -> news.related(asked.first(), keys, asked.selection()));
    }

    @QueryMapping
    Mono<NewsConnection> news(NewsArguments arguments, DataFetchingEnvironment environment) {
        NewsPageQuery query = pages.query(Scope.ALL, 0, arguments, environment);
        return pages.find(query, List.of(0L)).map(found -> Objects.requireNonNull(found.get(0L)));
    }

    @QueryMapping
    Mono<News> newsBySlug(@Argument String slug, DataFetchingEnvironment environment) {
        return news.bySlug(slug, selected(environment));
    }

    @SchemaMapping(typeName = "Topic", field = "news")
    CompletableFuture<NewsConnection> newsOfTopic(
            Topic topic,
            NewsArguments arguments,
            DataFetchingEnvironment environment,
            DataLoader<Batched<NewsPageQuery>, NewsConnection> pages) {
        return pages.load(
                new Batched<>(this.pages.query(Scope.TOPIC, topic.key(), arguments, environment), topic.key()));
    }

    @SchemaMapping
    CompletableFuture<News> previousInSeries(
            News source, DataFetchingEnvironment environment, DataLoader<Batched<Neighbour>, News> neighbours) {
        return neighbours.load(new Batched<>(new Neighbour(false, selected(environment)), source.key()));
    }

    @SchemaMapping
    CompletableFuture<News> nextInSeries(
            News source, DataFetchingEnvironment environment, DataLoader<Batched<Neighbour>, News> neighbours) {
        return neighbours.load(new Batched<>(new Neighbour(true, selected(environment)), source.key()));
    }

    @SchemaMapping
    CompletableFuture<List<News>> related(
            News source,
            @Argument int first,
            DataFetchingEnvironment environment,
            DataLoader<Batched<Related>, List<News>> relatives) {
        int size = PageArguments.checked("first", first, MOST_RELATED);
        return relatives.load(new Batched<>(new Related(size, selected(environment)), source.key()));
    }

    @Override
    public char type() {
        return News.TYPE;
    }

    @Override
    public Flux<News> byKeys(Collection<Long> keys, DataFetchingFieldSelectionSet selection) {
        return news.byKeys(keys, NewsSelection.of(selection));
    }

    @Override
    public Mono<Map<String, News>> bySlugs(Collection<String> slugs, DataFetchingFieldSelectionSet selection) {
        return news.bySlugs(slugs, NewsSelection.of(selection).withSlug()).collectMap(News::slug);
    }

    private NewsSelection selected(DataFetchingEnvironment environment) {
        return selections.of(environment, NewsSelection.class, NewsSelection::of);
    }

    record Neighbour(boolean next, NewsSelection selection) {}

    record Related(int first, NewsSelection selection) {}
}
