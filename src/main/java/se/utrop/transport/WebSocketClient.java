package se.utrop.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import se.utrop.access.Caller;
import se.utrop.access.Credentials;
import se.utrop.feed.Feed;
import se.utrop.feed.Feed.Opened;
import se.utrop.feed.Message;
import se.utrop.feed.SharedSubscription;
import se.utrop.graphql.ErrorCode;
import se.utrop.graphql.Errors;
import se.utrop.graphql.FatalErrors;
import se.utrop.graphql.PersistedDocuments;
import se.utrop.graphql.Problem;
import se.utrop.graphql.RequestBody;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * The client of one WebSocket with the protocol graphql-transport-ws.
 *
 * @see <a href="https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md">GraphQL over WebSocket Protocol</a>
 */
final class WebSocketClient extends Client {

    static final String TRANSPORT = "websocket";

    static final String PROTOCOL = "graphql-transport-ws";

    private static final TypeReference<Map<String, @Nullable Object>> OBJECT = new TypeReference<>() {};

    private static final byte[] ACK = bytes("{\"type\":\"connection_ack\"}");
    private static final String PONG = "{\"type\":\"pong\"}";
    private static final byte[] NEXT = bytes("{\"type\":\"next\",\"id\":");
    private static final byte[] COMPLETE = bytes("{\"type\":\"complete\",\"id\":");
    private static final byte[] ERROR = bytes("{\"type\":\"error\",\"id\":");
    private static final byte[] PAYLOAD = bytes(",\"payload\":");
    private static final byte[] END = bytes("}");

    /** Every document with a subscription contains this word. */
    private static final String SUBSCRIPTION = "subscription";

    private static final String EXPIRED = "The token has expired: connect again with a new one";

    private static final String UNCHECKED = "The token can't be verified now: try again later";

    /** The maximum length of a close frame's reason, in bytes. */
    private static final int MAX_REASON = 123;

    /** How long to wait, after the close frame, before the connection is closed. */
    private static final long CLOSE_TIMEOUT_SECONDS = 5;

    private final Credentials credentials;
    private final Feed feed;
    private final PersistedDocuments persisted;
    private final JsonMapper json;
    private final InetSocketAddress remote;
    private final Duration timeout;
    private final Map<String, Operation> operations = new HashMap<>(2);

    private final ScheduledFuture<?> initialization;

    private Initialization state = Initialization.AWAITED;

    private Caller caller;
    private @Nullable ScheduledFuture<?> expiry;
    private boolean pinged;

    private double allowance;

    private long allowedAt = System.nanoTime();

    private Sinks.@Nullable Empty<Void> repliesTaken;

    /** Subscriptions that are being opened, numbered in the order of their messages. */
    private final Map<Operation, Long> opening = new LinkedHashMap<>(2);

    private long openings;

    /** Pongs that wait for subscriptions to be opened. */
    private final Queue<DuePong> pongs = new ArrayDeque<>(2);

    /** The number of operations that are being executed. */
    private int executing;

    /** Completes when another operation may be executed. Until then no more messages are read. */
    private Sinks.@Nullable Empty<Void> freeSlot;

