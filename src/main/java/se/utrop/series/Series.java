package se.utrop.series;

import se.utrop.node.GlobalId;
import se.utrop.node.Node;

/** Reports on one matter that follow each other. */
public record Series(long key, String slug, String name) implements Node {

    public static final char TYPE = 'S';

    @Override
    public String id() {
        return new GlobalId(TYPE, key).toString();
    }
}
