package se.utrop.feed;

import java.util.List;

/**
 * A page of the log.
 *
 * @param cursor the position up to which the page has every event that was asked for
 * @param isCurrent whether the log ended there when it was read
 */
record NewsChanges(List<NewsEvent> events, String cursor, boolean isCurrent) {}
