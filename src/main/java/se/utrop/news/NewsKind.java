package se.utrop.news;

public enum NewsKind {
    ARTICLE,
    SITUATION_REPORT
}
