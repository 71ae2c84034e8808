package se.utrop.freshness;

import reactor.core.publisher.Mono;
import se.utrop.paging.Position;

/** Reads the newsroom's log, and takes from {@link NewsroomListener} that there is more of it. */
public interface NewsroomSubscriber {

    /** The latest position that it has read; the start where it has read none. The listener checks that the log holds it. */
    Position position();

    /** Takes where the newsroom stands, before anything is read of it in this state. */
    void observe(NewsroomState state);

    /** Complete when it has read all that this state has; repeated until it succeeds. */
    Mono<Void> catchUp(NewsroomState state);
}
