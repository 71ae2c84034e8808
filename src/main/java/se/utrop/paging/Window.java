package se.utrop.paging;

import org.jspecify.annotations.Nullable;

/**
 * The part of a list that a page shows: {@code size} items from its start, or from its end when not {@code forward},
 * of those that lie strictly between {@code after} and {@code before}.
 */
public record Window(
        int size,
        boolean forward,
        @Nullable Position after,
        @Nullable Position before) {

    private static final Position ANY = Position.START;

    private static final int[] READ = {1, 5, 10, 20, 50, 100};

    /** How many items to read of it: as many as it shows, or a few more, so that pages of all sizes share few statements. */
    public int read() {
        for (int read : READ) {
            if (size <= read) {
                return read;
            }
        }
        return Integer.highestOneBit(size - 1) * 2;
    }

    /** The same for all that differ from it in what is no part of a statement's text: in their positions and, somewhat, in size. */
    public Window shape() {
        return new Window(read(), forward, after == null ? null : ANY, before == null ? null : ANY);
    }
}
