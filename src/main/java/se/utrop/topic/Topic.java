package se.utrop.topic;

import org.jspecify.annotations.Nullable;
import se.utrop.node.GlobalId;
import se.utrop.node.Node;

/** A topic of news. */
public record Topic(
        long key, String slug, String name, @Nullable String description) implements Node {

    public static final char TYPE = 'T';

    @Override
    public String id() {
        return new GlobalId(TYPE, key).toString();
    }
}
