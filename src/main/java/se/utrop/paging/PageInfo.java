package se.utrop.paging;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a page stands in its connection. */
public record PageInfo(boolean hasPreviousPage, boolean hasNextPage, List<? extends Edge<?>> edges) {

    public @Nullable String startCursor() {
        return edges.isEmpty() ? null : edges.getFirst().cursor();
    }

    public @Nullable String endCursor() {
        return edges.isEmpty() ? null : edges.getLast().cursor();
    }
}
