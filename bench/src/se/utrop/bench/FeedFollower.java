package se.utrop.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** A client that follows the feed over HTTP on one connection, as the JavaScript module does. */
@SuppressWarnings("ByteBufferBackingArray") // the buffer is the client's own, on the heap
final class FeedFollower {

    private static final byte[] NOTHING = {};

    private final FeedClient client;
    private final Deliveries deliveries;
    private final int number;

    private byte[] kept = NOTHING;
    private String cursor;
    private byte[] request = FeedAnswer.request(FeedAnswer.first(null));
    private boolean following;

    SelectionKey key;

    FeedFollower(FeedClient client, Deliveries deliveries, int number) {
        this.client = client;
        this.deliveries = deliveries;
        this.number = number;
    }

    void ready() {
        try {
            if (key.isConnectable()) {
                ((SocketChannel) key.channel()).finishConnect();
                key.interestOps(SelectionKey.OP_READ);
                ask();
            } else {
                read();
            }
        } catch (IOException e) {
            lose(e.getMessage());
        }
    }

    /** Sends the next request, over a new connection if the last one is gone. */
    void ask() {
        try {
            if (key == null) {
                client.connect(this);
                return;
            }
            if (((SocketChannel) key.channel()).write(ByteBuffer.wrap(request)) < request.length) {
                throw new IOException("The proxy doesn't read");
            }
            client.asked();
        } catch (IOException e) {
            lose(e.getMessage());
        }
    }

    private void read() throws IOException {
        ByteBuffer input = client.input.clear().put(kept);
        int read = ((SocketChannel) key.channel()).read(input);
        long now = System.nanoTime();
        if (read < 0) {
            throw new IOException("The proxy closed the connection");
        }
        kept = take(Arrays.copyOf(input.array(), input.position()), now)
                ? NOTHING
                : Arrays.copyOf(input.array(), input.position());
    }

    /** Whether the answer is whole. A client asks only when it has it, so nothing follows. */
    private boolean take(byte[] text, long now) throws IOException {
        int end = Subscriber.find(Subscriber.ascii("\r\n\r\n"), text, 0, text.length);
        if (end < 0) {
            return false;
        }
        String head = Subscriber.text(text, 0, end).toLowerCase(Locale.ROOT);
        byte[] body = head.contains("\r\ntransfer-encoding: chunked")
                ? chunks(text, end)
                : sized(text, end, Integer.parseInt(header(head, "content-length", "0")));
        if (body == null) {
            return false;
        }
        if (!head.startsWith("http/1.1 200")) {
            client.refused(head.substring(0, head.indexOf('\r')));
            startAgain(head.contains("\r\nconnection: close"));
            return true;
        }
        take(FeedAnswer.of(body, head.contains("\r\ncontent-encoding: gzip")), now);
        return true;
    }

    private void take(FeedAnswer answer, long now) {
        for (FeedAnswer.Event event : answer.events()) {
            if (cursor != null && !event.previousCursor().equals(cursor)) {
                client.brokenChain();
            }
            cursor = event.cursor();
            if (event.number() >= 0) {
                deliveries.arrived(number, event.number(), 0, 0, now);
            }
        }
        cursor = answer.cursor();
        request = FeedAnswer.request(answer.next());
        if (!following) {
            following = true;
            client.follows();
        }
        client.answered(answer);
        client.later(this, client.spread());
    }

    /** Asks again from the cursor, after a while. */
    private void startAgain(boolean close) {
        request = FeedAnswer.request(FeedAnswer.first(cursor));
        if (close) {
            disconnect();
        }
        client.later(this, 500 + client.spread());
    }

    private void lose(String reason) {
        client.lost(reason);
        kept = NOTHING;
        disconnect();
        startAgain(false);
    }

    private void disconnect() {
        try {
            key.cancel();
            key.channel().close();
        } catch (IOException e) {
            // It is gone.
        }
        key = null;
    }

    private static byte[] sized(byte[] text, int from, int length) {
        return text.length < from + length ? null : Arrays.copyOfRange(text, from, from + length);
    }

    private static byte[] chunks(byte[] text, int from) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int start = from; ; ) {
            int end = Subscriber.find(Subscriber.ascii("\r\n"), text, start, text.length);
            if (end < 0) {
                return null;
            }
            int size = Integer.parseInt(new String(text, start, end - 2 - start, StandardCharsets.US_ASCII), 16);
            if (text.length < end + size + 2) {
                return null;
            }
            if (size == 0) {
                return body.toByteArray();
            }
            body.write(text, end, size);
            start = end + size + 2;
        }
    }

    private static String header(String head, String name, String otherwise) {
        int start = head.indexOf("\r\n" + name + ": ");
        return start < 0
                ? otherwise
                : head.substring(start + name.length() + 4, head.indexOf('\r', start + 2))
                        .strip();
    }
}
