package se.utrop.freshness;

import reactor.core.publisher.Mono;
import se.utrop.paging.Position;

/** Reads the log of events when {@link NewsroomListener} reports a new state. */
public interface NewsroomSubscriber {

    /** The latest position that it has read; the start where it has read none. The listener checks that the log holds it. */
    Position position();

    /** The log ends at this position: without an earlier one it is read from here on. */
    void begin(Position position);

    /** The database has lost events that were read: its log now ends at this position, and is read from here on. */
    void restart(Position position);

    /** The node has stopped listening. When it starts again, the log is read from where it ends then. */
    void end();

    /** Complete when it has read all that this state has; repeated until it succeeds. */
    Mono<Void> catchUp(NewsroomState state);
}
