package se.utrop.sources;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** A proxy before a server, whose answers then have the {@code Date} of a clock that is wrong: the JDK's server sets its own. */
final class WrongClock implements AutoCloseable {

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    private static final String END_OF_HEADERS = "\r\n\r\n";

    private final ServerSocket socket;
    private final int server;
    private final Duration error;

    /** @param error by how much the clock is fast; slow if it is negative */
    WrongClock(int server, Duration error) {
        this.server = server;
        this.error = error;
        try {
            socket = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    URI address(String path) {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort() + path);
    }

    Instant now() {
        return Instant.now().plus(error);
    }

    /** As in a header. */
    static String date(Instant time) {
        return DATE.format(time);
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                Socket behind = new Socket(InetAddress.getLoopbackAddress(), server)) {
            Thread.ofVirtual().start(() -> copy(client, behind));
            InputStream answer = behind.getInputStream();
            client.getOutputStream().write(head(answer).getBytes(StandardCharsets.ISO_8859_1));
            answer.transferTo(client.getOutputStream());
        } catch (IOException e) {
            // both sides see their sockets closed
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // the same
        }
    }

    private String head(InputStream answer) throws IOException {
        StringBuilder head = new StringBuilder();
        int next = answer.read();
        while (next >= 0) {
            head.append((char) next);
            next = head.indexOf(END_OF_HEADERS) < 0 ? answer.read() : -1;
        }
        return head.toString().replaceFirst("(?im)^Date: .*$", "Date: " + date(now()));
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
