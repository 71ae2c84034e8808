package se.utrop.bench;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Speaks graphql-sse, distinct connections, in the chunks of HTTP/1.1. */
@SuppressWarnings("ByteBufferBackingArray") // the buffer is the client\'s own, on the heap
final class EventStreamSubscriber extends Subscriber {

    private static final byte[] GREETING = request("{\"query\":\"%s\"}".formatted(DOCUMENT));
    private static final byte[] OK = ascii("HTTP/1.1 200 ");
    private static final byte[] END_OF_EVENT = ascii("\n\n");

    /** Of the chunk that is arriving, how much is still to come. */
    private int left;

    /** Of the next chunk, as far as its digits have arrived; -1 before the first. */
    private int size = -1;

    EventStreamSubscriber(Client client, Deliveries deliveries, int number) {
        super(client, deliveries, number);
    }

    @Override
    byte[] greeting() {
        return GREETING;
    }

    @Override
    void take(ByteBuffer input, int kept, long now) throws IOException {
        if (isOpen()) {
            takeChunks(input, kept, now);
        } else if (takeHead(input, OK)) {
            opened();
            takeChunks(input, input.position(), now);
        }
    }

    private void takeChunks(ByteBuffer input, int from, long now) throws IOException {
        byte[] text = input.array();
        input.limit(joinChunks(text, from, input.limit()));
        int start = input.position();
        for (int end = find(END_OF_EVENT, text, start, input.limit());
                end >= 0;
                end = find(END_OF_EVENT, text, start, input.limit())) {
            if (!isEvent(text, start, end, now) && text[start] != ':' && text[start] != 'i') {
                throw new IOException(text(text, start, end));
            }
            start = end;
        }
        input.position(start);
    }

    /** Leaves what is in the chunks and returns its end. */
    private int joinChunks(byte[] text, int from, int to) throws IOException {
        int end = from;
        for (int next = from; next < to; ) {
            if (left > 0) {
                int length = Math.min(left, to - next);
                System.arraycopy(text, next, text, end, length);
                next += length;
                end += length;
                left -= length;
            } else {
                takeSize(text[next++]);
            }
        }
        return end;
    }

    private void takeSize(byte character) throws IOException {
        int digit = Character.digit(character, 16);
        if (digit >= 0) {
            size = Math.max(0, size) * 16 + digit;
        } else if (character == '\n' && size >= 0) {
            if (size == 0) {
                throw new IOException("The server ended the stream");
            }
            left = size;
            size = -1;
        }
    }

    private static byte[] request(String body) {
        return ascii("""
            POST /graphql HTTP/1.1\r
            Host: 127.0.0.1\r
            Content-Type: application/json\r
            Accept: text/event-stream\r
            Content-Length: %d\r
            \r
            %s\
            """.formatted(body.length(), body));
    }
}
