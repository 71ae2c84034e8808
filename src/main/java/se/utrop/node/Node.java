package se.utrop.node;

/** An object of the schema that keeps its id for life. */
public interface Node {

    /** The global id. */
    String id();
}
