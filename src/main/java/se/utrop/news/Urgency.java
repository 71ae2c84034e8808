package se.utrop.news;

public enum Urgency {
    ROUTINE,
    IMPORTANT,
    BREAKING
}
