package se.utrop.news;

/** How much a revision matters to readers. */
public enum Significance {
    MINOR,
    MAJOR,
    CORRECTION
}
