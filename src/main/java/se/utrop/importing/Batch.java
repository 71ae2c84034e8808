package se.utrop.importing;

import java.util.List;

/** A part of a document. */
record Batch(List<Item> items, List<Tombstone> tombstones) {

    boolean isEmpty() {
        return items.isEmpty() && tombstones.isEmpty();
    }
}
