package se.utrop.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** One subscription on a connection of its own. What arrives is read in place, so that reading is cheap beside sending. */
@SuppressWarnings("ByteBufferBackingArray") // the buffer is the client\'s own, on the heap
abstract class Subscriber {

    static final String DOCUMENT = """
        subscription { newsFeed { cursor previousCursor occurredAt ... on NewsPublished { \
        news { id slug title summary publishedAt topics { slug name } } } } }\
        """;

    private static final byte[] CURSOR = ascii("\"cursor\":\"");
    private static final byte[] PREVIOUS_CURSOR = ascii("\"previousCursor\":\"");
    private static final byte[] SLUG = ascii("\"slug\":\"" + Database.SLUG);
    private static final byte[] END_OF_HEAD = ascii("\r\n\r\n");
    private static final byte[] NOTHING = {};

    private final Client client;
    private final Deliveries deliveries;
    private final int number;

    /** The beginning of what has not yet arrived whole. */
    private byte[] kept = NOTHING;

    private boolean open;
    private volatile boolean lost;

    SelectionKey key;

    /** @param deliveries null for a subscriber that never reads */
    Subscriber(Client client, Deliveries deliveries, int number) {
        this.client = client;
        this.deliveries = deliveries;
        this.number = number;
    }

    /** What to send on a new connection. */
    abstract byte[] greeting();

    /**
     * Takes what is whole and leaves the rest between position and limit.
     *
     * @param kept how much of the input was left the last time
     */
    abstract void take(ByteBuffer input, int kept, long now) throws IOException;

    final boolean isStalled() {
        return deliveries == null;
    }

    final boolean isOpen() {
        return open;
    }

    final boolean isLost() {
        return lost;
    }

    final void ready() {
        try {
            if (key.isConnectable()) {
                ((SocketChannel) key.channel()).finishConnect();
                key.interestOps(SelectionKey.OP_READ);
                send(greeting());
            } else {
                read();
            }
        } catch (IOException e) {
            lose(e.getMessage());
        }
    }

    final void opened() {
        open = true;
        if (isStalled()) {
            key.interestOps(0);
        }
        client.opened();
    }

    final void send(byte[] message) throws IOException {
        if (((SocketChannel) key.channel()).write(ByteBuffer.wrap(message)) < message.length) {
            throw new IOException("The server doesn't read");
        }
    }

    /** Whether the head of the answer is whole; it is taken then. */
    static boolean takeHead(ByteBuffer input, byte[] expected) throws IOException {
        int end = find(END_OF_HEAD, input.array(), 0, input.limit());
        if (end < 0) {
            return false;
        }
        if (find(expected, input.array(), 0, end) != expected.length) {
            throw new IOException(text(input.array(), 0, input.limit()));
        }
        input.position(end);
        return true;
    }

    /** Whether the text tells of an event. Its fields come in the order of the document. */
    final boolean isEvent(byte[] text, int from, int to, long now) {
        int cursor = find(CURSOR, text, from, to);
        int previousCursor = find(PREVIOUS_CURSOR, text, Math.max(from, cursor), to);
        int slug = find(SLUG, text, Math.max(from, Math.max(cursor, previousCursor)), to);
        if (slug < 0) {
            return false;
        }
        if (!isStalled()) {
            deliveries.arrived(number, number(text, slug), hash(text, cursor), hash(text, previousCursor), now);
        }
        return true;
    }

    static int find(byte[] sought, byte[] text, int from, int to) {
        for (int i = from; i <= to - sought.length; i++) {
            if (text[i] == sought[0]
                    && text[i + 1] == sought[1]
                    && Arrays.equals(text, i, i + sought.length, sought, 0, sought.length)) {
                return i + sought.length;
            }
        }
        return -1;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static String text(byte[] text, int from, int to) {
        return new String(text, from, to - from, StandardCharsets.UTF_8);
    }

    private void read() throws IOException {
        ByteBuffer input = client.input.clear().put(kept);
        int read = ((SocketChannel) key.channel()).read(input);
        long now = System.nanoTime();
        if (read < 0) {
            throw new IOException("The server closed the connection");
        }
        take(input.flip(), kept.length, now);
        kept = input.hasRemaining() ? Arrays.copyOfRange(input.array(), input.position(), input.limit()) : NOTHING;
    }

    private void lose(String reason) {
        lost = true;
        key.cancel();
        try {
            key.channel().close();
        } catch (IOException e) {
            // It is gone.
        }
        if (!open) {
            client.notOpened(reason);
        } else if (!isStalled()) {
            System.err.println("  lost a socket: " + reason);
            deliveries.leave();
        }
    }

    private static int number(byte[] text, int from) {
        int number = 0;
        for (int i = from; text[i] >= '0' && text[i] <= '9'; i++) {
            number = number * 10 + text[i] - '0';
        }
        return number;
    }

    /** FNV-1a of the text up to the next quotation mark; 0 for no text. */
    private static long hash(byte[] text, int from) {
        if (from < 0) {
            return 0;
        }
        long hash = 0xcbf29ce484222325L;
        for (int i = from; text[i] != '"'; i++) {
            hash = (hash ^ text[i]) * 0x100000001b3L;
        }
        return hash;
    }
}
