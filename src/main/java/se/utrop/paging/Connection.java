package se.utrop.paging;

import java.util.List;
import java.util.function.Function;

/**
 * One page of a list, found by keyset pagination: the database seeks to the cursor's position instead of counting an
 * offset.
 *
 * @see <a href="https://relay.dev/graphql/connections.htm">Relay's Cursor Connections Specification</a>
 * @see <a href="https://use-the-index-luke.com/no-offset">Keyset pagination</a>
 */
public record Connection<T>(List<Edge<T>> edges, PageInfo pageInfo, int totalCount) {

    /**
     * Makes a page of the items that a statement read. In the direction of paging, {@code hasNextPage} is true only if
     * the window itself has more items, whatever lies beyond its other end. So a client's loop over the pages ends.
     *
     * @param found the window's items in reading order, from its start or from its end, and one more if there is one
     * @param precedes whether an item lies at or before {@code window.after}
     * @param follows whether an item lies at or after {@code window.before}
     */
    public static <T> Connection<T> of(
            Window window,
            List<T> found,
            boolean precedes,
            boolean follows,
            int totalCount,
            Function<T, String> cursors) {
        boolean more = found.size() > window.size();
        List<T> page = more ? found.subList(0, window.size()) : found;
        List<Edge<T>> edges = (window.forward() ? page : page.reversed())
                .stream().map(node -> new Edge<>(node, cursors)).toList();
        return new Connection<>(
                edges,
                new PageInfo(window.forward() ? precedes : more, window.forward() ? more : follows, edges),
                totalCount);
    }

    public List<T> nodes() {
        return edges.stream().map(Edge::node).toList();
    }
}
