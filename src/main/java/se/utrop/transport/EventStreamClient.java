package se.utrop.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import se.utrop.feed.Feed;
import se.utrop.feed.Feed.Opened;
import se.utrop.feed.Message;
import se.utrop.feed.SharedSubscription;
import se.utrop.graphql.Errors;
import se.utrop.graphql.Problem;
import tools.jackson.databind.json.JsonMapper;

/**
 * A client that reads one operation's results as server-sent events.
 *
 * @see <a href="https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md#distinct-connections-mode">GraphQL over
 *     SSE, distinct connections</a>
 * @see <a href="https://html.spec.whatwg.org/multipage/server-sent-events.html">Server-sent events</a>
 */
final class EventStreamClient extends Client {

    static final String TRANSPORT = "event-stream";

    private static final byte[] NEXT = bytes("event: next\ndata: ");
    private static final byte[] NEXT_WITH_ID = bytes("event: next\nid: ");
    private static final byte[] DATA = bytes("\ndata: ");
    private static final byte[] ID = bytes("id: ");
    private static final byte[] END = bytes("\n\n");
    private static final byte[] COMPLETE = bytes("event: complete\ndata:\n\n");
    private static final byte[] COMMENT = bytes(":\n\n");

    /** What a browser that is cut off waits at least before it comes back. */
    private static final Duration RECONNECT = Duration.ofSeconds(1);

    private static final int RECONNECTS_SPREAD_MILLIS = 4_000;

    private final Feed feed;
    private final JsonMapper json;
    private final Sinks.Empty<Void> end = Sinks.empty();
    private final Operation operation = new Operation(this, new byte[0]);

    private boolean completing;

    EventStreamClient(Channel channel, Connections connections, String address, Feed feed, JsonMapper json) {
        super(channel, connections, address);
        this.feed = feed;
        this.json = json;
    }

    /** Has a browser that is cut off wait so long, or somewhat longer, so that not all come back at once. */
    static byte[] retry(Duration least) {
        long millis = least.toMillis() + ThreadLocalRandom.current().nextLong(RECONNECTS_SPREAD_MILLIS);
        return bytes("retry: " + millis + "\n\n");
    }

    /** Complete when the stream is over. */
    Mono<Void> end() {
        return end.asMono();
    }

    void begin(Opened opened) {
        switch (opened) {
            case Opened.Answered answered -> complete(answered.response());
            case Opened.Following following -> follow(following);
        }
    }

    /** A browser that is cut off before the first event comes back with the cursor of where it started. */
    private void follow(Opened.Following following) {
        try {
            SharedSubscription source = feed.join(following.query(), operation);
            send(buffer(ID, bytes(feed.cursor(following.start())), bytes("\n"), retry(RECONNECT)));
            operation.follow(source, following.start());
        } catch (Problem e) {
            failed(operation, e);
        }
    }

    @Override
    void failed(Operation failed, Problem problem) {
        leave();
        complete(Errors.answer(problem));
    }

    private void complete(Map<String, Object> response) {
        completing = true;
        send(buffer(NEXT, json.writeValueAsBytes(response), END, COMPLETE));
    }

    @Override
    void taken() {
        if (completing && !isBehind() && beginClosing()) {
            end.tryEmitEmpty();
        }
    }

    /** Without complete: a client that finds the stream cut off connects again. */
    @Override
    void close(CloseCode code, String reason) {
        if (beginClosing()) {
            connections().closed(code);
            end.tryEmitEmpty();
            if (code == CloseCode.TRY_AGAIN_LATER) {
                disconnect();
            }
        }
    }

    private void leave() {
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
    Object frame(ByteBuf message) {
        return message;
    }

    @Override
    String transport() {
        return TRANSPORT;
    }
}
