package se.utrop.freshness;

import se.utrop.paging.Position;

/**
 * The state of the newsroom, as read from the database.
 *
 * @param version number of commits that changed anything an answer may show
 * @param position the end of the log
 * @param topicsVersion the version in which topics changed last
 * @param comparedWith a position of the log that was read before
 * @param continues whether the log still holds that position; if not, the database lost events in a failover or a restore
 */
public record NewsroomState(
        long version, Position position, long topicsVersion, Position comparedWith, boolean continues) {

    /** Whether it shows that the log no longer holds this position; nothing is known of others than the one compared with. */
    boolean hasLost(Position known) {
        return !continues && comparedWith.equals(known);
    }
}
