package se.utrop.feed;

/** What an event can tell of. */
enum NewsEventType {
    PUBLISHED,
    REVISED,
    RETRACTED,
    TOPIC_CHANGED
}
