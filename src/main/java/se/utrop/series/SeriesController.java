package se.utrop.series;

import graphql.schema.DataFetchingFieldSelectionSet;
import java.util.Collection;
import java.util.Map;
import org.springframework.graphql.data.method.annotation.Argument;
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
