package se.utrop.sources;

import java.util.Locale;

/** How a fetch ended. */
enum Outcome {
    /** The feed was read. */
    READ,
    /** The feed is the same as before. */
    UNCHANGED,
    /** The server couldn't be reached, or broke off. */
    UNREACHABLE,
    /** The server answered with another status than 200 and 304. */
    REFUSED,
    /** The answer wasn't complete in time. */
    TIMEOUT,
    /** The answer was too large. */
    TOO_LARGE,
    /** The address isn't public, or there were too many redirects. */
    FORBIDDEN,
    /** The answer was no feed. */
    UNREADABLE,
    /** The database didn't take it. */
    NOT_STORED;

    String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
