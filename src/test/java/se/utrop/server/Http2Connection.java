package se.utrop.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * An HTTP/2 connection by hand, for a client that keeps to the rules of the protocol and is slow.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9113">RFC 9113</a>
 */
final class Http2Connection implements AutoCloseable {

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int WINDOW_UPDATE = 8;

    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;

    private static final int ACK = 1;

    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

    private final RawConnection connection;

    /** With prior knowledge. */
    Http2Connection(int port) throws IOException {
        this(new RawConnection(port));
    }

    /** After HTTP/2 has been negotiated by TLS. */
    Http2Connection(Socket socket) throws IOException {
        this(new RawConnection(socket));
    }

    private Http2Connection(RawConnection connection) {
        this.connection = connection;
    }

    /** Upgrades a connection that speaks HTTP/1.1, by a request that has been answered by 101. */
    static Http2Connection over(RawConnection connection) {
        return new Http2Connection(connection);
    }

    record Frame(int type, int flags, int stream, ByteBuffer payload) {

        boolean isEndOfStream() {
            return (type == DATA || type == HEADERS) && (flags & END_STREAM) != 0;
        }
    }

    /** Opens the connection, with that many bytes which may be sent over a stream. */
    Http2Connection begin(int window) {
        connection.send(PREFACE);
        send(
                SETTINGS,
                0,
                0,
                ByteBuffer.allocate(6).putShort((short) 4).putInt(window).array());
        return this;
    }

    void send(int type, int flags, int stream, byte... payload) {
        connection.send(ByteBuffer.allocate(9 + payload.length)
                .put((byte) (payload.length >> 16))
                .putShort((short) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array());
    }

    void get(int stream, String path) {
        send(HEADERS, END_STREAM | END_HEADERS, stream, headers("GET", path));
    }

    void grant(int stream, int bytes) {
        send(WINDOW_UPDATE, 0, stream, ByteBuffer.allocate(4).putInt(bytes).array());
    }

    static byte[] headers(String method, String path) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (Map.Entry<String, String> header : Map.of(
                        ":method", method, ":path", path, ":scheme", "http", ":authority", "x")
                .entrySet()) {
            literal(block, header.getKey(), header.getValue());
        }
        if (method.equals("POST")) {
            literal(block, "content-type", "application/json");
        }
        return block.toByteArray();
    }

    /** Neither indexed nor compressed. */
    private static void literal(ByteArrayOutputStream block, String name, String value) {
        block.write(0);
        for (String text : new String[] {name, value}) {
            block.write(text.length());
            block.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    /** The next frame, but for settings, which are acknowledged. */
    Frame frame() throws IOException {
        while (true) {
            ByteBuffer head = ByteBuffer.wrap(connection.bytes(9));
            int length = (head.get() & 0xff) << 16 | (head.getShort() & 0xffff);
            Frame frame = new Frame(head.get(), head.get(), head.getInt(), ByteBuffer.wrap(connection.bytes(length)));
            if (frame.type() == SETTINGS && frame.flags() != ACK) {
                send(SETTINGS, ACK, 0);
            } else if (frame.type() != SETTINGS && frame.type() != WINDOW_UPDATE) {
                return frame;
            }
        }
    }

    /** The first frame that ends this stream. */
    Frame end(int stream) throws IOException {
        Frame frame = frame();
        while (frame.stream() != stream || (frame.type() != RST_STREAM && !frame.isEndOfStream())) {
            frame = frame();
        }
        return frame;
    }

    boolean isReset() {
        return connection.isReset();
    }

    void awaitClosed() throws IOException {
        connection.awaitClosed();
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
