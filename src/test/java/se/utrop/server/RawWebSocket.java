package se.utrop.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A GraphQL WebSocket by hand, for a client that reads only when it likes. */
final class RawWebSocket implements AutoCloseable {

    private static final int TEXT = 1;

    private static final int CLOSE = 8;

    private static final int LAST = 0x80;

    private static final int MASKED = 0x80;

    private final RawConnection connection;

    /** Opens and initializes it. */
    RawWebSocket(int port, InetAddress from) throws IOException {
        connection = new RawConnection(port, from);
        connection.send(String.join(
                "\r\n",
                "GET /graphql HTTP/1.1",
                "Host: x",
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Sec-WebSocket-Protocol: graphql-transport-ws",
                "",
                ""));
        assertThat(connection.readTo("\r\n\r\n")).startsWith("HTTP/1.1 101");
        send("{\"type\":\"connection_init\"}");
        assertThat(message()).contains("connection_ack");
    }

    void send(String message) {
        frame(LAST | TEXT, message.getBytes(StandardCharsets.UTF_8));
    }

    /** The beginning of a message whose end doesn't come. */
    void sendBeginning(String message) {
        frame(TEXT, message.getBytes(StandardCharsets.UTF_8));
    }

    /** Masked by zeros. */
    private void frame(int head, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 14).put((byte) head);
        if (payload.length < 126) {
            frame.put((byte) (MASKED | payload.length));
        } else if (payload.length < 1 << 16) {
            frame.put((byte) (MASKED | 126)).putShort((short) payload.length);
        } else {
            frame.put((byte) (MASKED | 127)).putLong(payload.length);
        }
        frame.putInt(0).put(payload).flip();
        byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        connection.send(bytes);
    }

    /** The next message; of a close frame, the code with which it closes. */
    String message() throws IOException {
        byte[] head = connection.bytes(2);
        int length = head[1] & 0x7f;
        if (length == 126) {
            length = ByteBuffer.wrap(connection.bytes(2)).getShort() & 0xffff;
        } else if (length == 127) {
            length = Math.toIntExact(ByteBuffer.wrap(connection.bytes(8)).getLong());
        }
        byte[] payload = connection.bytes(length);
        return (head[0] & 0xf) == CLOSE
                ? "closed by " + ByteBuffer.wrap(payload).getShort()
                : new String(payload, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
