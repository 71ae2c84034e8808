package se.utrop.editing;

enum UserErrorCode {
    BLANK,
    TOO_LONG,
    INVALID,
    UNKNOWN_TOPIC,
    SLUG_TAKEN,
    REVISION_CONFLICT,
    NOT_FOUND,
    ALREADY_RETRACTED,
    IN_THE_PAST,
    ALREADY_WITHDRAWN
}
