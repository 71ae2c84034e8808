package se.utrop.series;

import se.utrop.node.GlobalId;
import se.utrop.node.Node;

/** A series of news on one matter. */
public record Series(long key, String slug, String name) implements Node {

    public static final char TYPE = 'S';

    @Override
    public String id() {
        return new GlobalId(TYPE, key).toString();
    }
}
