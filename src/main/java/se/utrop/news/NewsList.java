package se.utrop.news;

/** A paged list of news: all news, or those of a topic or series, with criteria and order. */
record NewsList(Scope scope, NewsCriteria criteria, NewsOrder order) {

    enum Scope {
        ALL,
        TOPIC,
        SERIES;

        /** Nothing, or a condition that begins with {@code and}: that the news of this alias are in the parent's list. */
        String sql(String news) {
            return switch (this) {
                case ALL -> "";
                case TOPIC -> " and coalesce(%s.topic_ids @> array[parent.id], false)".formatted(news);
                case SERIES -> " and %s.series_id = parent.id".formatted(news);
            };
        }
    }

    NewsList with(NewsCriteria others) {
        return new NewsList(scope, others, order);
    }

    NewsList shape() {
        return new NewsList(scope, criteria.shape(), order);
    }

    /** What its cursors are bound to. */
    String description(long parent) {
        return "news " + scope + " " + parent + " " + order + " " + criteria.description();
    }
}
