package se.utrop.editing;

enum DraftState {
    WRITING,
    IN_REVIEW,
    APPROVED,
    SCHEDULED,
    REFUSED
}
