package se.utrop.node;

/** An object with a global id that never changes. */
public interface Node {

    String id();
}
