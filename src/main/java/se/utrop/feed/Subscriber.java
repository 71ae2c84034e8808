package se.utrop.feed;

import se.utrop.graphql.Problem;
import se.utrop.paging.Position;

/** One who waits at the end of the feed. Called from any thread; must not wait. */
public interface Subscriber {

    /** The next message after the feed has advanced: for who has all before it, and is not busy. */
    void offer(Message message);

    /** The event at this position can't be shown: the same as an offer, in the place of its message. */
    void offer(Position position, Problem problem);

    /** All messages up to this position have been offered: it may tell its client so. */
    void offer(Position position);

    /** The feed can't go on from where this subscriber is. */
    void fail(Problem problem);

    /** The number of the last event of which this subscriber has been told, or which does not concern it. */
    long reached();
}
