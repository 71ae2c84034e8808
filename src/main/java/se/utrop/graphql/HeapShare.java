package se.utrop.graphql;

import org.springframework.util.unit.DataSize;

/** Default sizes of caches, as fractions of the heap. */
public final class HeapShare {

    private HeapShare() {}

    /** One part of the maximum heap size, divided into the given number of parts; at most the given size. */
    public static DataSize of(int parts, DataSize maximum) {
        return DataSize.ofBytes(Math.min(Runtime.getRuntime().maxMemory() / parts, maximum.toBytes()));
    }
}
