package se.utrop.paging;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Relay's page information: the cursors of a page's ends, and whether more items lie beyond them. */
public record PageInfo(boolean hasPreviousPage, boolean hasNextPage, List<? extends Edge<?>> edges) {

    public @Nullable String startCursor() {
        return edges.isEmpty() ? null : edges.getFirst().cursor();
    }

    public @Nullable String endCursor() {
        return edges.isEmpty() ? null : edges.getLast().cursor();
    }
}
