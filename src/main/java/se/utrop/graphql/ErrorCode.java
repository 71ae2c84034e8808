package se.utrop.graphql;

import graphql.ErrorClassification;

/** The values of an error's {@code extensions.code}, for programs to act on. */
public enum ErrorCode implements ErrorClassification {
    BAD_USER_INPUT,
    GRAPHQL_PARSE_FAILED,
    GRAPHQL_VALIDATION_FAILED,
    UNAUTHENTICATED,
    FORBIDDEN,
    COST_EXCEEDED,
    RATE_LIMITED,
    TIMEOUT,
    PERSISTED_QUERY_NOT_FOUND,
    CURSOR_INVALID,
    UNAVAILABLE,
    INTERNAL
}
