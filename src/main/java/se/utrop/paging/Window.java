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

    /** The same for all that differ from it in their positions alone. */
    public Window shape() {
        return new Window(size, forward, after == null ? null : ANY, before == null ? null : ANY);
    }
}
