package se.utrop.feed;

import se.utrop.graphql.Problem;

/** One who waits at the end of the feed. Called from any thread; must not wait. */
public interface Subscriber {

    /** The next message after the feed has advanced: for who has all before it, and is not busy. */
    void offer(Message message);

    /** The event of this number can't be shown: the same as an offer, in the place of its message. */
    void offer(long number, Problem problem);

    /** The feed can't go on from where this subscriber is. */
    void fail(Problem problem);

    /** The number of the last event of which this subscriber has been told, or which does not concern it. */
    long reached();
}
