package se.utrop.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Speaks graphql-transport-ws in the frames of RFC 6455. */
@SuppressWarnings("ByteBufferBackingArray") // the buffer is the client\'s own, on the heap
final class WebSocketSubscriber extends Subscriber {

    private static final int TEXT = 0x1;
    private static final int CLOSE = 0x8;
    private static final int PING = 0x9;
    private static final int PONG = 0xA;

    private static final byte[] GREETING = ascii("""
        GET /graphql HTTP/1.1\r
        Host: 127.0.0.1\r
        Connection: Upgrade\r
        Upgrade: websocket\r
        Sec-WebSocket-Version: 13\r
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
        Sec-WebSocket-Protocol: graphql-transport-ws\r
        \r
        """);
    private static final byte[] SWITCHED = ascii("HTTP/1.1 101 ");

    private static final byte[] INIT = frame(TEXT, ascii("{\"type\":\"connection_init\"}"));
    private static final byte[] ACK = ascii("\"connection_ack\"");
    private static final byte[] SUBSCRIBE = frame(
            TEXT, ascii("{\"id\":\"1\",\"type\":\"subscribe\",\"payload\":{\"query\":\"%s\"}}".formatted(DOCUMENT)));
    private static final byte[] TYPE_PING = ascii("\"type\":\"ping\"");
    private static final byte[] TYPE_PONG = frame(TEXT, ascii("{\"type\":\"pong\"}"));

    private boolean switched;

    WebSocketSubscriber(Client client, Deliveries deliveries, int number) {
        super(client, deliveries, number);
    }

    @Override
    byte[] greeting() {
        return GREETING;
    }

    @Override
    void take(ByteBuffer input, int kept, long now) throws IOException {
        if (switched) {
            takeFrames(input, now);
        } else if (takeHead(input, SWITCHED)) {
            switched = true;
            send(INIT);
            takeFrames(input, now);
        }
    }

    private void takeFrames(ByteBuffer input, long now) throws IOException {
        byte[] bytes = input.array();
        while (input.remaining() >= 2) {
            int head = input.position();
            int length = bytes[head + 1] & 0x7F;
            int start = head + 2;
            if (length == 127) {
                throw new IOException("A frame of 64 KiB or more");
            }
            if (length == 126) {
                if (input.remaining() < 4) {
                    return;
                }
                length = input.getShort(start) & 0xFFFF;
                start += 2;
            }
            int end = start + length;
            if (end > input.limit()) {
                return;
            }
            input.position(end);
            takeFrame(bytes[head], bytes, start, end, now);
        }
    }

    private void takeFrame(byte head, byte[] input, int from, int to, long now) throws IOException {
        switch (head & 0xFF) {
            case 0x80 | TEXT -> takeMessage(input, from, to, now);
            case 0x80 | PING -> send(frame(PONG, Arrays.copyOfRange(input, from, to)));
            case 0x80 | PONG -> {}
            case 0x80 | CLOSE ->
                throw new IOException(
                        "Closed: " + (to - from < 2 ? "" : code(input, from) + " " + text(input, from + 2, to)));
            default -> throw new IOException("A frame that begins with %02x".formatted(head));
        }
    }

    private void takeMessage(byte[] input, int from, int to, long now) throws IOException {
        if (!isOpen()) {
            if (find(ACK, input, from, to) < 0) {
                throw new IOException(text(input, from, to));
            }
            send(SUBSCRIBE);
            opened();
        } else if (!isEvent(input, from, to, now)) {
            if (find(TYPE_PING, input, from, to) < 0) {
                throw new IOException(text(input, from, to));
            }
            send(TYPE_PONG);
        }
    }

    private static int code(byte[] input, int from) {
        return ((input[from] & 0xFF) << 8) | (input[from + 1] & 0xFF);
    }

    /** With a mask of zeros, which hides nothing and is nevertheless a mask. */
    private static byte[] frame(int opcode, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 8).put((byte) (0x80 | opcode));
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else {
            frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
        }
        byte[] bytes = new byte[frame.putInt(0).put(payload).position()];
        frame.get(0, bytes);
        return bytes;
    }
}
