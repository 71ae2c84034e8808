package se.utrop.news;

/** A list of news that is read page by page: all news, a topic's or a series', by criteria and in order. */
record NewsList(Scope scope, NewsCriteria criteria, NewsOrder order) {

    enum Scope {
        ALL,
        TOPIC,
        SERIES
    }

    NewsList shape() {
        return new NewsList(scope, criteria.shape(), order);
    }

    /** What its cursors are bound to. */
    String description(long parent) {
        return "news " + scope + " " + parent + " " + order + " " + criteria.description();
    }
}
