package se.utrop.news;

import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import se.utrop.graphql.Limits;

/** Converts filters to criteria, in the newsroom's time zone and within the limits of a request. */
@Component
public class NewsFilters {

    private final NewsroomProperties newsroom;

    private final Limits limits;

    NewsFilters(NewsroomProperties newsroom, Limits limits) {
        this.newsroom = newsroom;
        this.limits = limits;
    }

    /** The criteria of a filter; those that every news item meets where there is none. */
    public NewsCriteria criteria(@Nullable NewsFilter filter) {
        return NewsCriteria.of(filter, newsroom.zone(), limits);
    }
}
