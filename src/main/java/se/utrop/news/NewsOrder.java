package se.utrop.news;

public enum NewsOrder {
    NEWEST_FIRST,
    OLDEST_FIRST
}
