package se.utrop.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A WebSocket by hand: it sends any text, and shows what comes, message by message. */
final class Socket implements AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static final JsonNode CLOSED = JsonMapper.shared().readTree("{\"type\":\"(closed)\"}");

    private final BlockingQueue<JsonNode> messages = new LinkedBlockingQueue<>();
    private final StringBuilder text = new StringBuilder();

    private final WebSocket webSocket;

    private volatile int closeCode;

    private volatile String closeReason = "";

    private Socket(HttpClient http, int port, String protocol, Map<String, String> headers, boolean reading) {
        WebSocket.Builder builder = http.newWebSocketBuilder().subprotocols(protocol);
        headers.forEach(builder::header);
        this.webSocket = builder.buildAsync(URI.create("ws://localhost:" + port + "/graphql"), new Listener(reading))
                .join();
    }

    /** A socket that has only been opened. */
    static Socket open(int port) {
        return new Socket(HTTP, port, "graphql-transport-ws", Map.of(), true);
    }

    static Socket openAs(int port, String protocol) {
        return new Socket(HTTP, port, protocol, Map.of(), true);
    }

    /** As a page of that origin opens it; fails as the handshake does. */
    static Socket openFrom(int port, String origin) throws Throwable {
        try {
            return new Socket(HTTP, port, "graphql-transport-ws", Map.of("Origin", origin), true);
        } catch (CompletionException e) {
            throw e.getCause();
        }
    }

    /** A socket of that address of this machine's. */
    static Socket openFrom(int port, InetAddress address) {
        HttpClient http = HttpClient.newBuilder().localAddress(address).build();
        return new Socket(http, port, "graphql-transport-ws", Map.of(), true);
    }

    /** A socket whose connection has been acknowledged. */
    static Socket ready(int port) throws InterruptedException {
        return open(port).initialized();
    }

    /** An acknowledged one that reads nothing more until {@link #read}. */
    static Socket stalled(int port) throws InterruptedException {
        Socket socket = new Socket(HTTP, port, "graphql-transport-ws", Map.of(), false);
        socket.webSocket.request(1);
        return socket.initialized();
    }

    /** A socket whose request brings this header. */
    static Socket openWith(int port, String header, String value) throws Throwable {
        try {
            return new Socket(HTTP, port, "graphql-transport-ws", Map.of(header, value), true);
        } catch (CompletionException e) {
            throw e.getCause();
        }
    }

    /** One that brings a token in connection_init. */
    static Socket signedIn(int port, String token) {
        Socket socket = open(port);
        socket.signIn("Bearer " + token);
        return socket;
    }

    void signIn(Object authorization) {
        send(JsonMapper.shared()
                .writeValueAsString(
                        Map.of("type", "connection_init", "payload", Map.of("Authorization", authorization))));
    }

    private Socket initialized() throws InterruptedException {
        send("{\"type\":\"connection_init\"}");
        assertThat(type(message())).isEqualTo("connection_ack");
        return this;
    }

    void send(String message) {
        webSocket.sendText(message, true).join();
    }

    void sendBinary(byte... bytes) {
        webSocket.sendBinary(ByteBuffer.wrap(bytes), true).join();
    }

    void subscribe(String id, String document, Map<String, ?> variables) {
        send(JsonMapper.shared()
                .writeValueAsString(Map.of(
                        "type", "subscribe", "id", id, "payload", Map.of("query", document, "variables", variables))));
    }

    void complete(String id) {
        send("{\"type\":\"complete\",\"id\":\"%s\"}".formatted(id));
    }

    /** Everything asked before has been received when this returns; what comes meanwhile is kept for {@link #message}. */
    void ping() {
        send("{\"type\":\"ping\"}");
    }

    /** A ping of the WebSocket protocol, which has no answer that is shown here. */
    void sendPing() {
        webSocket.sendPing(ByteBuffer.allocate(4)).join();
    }

    void sendPong() {
        webSocket.sendPong(ByteBuffer.allocate(4)).join();
    }

    void read() {
        webSocket.request(Long.MAX_VALUE);
    }

    JsonNode message() throws InterruptedException {
        JsonNode message = messages.poll(30, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("Nothing came for 30 seconds");
        }
        return message;
    }

    /** The next message, which is to be of this type. */
    JsonNode message(String type) throws InterruptedException {
        JsonNode message = message();
        assertThat(type(message)).as("%s", message).isEqualTo(type);
        return message;
    }

    boolean isQuiet(long millis) throws InterruptedException {
        return messages.poll(millis, TimeUnit.MILLISECONDS) == null;
    }

    /** The code with which it is closed; 0 while it isn't. */
    int code() {
        return closeCode;
    }

    /** The code with which the server closes, after whatever else it says. */
    int closeCode() throws InterruptedException {
        while (!message().equals(CLOSED)) {}
        return closeCode;
    }

    /** What the server says when it closes. */
    String closeReason() throws InterruptedException {
        closeCode();
        return closeReason;
    }

    private static String type(JsonNode message) {
        return message.get("type").asString();
    }

    /** As a crash ends it. */
    @Override
    public void close() {
        webSocket.abort();
    }

    private final class Listener implements WebSocket.Listener {

        private final boolean reading;

        Listener(boolean reading) {
            this.reading = reading;
        }

        @Override
        public void onOpen(WebSocket opened) {
            if (reading) {
                opened.request(Long.MAX_VALUE);
            }
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                messages.add(JsonMapper.shared().readTree(text.toString()));
                text.setLength(0);
            }
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            closeCode = code;
            closeReason = reason;
            messages.add(CLOSED);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            closeCode = 1006;
            messages.add(CLOSED);
        }
    }
}
