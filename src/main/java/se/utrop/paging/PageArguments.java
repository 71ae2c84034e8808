package se.utrop.paging;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import se.utrop.graphql.Limits;
import se.utrop.graphql.Problem;

/** Relay's pagination arguments, not validated yet. */
public record PageArguments(
        @Nullable Integer first,
        @Nullable String after,
        @Nullable Integer last,
        @Nullable String before) {

    private static final int DEFAULT_SIZE = 20;

    /**
     * Validates the arguments and decodes their cursors.
     *
     * @param list the description of the list that the cursors must belong to
     */
    public Window window(Supplier<String> list, Cursors cursors, Limits limits) {
        if (first != null && last != null) {
            throw Problem.badInput("first and last exclude each other: leave one of them out");
        }
        return new Window(
                last == null ? size("first", first, limits) : size("last", last, limits),
                last == null,
                after == null ? null : cursors.read(list.get(), "after", after),
                before == null ? null : cursors.read(list.get(), "before", before));
    }

    private static int size(String argument, @Nullable Integer size, Limits limits) {
        if (size == null) {
            return Math.min(DEFAULT_SIZE, limits.pageSize());
        }
        return checked(argument, size, limits.pageSize());
    }

    /** Fails with BAD_USER_INPUT unless the size is 1 to {@code most}. */
    public static int checked(String argument, int size, int most) {
        if (size < 1 || size > most) {
            throw Problem.badInput("%s must be 1 to %d, not %d".formatted(argument, most, size));
        }
        return size;
    }
}
