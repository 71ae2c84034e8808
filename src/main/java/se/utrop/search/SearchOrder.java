package se.utrop.search;

enum SearchOrder {
    RELEVANCE,
    NEWEST_FIRST
}
