package se.utrop.server;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A connection by hand, for a client that doesn't keep to the rules. */
final class RawConnection implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 20_000;

    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: (\\d+)\r\n");

    private final Socket socket;

    RawConnection(int port) throws IOException {
        this(port, InetAddress.getLoopbackAddress());
    }

    RawConnection(int port, InetAddress from) throws IOException {
        socket = new Socket();
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.setSoTimeout(PATIENCE_MILLIS);
    }

    /** Over a socket that is connected already, say one of TLS. */
    RawConnection(Socket connected) throws IOException {
        socket = connected;
        socket.setSoTimeout(PATIENCE_MILLIS);
    }

    /** What came back; status 0 where the connection was closed without a word. */
    record Reply(int status, String head, String body) {}

    /** Sends these bytes, or as many of them as the server lets, and reads one answer. */
    static Reply ask(int port, byte[] request) throws IOException {
        try (RawConnection connection = new RawConnection(port)) {
            connection.send(request);
            return connection.reply();
        }
    }

    void send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            // closed in the midst of it: what the server said of that can still be read
        }
    }

    void send(String text) {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    Reply reply() throws IOException {
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        byte[] buffer = new byte[16_384];
        try {
            InputStream in = socket.getInputStream();
            int read;
            while (!isWhole(received) && (read = in.read(buffer)) >= 0) {
                received.write(buffer, 0, read);
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("Neither answered nor closed after " + received, e);
        } catch (IOException e) {
            // reset
        }
        return parsed(received.toString(StandardCharsets.UTF_8));
    }

    /** The next bytes; fails where there are fewer. */
    byte[] bytes(int count) throws IOException {
        byte[] bytes = socket.getInputStream().readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("Closed");
        }
        return bytes;
    }

    /** Reads up to this text, and with it. */
    String readTo(String end) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf(end) < 0) {
            text.append((char) bytes(1)[0]);
        }
        return text.toString();
    }

    /** Reads until the other side closes; fails where it doesn't. */
    void awaitClosed() throws IOException {
        try {
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[16_384];
            while (in.read(buffer) >= 0) {}
        } catch (SocketTimeoutException e) {
            throw new AssertionError("Still open", e);
        } catch (IOException e) {
            // reset
        }
    }

    /** Whether the other side has closed, as one finds out by sending without reading. */
    boolean isReset() {
        try {
            socket.getOutputStream().write('x');
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static boolean isWhole(ByteArrayOutputStream received) {
        String text = received.toString(StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        Matcher length = LENGTH.matcher(text);
        return end >= 0 && length.find() && text.length() >= end + 4 + Integer.parseInt(length.group(1));
    }

    private static Reply parsed(String text) {
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            return new Reply(0, text, "");
        }
        return new Reply(
                Integer.parseInt(text.split(" ", 3)[1]),
                text.substring(0, end).toLowerCase(Locale.ROOT),
                text.substring(end + 4));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
