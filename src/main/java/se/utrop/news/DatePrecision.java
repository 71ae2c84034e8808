package se.utrop.news;

public enum DatePrecision {
    EXACT,
    DAY,
    ESTIMATED
}
