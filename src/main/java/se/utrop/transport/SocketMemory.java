package se.utrop.transport;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/** The memory that the sockets of one address hold, for one purpose and for the other as much. */
final class SocketMemory {

    private static final int OBJECT = 64;

    private static final int ENTRY = 48;

    private final Part requests;

    private final Part untaken;

    private int sockets;

    SocketMemory(DataSize most) {
        this.requests = new Part(most.toBytes());
        this.untaken = new Part(most.toBytes());
    }

    /** Of the documents and variables of operations. */
    Part requests() {
        return requests;
    }

    /** Of messages that clients have not taken yet. */
    Part untaken() {
        return untaken;
    }

    /** One more socket shares it. */
    SocketMemory joined() {
        sockets++;
        return this;
    }

    /** One socket less does; true where that was the last one. */
    boolean left() {
        return --sockets == 0;
    }

    /** About how many bytes of heap a value takes that was read from JSON. */
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

    /** A number of bytes that has a limit. */
    static final class Part {

        private final long most;

        private final AtomicLong held = new AtomicLong();

        private Part(long most) {
            this.most = most;
        }

        /**
         * Takes as many bytes, to be given back by {@link #release}; false where the limit has been reached. The last that is
         * let in may go beyond it: one message is never too large.
         */
        boolean hold(long bytes) {
            if (held.getAndAdd(bytes) < most) {
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
