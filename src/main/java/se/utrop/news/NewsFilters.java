package se.utrop.news;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import se.utrop.graphql.Limits;

/** Converts filters to criteria, in the newsroom's time zone and within the limits of a request. */
@Component
public class NewsFilters {

    private final NewsroomProperties newsroom;

    private final Limits limits;

    private final TextSearch search;

    NewsFilters(NewsroomProperties newsroom, Limits limits, TextSearch search) {
        this.newsroom = newsroom;
        this.limits = limits;
        this.search = search;
    }

    /** The criteria of a filter; those that every news item meets where there is none. */
    public NewsCriteria criteria(@Nullable NewsFilter filter) {
        return NewsCriteria.of(filter, newsroom.zone(), limits);
    }

    /** The criteria as a statement takes them: with what their search stands for now. */
    public Mono<NewsCriteria> resolve(NewsCriteria criteria) {
        String text = criteria.search();
        return text == null ? Mono.just(criteria) : search.query(text).map(criteria::searchingBy);
    }
}
