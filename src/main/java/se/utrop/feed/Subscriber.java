package se.utrop.feed;

import se.utrop.graphql.Problem;
import se.utrop.paging.Position;

/**
 * A subscriber that has received everything and waits for the next event. Methods may be called from any thread and must not
 * block.
 */
public interface Subscriber {

    /** Offers the next message. Only a subscriber that has all earlier ones and is idle takes it. */
    void offer(Message message);

    /** Reports, instead of a message, that the event at this position can't be rendered. */
    void offer(Position position, Problem problem);

    /** All messages up to this position have been offered: it may tell its client so. */
    void offer(Position position);

    /** The feed can't go on from where this subscriber is. */
    void fail(Problem problem);

    /** The number of the last event that this subscriber has received or that its filter excludes. */
    long reached();
}
