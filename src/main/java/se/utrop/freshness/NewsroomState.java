package se.utrop.freshness;

import se.utrop.paging.Position;

/**
 * Where the newsroom stands, as its database says.
 *
 * @param version counts the commits that changed anything that an answer may show
 * @param position where the log ended
 * @param topicsVersion the version in which topics changed last
 * @param comparedWith a position that the log held when it was read before
 * @param continues whether the log still holds that: if not, the database has lost events, in a failover or a restore
 */
public record NewsroomState(
        long version, Position position, long topicsVersion, Position comparedWith, boolean continues) {

    /** Whether it shows that the log no longer holds this position; nothing is known of others than the one compared with. */
    boolean hasLost(Position known) {
        return !continues && comparedWith.equals(known);
    }
}
