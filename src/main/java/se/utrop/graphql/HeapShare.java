package se.utrop.graphql;

import org.springframework.util.unit.DataSize;

/** Sizes of caches where none is set: they follow the heap. */
public final class HeapShare {

    private HeapShare() {}

    /** One of so many parts of the largest heap that the JVM may have, but no more than this. */
    public static DataSize of(int parts, DataSize most) {
        return DataSize.ofBytes(Math.min(Runtime.getRuntime().maxMemory() / parts, most.toBytes()));
    }
}
