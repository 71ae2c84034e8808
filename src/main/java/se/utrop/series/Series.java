package se.utrop.series;

import org.jspecify.annotations.Nullable;
import se.utrop.node.GlobalId;
import se.utrop.node.Node;

/** A series of news on one matter. */
public record Series(
        long key, String slug, String name, @Nullable String description) implements Node {

    public static final char TYPE = 'S';

    /** A series {@code s} as JSON. */
    public static final String JSON =
            "json_build_object('key', s.id, 'slug', s.slug, 'name', s.name, 'description', s.description)::text";

    @Override
    public String id() {
        return new GlobalId(TYPE, key).toString();
    }
}
