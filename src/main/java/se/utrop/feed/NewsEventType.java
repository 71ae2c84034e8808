package se.utrop.feed;

/** What can happen to a news item. */
enum NewsEventType {
    PUBLISHED,
    REVISED,
    RETRACTED
}
