package se.utrop.standing;

import se.utrop.paging.Position;

/**
 * Where the newsroom stood when it was told.
 *
 * @param version counts the commits that changed anything that an answer may show
 * @param position where the log ended
 * @param topicsVersion the version in which topics changed last
 */
public record Standing(long version, Position position, long topicsVersion) {

    /** Of the text that the database makes of it. */
    public static Standing parse(String text) {
        String[] parts = text.split(" ", -1);
        return new Standing(
                Long.parseLong(parts[0]),
                new Position(Long.parseLong(parts[2]), Long.parseLong(parts[1])),
                Long.parseLong(parts[3]));
    }
}
