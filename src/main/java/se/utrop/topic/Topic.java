package se.utrop.topic;

import org.jspecify.annotations.Nullable;
import se.utrop.node.GlobalId;
import se.utrop.node.Node;

/**
 * What news are filed under; the description is null also where it wasn't selected.
 *
 * @param counted how many news are filed under it, where that was read with it
 */
public record Topic(
        long key,
        String slug,
        String name,
        @Nullable String description,
        @Nullable Integer counted) implements Node {

    static final char TYPE = 'T';

    @Override
    public String id() {
        return new GlobalId(TYPE, key).toString();
    }
}
