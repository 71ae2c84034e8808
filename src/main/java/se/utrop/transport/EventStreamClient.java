package se.utrop.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import se.utrop.feed.Feed;
import se.utrop.feed.Feed.Opened;
import se.utrop.feed.Message;
import se.utrop.feed.SharedSubscription;
import se.utrop.graphql.ErrorCode;
import se.utrop.graphql.Errors;
import se.utrop.graphql.Problem;
import tools.jackson.databind.json.JsonMapper;

/**
 * The client of one event stream, which carries the results of one operation.
 *
 * @see <a href="https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md#distinct-connections-mode">GraphQL
 * over SSE, distinct connections</a>
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent events</a>
 */
final class EventStreamClient extends Client {

    static final String TRANSPORT = "event-stream";

    private static final byte[] NEXT = bytes("event: next\ndata: ");
    private static final byte[] NEXT_WITH_ID = bytes("event: next\nid: ");
    private static final byte[] DATA = bytes("\ndata: ");
    private static final byte[] ID = bytes("id: ");
    private static final byte[] LINE = bytes("\n");
    private static final byte[] EMPTY_DATA = bytes("data: {}");
    private static final byte[] END = bytes("\n\n");
    private static final byte[] COMPLETE = bytes("event: complete\ndata:\n\n");
    private static final byte[] NEXT_WITHOUT_ID = bytes("event: next\nid:\ndata: ");
    private static final byte[] POSITION = bytes("event: position\nid: ");

    /**
     * A comment without an empty line, which would end an event: several clients take an event without data for an
     * event.
     */
    private static final byte[] COMMENT = bytes(":\n");

    /** The minimum delay before a disconnected browser reconnects. */
    private static final Duration RECONNECT = Duration.ofSeconds(1);

    private static final int RECONNECTS_SPREAD_MILLIS = 4_000;

    private final boolean byGet;
    private final Feed feed;
    private final JsonMapper json;
    private final Sinks.Empty<Void> end = Sinks.empty();
    private final Operation operation;

    private boolean completing;

    private @Nullable String counted;

    EventStreamClient(
            Channel channel, Sockets sockets, String address, long weight, boolean byGet, Feed feed, JsonMapper json) {
        super(channel, sockets, address);
        this.byGet = byGet;
        this.operation = new Operation(this, new byte[0], weight);
        this.feed = feed;
        this.json = json;
    }

    /** The retry field: the minimum delay plus jitter, so that browsers don't all reconnect at once. */
    static byte[] retry(Duration least) {
        long millis = least.toMillis() + ThreadLocalRandom.current().nextLong(RECONNECTS_SPREAD_MILLIS);
        return bytes("retry: " + millis + "\n");
    }

    /** Completes when the stream has ended. */
    Mono<Void> end() {
        return end.asMono();
    }

    /**
     * Counts the operation for this client.
     *
     * @throws Problem if the client has too many operations
     */
    void count(String client) {
        if (isClosing()) {
            throw new Problem(ErrorCode.UNAVAILABLE, "This stream is closed");
        }
        sockets().begin(client, operation, share());
        counted = client;
    }

    void begin(Opened opened) {
        if (isClosing()) {
            return;
        }
        try {
            switch (opened) {
                case Opened.Answered answered -> complete(answered.response());
                case Opened.Following following -> follow(following);
            }
        } catch (Throwable failure) {
            attempt(() -> failed(operation, failure));
        }
    }

    private void follow(Opened.Following following) {
        operation.follow(feed.join(following.query(), operation), following.start());
        byte[] cursor = bytes(feed.cursor(following.start()));
        send(start(cursor), cursor.length);
        ready(operation);
    }

    /**
     * Sends the start position, for a client that is disconnected before the first event. A browser's EventSource takes
     * an id only from an event, so the response to a GET starts with an event whose name has no listener. For other
     * clients the lines become part of the first event, whose own id follows.
     */
    private ByteBuf start(byte[] cursor) {
        return byGet
                ? buffer(POSITION, cursor, LINE, retry(RECONNECT), EMPTY_DATA, END)
                : buffer(ID, cursor, LINE, retry(RECONNECT));
    }

    @Override
    void failed(Operation failed, Throwable failure) {
        leave();
        complete(Errors.answer(failure));
    }

    private void complete(Map<String, Object> response) {
        byte[] text = json.writeValueAsBytes(response);
        completing = true;
        send(buffer(refusesCursor(response) ? NEXT_WITHOUT_ID : NEXT, text, END, COMPLETE), text.length);
    }

    /** Whether the cursor was refused. A browser would otherwise reconnect with the same id forever. */
    private static boolean refusesCursor(Map<String, Object> response) {
        return response.get("errors") instanceof List<?> errors
                && errors.stream().anyMatch(EventStreamClient::isOfCursor);
    }

    private static boolean isOfCursor(Object error) {
        return error instanceof Map<?, ?> fields
                && fields.get("extensions") instanceof Map<?, ?> extensions
                && ErrorCode.CURSOR_INVALID.name().equals(extensions.get("code"));
    }

    @Override
    void taken() {
        if (completing && !hasPendingReplies() && beginClosing()) {
            end.tryEmitEmpty();
        }
    }

    /** Closes the stream without complete, so that the client reconnects. */
    @Override
    void close(CloseCode code, String reason) {
        if (beginClosing()) {
            sockets().closed(code);
            end.tryEmitEmpty();
            if (code == CloseCode.TRY_AGAIN_LATER) {
                disconnect();
            }
        }
    }

    private void leave() {
        if (counted != null) {
            sockets().end(counted, operation, share());
            counted = null;
        }
        SharedSubscription source = operation.end();
        if (source != null) {
            feed.leave(source, operation);
        }
    }

    @Override
    void ended() {
        leave();
    }

    @Override
    void keepAlive() {
        write(buffer(COMMENT));
    }

    @Override
    Object frame(Operation one, Message message, byte[] text) {
        return buffer(NEXT_WITH_ID, bytes(message.cursor()), DATA, text, END);
    }

    @Override
    String transport() {
        return TRANSPORT;
    }
}
