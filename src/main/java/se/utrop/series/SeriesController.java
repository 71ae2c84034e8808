package se.utrop.series;

import graphql.schema.DataFetchingFieldSelectionSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.graphql.data.method.annotation.Argument;
import org.springframework.graphql.data.method.annotation.BatchMapping;
import org.springframework.graphql.data.method.annotation.QueryMapping;
import org.springframework.stereotype.Controller;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import se.utrop.node.NodeSource;

@Controller
class SeriesController implements NodeSource {

    private final SeriesRepository series;

    SeriesController(SeriesRepository series) {
        this.series = series;
    }

    @QueryMapping
    Flux<Series> series() {
        return series.all();
    }

    @QueryMapping
    Mono<Series> seriesBySlug(@Argument String slug) {
        return series.bySlug(slug);
    }

    @BatchMapping
    Mono<Map<Series, List<String>>> figureNames(Set<Series> asked) {
        return series.figureNames(asked.stream().map(Series::key).toList())
                .map(names -> asked.stream()
                        .collect(Collectors.toMap(one -> one, one -> names.getOrDefault(one.key(), List.of()))));
    }

    @Override
    public char type() {
        return Series.TYPE;
    }

    @Override
    public Flux<Series> byKeys(Collection<Long> keys, DataFetchingFieldSelectionSet selection) {
        return series.byKeys(keys);
    }

    @Override
    public Mono<Map<String, Series>> bySlugs(Collection<String> slugs, DataFetchingFieldSelectionSet selection) {
        return series.bySlugs(slugs).collectMap(Series::slug);
    }
}
