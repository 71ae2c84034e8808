package se.utrop.archive;

import graphql.schema.DataFetchingFieldSelectionSet;
import org.jspecify.annotations.Nullable;
import org.springframework.graphql.data.method.annotation.Argument;
import org.springframework.graphql.data.method.annotation.QueryMapping;
import org.springframework.stereotype.Controller;
import reactor.core.publisher.Flux;
import se.utrop.news.NewsCriteria;
import se.utrop.news.NewsFilter;
import se.utrop.news.NewsFilters;
import se.utrop.news.NewsroomProperties;

@Controller
class ArchiveController {

    private final ArchiveRepository archive;

    private final NewsroomProperties newsroom;

    private final NewsFilters filters;

    ArchiveController(ArchiveRepository archive, NewsroomProperties newsroom, NewsFilters filters) {
        this.archive = archive;
        this.newsroom = newsroom;
        this.filters = filters;
    }

    @QueryMapping
    Flux<ArchiveMonth> archive(@Argument @Nullable NewsFilter filter, DataFetchingFieldSelectionSet selection) {
        NewsCriteria criteria = filters.criteria(filter);
        return filters.resolve(criteria)
                .flatMapMany(resolved -> archive.months(resolved, newsroom.zone(), selection.contains("topics")));
    }
}
