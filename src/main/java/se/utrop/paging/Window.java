package se.utrop.paging;

import org.jspecify.annotations.Nullable;

/**
 * The part of a list that a page shows: {@code size} items strictly between {@code after} and {@code before}, counted
 * from the start if {@code forward}, or else from the end.
 */
public record Window(
        int size,
        boolean forward,
        @Nullable Position after,
        @Nullable Position before) {

    private static final Position ANY = Position.START;

    private static final int[] READ = {1, 5, 10, 20, 50, 100};

    /**
     * The number of items to read: at least {@code size}, rounded up so that different sizes share prepared statements.
     */
    public int read() {
        for (int read : READ) {
            if (size <= read) {
                return read;
            }
        }
        return Integer.highestOneBit(size - 1) * 2;
    }

    /**
     * A representative of all windows with the same statement text, whatever their positions and, within the rounding,
     * their size.
     */
    public Window shape() {
        return new Window(read(), forward, after == null ? null : ANY, before == null ? null : ANY);
    }
}
