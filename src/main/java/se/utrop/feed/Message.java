package se.utrop.feed;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import se.utrop.paging.Position;

/**
 * An event, or a position without one, as a document shows it, serialised once for all who asked with that document. Only
 * previousCursor may differ from one of them to the next: where it stands, the text has holes of a cursor's length.
 */
public final class Message {

    private final Kind kind;
    private final Position position;
    private final String cursor;
    private final Instant occurredAt;
    private final byte[] text;
    private final int[] holes;

    private volatile @Nullable Filled latest;

    Message(Kind kind, Position position, String cursor, Instant occurredAt, byte[] text, int[] holes) {
        this.kind = kind;
        this.position = position;
        this.cursor = cursor;
        this.occurredAt = occurredAt;
        this.text = text;
        this.holes = holes;
    }

    /** What a message tells of. */
    enum Kind {
        EVENT,
        /** A position with events of the node's log behind it. */
        POSITION,
        /** The position at which the node's log ended. */
        CURRENT_POSITION
    }

    public boolean isPosition() {
        return kind != Kind.EVENT;
    }

    /** Whether it tells of the position at which the node's log ended. */
    public boolean isCurrent() {
        return kind == Kind.CURRENT_POSITION;
    }

    /** Where the subscription stands in the feed once it has this message. */
    public Position position() {
        return position;
    }

    public String cursor() {
        return cursor;
    }

    /** When its event, or the latest one up to its position, was committed. */
    public Instant occurredAt() {
        return occurredAt;
    }

    int size() {
        return text.length;
    }

    /** GraphQL's answer in JSON, for a subscription that has delivered another event before; not to be changed. */
    byte[] after(Position previous, FeedCursors cursors) {
        if (holes.length == 0) {
            return text;
        }
        Filled filled = latest;
        if (filled == null || !filled.previous.equals(previous)) {
            filled = new Filled(previous, filled(cursors.write(previous)));
            latest = filled;
        }
        return filled.text;
    }

    private byte[] filled(String previousCursor) {
        byte[] filled = text.clone();
        byte[] filling = previousCursor.getBytes(StandardCharsets.US_ASCII);
        for (int hole : holes) {
            System.arraycopy(filling, 0, filled, hole, filling.length);
        }
        return filled;
    }

    private static final class Filled {

        private final Position previous;
        private final byte[] text;

        Filled(Position previous, byte[] text) {
            this.previous = previous;
            this.text = text;
        }
    }
}
