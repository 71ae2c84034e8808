package se.utrop.paging;

import java.util.List;
import java.util.function.Function;

/**
 * A page of a list.
 *
 * @see <a href="https://relay.dev/graphql/connections.htm">Relay's Cursor Connections Specification</a>
 */
public record Connection<T>(List<Edge<T>> edges, PageInfo pageInfo, int totalCount) {

    /**
     * Makes a page of what a statement found. In the direction that a client pages, there is a next page where the window has
     * more, whatever lies beyond its other end: so a loop that goes on while there is a next page ends.
     *
     * @param found the window's items as they were read, from its start or from its end, and one more if there is one
     * @param precedes whether anything lies in front of what {@code window.after} bounds
     * @param follows whether anything lies behind what {@code window.before} bounds
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
