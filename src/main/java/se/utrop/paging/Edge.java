package se.utrop.paging;

import java.util.function.Function;

/** An item of a page. Its cursor is encoded only if the client selects it. */
public record Edge<T>(T node, Function<T, String> cursors) {

    public String cursor() {
        return cursors.apply(node);
    }
}