    WebSocketClient(
            Channel channel,
            Sockets sockets,
            String address,
            InetSocketAddress remote,
            Credentials credentials,
            Caller caller,
            Feed feed,
            PersistedDocuments persisted,
            Duration timeout,
            JsonMapper json) {
        super(channel, sockets, address);
        this.timeout = timeout;
        this.credentials = credentials;
        this.caller = caller;
        this.feed = feed;
        this.persisted = persisted;
        this.json = json;
        this.remote = remote;
        this.allowance = sockets.limits().messageBurst();
        this.initialization = channel.eventLoop()
                .schedule(
                        () -> attempt(() -> close(CloseCode.INIT_TIMEOUT, "Connection initialisation timeout")),
                        sockets.limits().initTimeout().toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private enum Initialization {
        AWAITED,
        DONE
    }

    /** A message from the client. */
    sealed interface Sent {

        record Text(String text) implements Sent {}

        record Ping(ByteBuffer content) implements Sent {}

        record Pong() implements Sent {}

        record Binary() implements Sent {}
    }

    /** Reads a frame, which is released after this call. */
    Sent read(WebSocketFrame frame) {
        try {
            return switch (frame) {
                case TextWebSocketFrame text -> new Sent.Text(text.text());
                case PingWebSocketFrame ping -> new Sent.Ping(ByteBuffer.wrap(ByteBufUtil.getBytes(ping.content())));
                case PongWebSocketFrame pong -> new Sent.Pong();
                default -> new Sent.Binary();
            };
        } catch (Throwable failure) {
            broken(failure);
            return new Sent.Binary();
        }
    }

    /**
     * Handles a message, and completes when the next one may be read. Operations are executed concurrently: the next
     * message may be read while they are.
     */
    Mono<Void> receive(Sent sent) {
        try {
            return received(sent).onErrorResume(failure -> Mono.fromRunnable(() -> execute(() -> broken(failure))));
        } catch (Throwable failure) {
            broken(failure);
            return Mono.empty();
        }
    }

    private Mono<Void> received(Sent sent) {
        boolean asked = sent instanceof Sent.Pong && pinged;
        pinged = false;
        if (isClosing() || asked) {
            return Mono.empty();
        }
        if (!isAllowed()) {
            sockets().refused("message-rate");
            return closed(CloseCode.POLICY_VIOLATION, "Too many messages");
        }
        return switch (sent) {
            case Sent.Text text -> received(text.text());
            case Sent.Ping ping ->
                answer(
                        new PongWebSocketFrame(buffer(ping.content().array())),
                        ping.content().capacity());
            case Sent.Pong pong -> Mono.empty();
            case Sent.Binary binary -> closed(CloseCode.BAD_REQUEST, "Messages are text");
        };
    }

    private Mono<Void> received(String text) {
        Map<String, @Nullable Object> message = object(text);
        return message == null || !(message.get("type") instanceof String type)
                ? closed(CloseCode.BAD_REQUEST, "A message is a JSON object with a type")
                : received(type, message);
    }

    private boolean isAllowed() {
        long now = System.nanoTime();
        double earned = (now - allowedAt) / 1e9 * sockets().limits().messageRate();
        allowedAt = now;
        allowance = Math.min(sockets().limits().messageBurst(), allowance + earned) - 1;
        return allowance >= 0;
    }

    private @Nullable Map<String, @Nullable Object> object(String text) {
        try {
            return json.readValue(text, OBJECT);
        } catch (JacksonException e) {
            return null;
        }
    }

    private Mono<Void> received(String type, Map<String, @Nullable Object> message) {
        return switch (type) {
            case "connection_init" -> initialize(message.get("payload"));
            case "ping" -> pong(message.get("payload"));
            case "pong" -> Mono.empty();
            case "subscribe" -> subscribe(message.get("id"), message.get("payload"));
            case "complete" -> complete(message.get("id"));
            default -> closed(CloseCode.BAD_REQUEST, "Unknown message type: " + type);
        };
    }

    private Mono<Void> initialize(@Nullable Object payload) {
        if (state != Initialization.AWAITED) {
            return closed(CloseCode.TOO_MANY_INIT_REQUESTS, "Too many initialisation requests");
        }
        state = Initialization.DONE;
        initialization.cancel(false);
        Object authorization = payload instanceof Map<?, ?> said ? authorization(said) : null;
        if (authorization == null) {
            return acknowledge(caller);
        }
        return authorization instanceof String text
                ? signIn(text.strip())
                : closed(CloseCode.BAD_REQUEST, "Authorization must be a string: Bearer, a space, and the token");
    }

    /** Finds the token in the payload itself or in its headers, in upper or lower case. An empty value is none. */
    private static @Nullable Object authorization(Map<?, ?> payload) {
        Object own = value(payload, HttpHeaders.AUTHORIZATION);
        return own == null && value(payload, "headers") instanceof Map<?, ?> headers
                ? value(headers, HttpHeaders.AUTHORIZATION)
                : own;
    }

    private static @Nullable Object value(Map<?, ?> map, String name) {
        return map.entrySet().stream()
                .filter(entry -> entry.getKey() instanceof String key && key.equalsIgnoreCase(name))
                .<@Nullable Object>map(Map.Entry::getValue)
                .filter(value -> value != null && !(value instanceof String text && text.isBlank()))
                .findFirst()
                .orElse(null);
    }

    private Mono<Void> signIn(String authorization) {
        Scheduler eventLoop = Schedulers.fromExecutor(channel().eventLoop());
        return FatalErrors.contain(Mono.defer(() -> credentials.caller(authorization)))
                .timeout(timeout)
                .onErrorMap(TimeoutException.class, e -> new Problem(ErrorCode.UNAVAILABLE, UNCHECKED))
                .publishOn(eventLoop)
                .flatMap(known -> FatalErrors.contain(Mono.defer(() -> acknowledge(known))))
                .onErrorResume(Problem.class, e -> Mono.defer(() -> reject(e)).subscribeOn(eventLoop));
    }

    private Mono<Void> reject(Problem problem) {
        return closed(
                problem.code() == ErrorCode.UNAVAILABLE ? CloseCode.TRY_AGAIN_LATER : CloseCode.FORBIDDEN,
                String.valueOf(problem.getMessage()));
    }

    private Mono<Void> acknowledge(Caller known) {
        caller = known;
        Instant end = known.expiresAt();
        if (end != null && !isClosing()) {
            expiry = channel()
                    .eventLoop()
                    .schedule(
                            () -> attempt(() -> close(CloseCode.FORBIDDEN, EXPIRED)),
                            Duration.between(Instant.now(), end).toMillis(),
                            TimeUnit.MILLISECONDS);
        }
        return answer(ACK);
    }

    private Mono<Void> subscribe(@Nullable Object id, @Nullable Object payload) {
        if (state != Initialization.DONE) {
            return closed(CloseCode.UNAUTHORIZED, "Unauthorized");
        }
        if (!(id instanceof String name) || name.isEmpty() || !(payload instanceof Map<?, ?> asked)) {
            return closed(CloseCode.BAD_REQUEST, "subscribe has an id, a string that is not empty, and a payload");
        }
        if (bytes(name).length > sockets().limits().idSize().toBytes()) {
            sockets().refused("id-size");
            return closed(
                    CloseCode.BAD_REQUEST,
                    "An id must have at most " + sockets().limits().idSize().toBytes() + " bytes");
        }
        if (operations.containsKey(name)) {
            return closed(CloseCode.SUBSCRIBER_ALREADY_EXISTS, "Subscriber for " + name + " already exists");
        }
        if (operations.size() >= sockets().limits().subscriptions()) {
            sockets().refused("subscriptions");
            return closed(CloseCode.POLICY_VIOLATION, "Too many subscriptions on this socket");
        }
        return subscribe(name, asked);
    }

    @SuppressWarnings("unchecked")
    private Mono<Void> subscribe(String name, Map<?, ?> asked) {
        Operation operation = new Operation(
                this, json.writeValueAsBytes(name), SocketMemory.weight(asked) + SocketMemory.weight(name));
        RequestBody body;
        try {
            body = persisted.complete(RequestBody.of((Map<String, @Nullable Object>) asked));
            sockets().begin(client(), operation, share());
        } catch (Throwable failure) {
            sendError(operation, failure);
            return whenRepliesTaken();
        }
        operations.put(name, operation);
        if (executing < sockets().limits().executions()) {
            begin(name, operation, body);
            return whenRepliesTaken();
        }
        freeSlot = Sinks.empty();
        return freeSlot.asMono()
                .then(Mono.fromRunnable(() -> begin(name, operation, body)))
                .then(Mono.defer(this::whenRepliesTaken));
    }

    private String client() {
        return Sockets.client(caller, address());
    }

    private void begin(String name, Operation operation, RequestBody body) {
        if (isClosing() || operation.isEnded()) {
            return;
        }
        executing++;
        operation.begin();
        if (body.query().contains(SUBSCRIPTION)) {
            opening.put(operation, ++openings);
        }
        operation.execute(FatalErrors.contain(Mono.defer(() -> open(body)))
                .timeout(timeout)
                .subscribe(
                        opened -> execute(() -> opened(name, operation, opened)),
                        failure -> execute(() -> refuse(name, operation, failure))));
    }

    /** An operation is no longer being executed, so the next one may start. */
    private void settle(Operation operation) {
        if (operation.settle()) {
            executing--;
            opening.remove(operation);
            sendDuePongs();
            Sinks.Empty<Void> next = freeSlot;
            freeSlot = null;
            emit(next);
        }
    }

    private Mono<Opened> open(RequestBody body) {
        return feed.open(
                        body.request(
                                URI.create("/graphql"),
                                HttpHeaders.EMPTY,
                                remote,
                                channel().id().asShortText()),
                        null)
                .contextWrite(caller::in);
    }

    /** A pong that waits for all openings up to this number. */
    private record DuePong(long opening, String message) {}

    /**
     * Answers a ping, with its payload, after all earlier subscribe messages. So the client knows that every event
     * after the pong reaches these subscriptions.
     */
    private Mono<Void> pong(@Nullable Object payload) {
        String message = payload instanceof Map<?, ?>
                ? json.writeValueAsString(Map.of("type", "pong", "payload", payload))
                : PONG;
        if (opening.isEmpty()) {
            return answer(bytes(message));
        }
        if (!share().requests().hold(message.length())) {
            sockets().refused("memory-per-address");
            return closed(CloseCode.TRY_AGAIN_LATER, "Too many pings wait for an answer");
        }
        pongs.add(new DuePong(openings, message));
        return Mono.empty();
    }

    private void sendDuePongs() {
        long first =
                opening.isEmpty() ? Long.MAX_VALUE : opening.values().iterator().next();
        while (!pongs.isEmpty() && pongs.element().opening() < first) {
            String message = pongs.remove().message();
            share().requests().release(message.length());
            send(buffer(bytes(message)));
        }
    }

    private void opened(String name, Operation operation, Opened opened) {
        if (operation.isEnded()) {
            return;
        }
        try {
            switch (opened) {
                case Opened.Answered answered -> answered(name, operation, answered.response());
                case Opened.Following following -> follow(operation, following);
            }
        } catch (Throwable failure) {
            refuse(name, operation, failure);
        }
    }

    private void answered(String name, Operation operation, Map<String, Object> response) {
        boolean executed = response.get("data") != null || response.containsKey("data");
        byte[] text = json.writeValueAsBytes(executed ? response : response.get("errors"));
        ByteBuf message = buffer(executed ? NEXT : ERROR, operation.id(), PAYLOAD, text, END);
        operations.remove(name);
        leave(operation);
        send(message);
        if (executed) {
            send(buffer(COMPLETE, operation.id(), END));
        }
    }

    private void follow(Operation operation, Opened.Following following) {
        operation.follow(feed.join(following.query(), operation), following.start());
        ready(operation);
        settle(operation);
    }

    private void refuse(String name, Operation operation, Throwable failure) {
        if (operations.remove(name, operation)) {
            leave(operation);
            sendError(operation, failure);
        }
    }

    private void sendError(Operation operation, Throwable failure) {
        byte[] errors = json.writeValueAsBytes(List.of(Errors.of(failure).toSpecification()));
        send(buffer(ERROR, operation.id(), PAYLOAD, errors, END));
    }

    @Override
    void failed(Operation operation, Throwable failure) {
        if (operations.values().remove(operation)) {
            leave(operation);
            sendError(operation, failure);
        }
    }

    private Mono<Void> complete(@Nullable Object id) {
        if (!(id instanceof String name) || name.isEmpty()) {
            return closed(CloseCode.BAD_REQUEST, "complete must have an id");
        }
        Operation operation = operations.remove(name);
        if (operation != null) {
            leave(operation);
        }
        return Mono.empty();
    }

    private void leave(Operation operation) {
        if (operation.isEnded()) {
            return;
        }
        SharedSubscription source = operation.end();
        sockets().end(client(), operation, share());
        if (source != null) {
            feed.leave(source, operation);
        }
        settle(operation);
    }

    private Mono<Void> answer(byte[] message) {
        return answer(new TextWebSocketFrame(buffer(message)), message.length);
    }

    private Mono<Void> answer(WebSocketFrame frame, int size) {
        send(frame, size);
        return whenRepliesTaken();
    }

    private void send(ByteBuf message) {
        send(new TextWebSocketFrame(message), message.readableBytes());
    }

    /** Completes when the client has taken the responses to its messages, so that they can't pile up. */
    private Mono<Void> whenRepliesTaken() {
        if (!hasPendingReplies() || isClosing()) {
            return Mono.empty();
        }
        repliesTaken = Sinks.empty();
        return repliesTaken.asMono();
    }

    @Override
    void taken() {
        if (repliesTaken != null && !hasPendingReplies()) {
            release();
        }
    }

    private void release() {
        Sinks.Empty<Void> waiting = repliesTaken;
        repliesTaken = null;
        emit(waiting);
    }

    private static void emit(Sinks.@Nullable Empty<Void> waiting) {
        if (waiting != null) {
            waiting.tryEmitEmpty();
        }
    }

    private Mono<Void> closed(CloseCode code, String reason) {
        close(code, reason);
        return Mono.empty();
    }

    @Override
    void close(CloseCode code, String reason) {
        if (beginClosing()) {
            sockets().closed(code);
            var _ = channel().writeAndFlush(new CloseWebSocketFrame(code.number(), shortened(reason)));
            var _ = channel().eventLoop().schedule(this::disconnect, CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static String shortened(String reason) {
        String truncated = reason;
        while (truncated.getBytes(StandardCharsets.UTF_8).length > MAX_REASON) {
            truncated = truncated.substring(0, truncated.offsetByCodePoints(truncated.length(), -1));
        }
        return truncated;
    }

    @Override
    void ended() {
        initialization.cancel(false);
        if (expiry != null) {
            expiry.cancel(false);
        }
        operations.values().forEach(this::leave);
        operations.clear();
        pongs.forEach(pong -> share().requests().release(pong.message().length()));
        pongs.clear();
        emit(freeSlot);
        freeSlot = null;
        release();
    }

    @Override
    void keepAlive() {
        if (pinged) {
            disconnect();
        } else {
            pinged = true;
            write(new PingWebSocketFrame());
        }
    }

    @Override
    Object frame(Operation operation, Message message, byte[] text) {
        return new TextWebSocketFrame(buffer(NEXT, operation.id(), PAYLOAD, text, END));
    }

    @Override
    String transport() {
        return TRANSPORT;
    }
}
