package se.utrop.paging;

import java.util.function.Function;

/** An item in a page; its cursor is written only when somebody asks for it. */
public record Edge<T>(T node, Function<T, String> cursors) {

    public String cursor() {
        return cursors.apply(node);
    }
}
