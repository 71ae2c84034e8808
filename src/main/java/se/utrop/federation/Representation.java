package se.utrop.federation;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A reference to an entity by one of its keys. If it has both, the id is used.
 *
 * @param isId whether the key is the id or the slug
 * @see
 * <a href="https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/subgraph-spec">Apollo
 * Federation subgraph specification</a>
 */
record Representation(boolean isId, String key) {

    private static final Set<String> TYPES = Set.of("News", "Topic", "Series");

    /** What makes a representation invalid; null if it is valid. */
    static @Nullable String violation(Map<?, ?> fields) {
        if (!(fields.get("__typename") instanceof String type) || !TYPES.contains(type)) {
            return "__typename must be News, Topic or Series";
        }
        return fields.get("id") instanceof String || fields.get("slug") instanceof String
                ? null
                : "a " + type + " must have its id or its slug, as a string";
    }

    /** @param fields a valid representation */
    static Representation of(Map<?, ?> fields) {
        return fields.get("id") instanceof String id
                ? new Representation(true, id)
                : new Representation(false, String.valueOf(fields.get("slug")));
    }
}
