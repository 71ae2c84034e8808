package se.utrop.transport;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/** The memory that the sockets of one address hold: of their operations' requests, and of what they have not taken yet. */
final class Share {

    private static final int OBJECT = 64;

    private static final int ENTRY = 48;

    private final long most;

    private final AtomicLong held = new AtomicLong();

    private int sockets;

    Share(DataSize most) {
        this.most = most.toBytes();
    }

    /** One more socket shares it. */
    Share joined() {
        sockets++;
        return this;
    }

    /** One socket less does; true where that was the last one. */
    boolean left() {
        return --sockets == 0;
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
}
