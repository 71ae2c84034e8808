package se.utrop.transport;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/** The memory quotas that the sockets of one address share, one for each purpose. */
final class SocketMemory {

    private static final int OBJECT = 64;

    private static final int ENTRY = 48;

    private final Part requests;

    private final Part untaken;

    private int sockets;

    SocketMemory(DataSize limit) {
        this.requests = new Part(limit.toBytes());
        this.untaken = new Part(limit.toBytes());
    }

    /** For the documents and variables of operations. */
    Part requests() {
        return requests;
    }

    /** For messages that clients have not taken yet. */
    Part untaken() {
        return untaken;
    }

    /** Registers one more socket. */
    SocketMemory joined() {
        sockets++;
        return this;
    }

    /** Unregisters a socket; true if it was the last one. */
    boolean left() {
        return --sockets == 0;
    }

    /**
     * An upper estimate of the heap that a value read from JSON takes, in bytes. {@link se.utrop.graphql.Weight#ofJson}
     * estimates what is kept; this is counted before anything is kept, so each character counts as two bytes without a look
     * at the text.
     */
    static long weight(@Nullable Object json) {
        return switch (json) {
            case null -> 0;
            case String text -> OBJECT + 2L * text.length();
            case List<?> list ->
                list.stream().mapToLong(item -> Long.BYTES + weight(item)).sum() + OBJECT;
            case Map<?, ?> object ->
                object.entrySet().stream()
                                .mapToLong(entry -> ENTRY + weight(entry.getKey()) + weight(entry.getValue()))
                                .sum()
                        + OBJECT;
            default -> OBJECT;
        };
    }

    /** A number of bytes with a limit. */
    static final class Part {

        private final long limit;

        private final AtomicLong held = new AtomicLong();

        private Part(long limit) {
            this.limit = limit;
        }

        /**
         * Reserves bytes until {@link #release}; false if the limit has been reached. The last reservation may exceed
         * the limit, so that one message is never too large.
         */
        boolean hold(long bytes) {
            if (held.getAndAdd(bytes) < limit) {
                return true;
            }
            release(bytes);
            return false;
        }

        void release(long bytes) {
            held.addAndGet(-bytes);
        }
    }
}
