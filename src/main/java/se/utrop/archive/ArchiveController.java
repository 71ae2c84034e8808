package se.utrop.archive;

import graphql.schema.DataFetchingFieldSelectionSet;
import org.jspecify.annotations.Nullable;
import org.springframework.graphql.data.method.annotation.Argument;
import org.springframework.graphql.data.method.annotation.QueryMapping;
import org.springframework.stereotype.Controller;
import reactor.core.publisher.Flux;
import se.utrop.graphql.Limits;
import se.utrop.news.NewsCriteria;
import se.utrop.news.NewsFilter;
import se.utrop.news.NewsroomProperties;

@Controller
class ArchiveController {

    private final ArchiveRepository archive;

    private final NewsroomProperties newsroom;

    private final Limits limits;

    ArchiveController(ArchiveRepository archive, NewsroomProperties newsroom, Limits limits) {
        this.archive = archive;
        this.newsroom = newsroom;
        this.limits = limits;
    }

    @QueryMapping
    Flux<ArchiveMonth> archive(@Argument @Nullable NewsFilter filter, DataFetchingFieldSelectionSet selection) {
        NewsCriteria criteria = NewsCriteria.of(filter, newsroom.zone(), limits);
        return archive.months(criteria, newsroom.zone(), selection.contains("topics"));
    }
}
