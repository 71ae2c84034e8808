package se.utrop.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.Http2StreamFrame;
import io.netty.handler.codec.http2.Http2WindowUpdateFrame;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Enforces the timeouts of an HTTP/2 connection. Its place in the pipeline is between the codec and the streams. A
 * stream whose client is too slow is reset. The connection is closed if it has had no stream for too long, or if the
 * client takes no data at all.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9113#name-flow-control">RFC 9113</a> for flow control: a client
 * stalls one stream by not enlarging its window, and continues with others
 */
final class Http2Guard extends SlowClientGuard {

    private final Http2FrameCodec codec;

    private final Map<Integer, Exchange> exchanges = new HashMap<>();

    Http2Guard(ServerLimits limits, Http2FrameCodec codec, long opened) {
        super(limits, opened);
        this.codec = codec;
    }

    /** A request and its response. */
    private static final class Exchange {

        private final Http2Stream stream;

        private final long began = System.nanoTime();

        /** By how many bytes the client has enlarged the stream's window. */
        private long granted;

        /** Bytes sent on the stream by the last check. */
        private long sent = -1;

        /** When the last check saw that bytes were sent or that none were pending. */
        private long movedAt = began;

        /** Whether it is an event stream, which has its own limits. */
        private boolean streaming;

        Exchange(Http2Stream stream) {
            this.stream = stream;
        }

        boolean isReceiving() {
            return stream.state().remoteSideOpen();
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        codec.connection().addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamActive(Http2Stream stream) {
                exchanges.put(stream.id(), new Exchange(stream));
            }

            @Override
            public void onStreamClosed(Http2Stream stream) {
                if (exchanges.remove(stream.id()) != null) {
                    served();
                }
            }
        });
        register(codec.connection());
        super.handlerAdded(context);
    }

    /** Registers the streams that were opened before the guard was added. */
    private void register(Http2Connection connection) {
        try {
            connection.forEachActiveStream(stream -> {
                exchanges.putIfAbsent(stream.id(), new Exchange(stream));
                return true;
            });
        } catch (Http2Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (message instanceof Http2WindowUpdateFrame update) {
            Exchange exchange = exchange(update);
            if (exchange != null) {
                exchange.granted += update.windowSizeIncrement();
            }
        }
        super.channelRead(context, message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        if (message instanceof Http2HeadersFrame head) {
            Exchange exchange = exchange(head);
            if (exchange != null) {
                exchange.streaming =
                        ConnectionGuard.isEventStream(head.headers().get(HttpHeaderNames.CONTENT_TYPE));
            }
        }
        super.write(context, message, promise);
    }

    private @Nullable Exchange exchange(Http2StreamFrame frame) {
        return frame.stream() == null ? null : exchanges.get(frame.stream().id());
    }

    /**
     * An event stream's own limit closes the stream, but has no effect if the client takes no data of the connection at
     * all.
     */
    @Override
    boolean isExempt() {
        return false;
    }

    @Override
    long left(ChannelHandlerContext context, long now) {
        if (exchanges.isEmpty()) {
            return leftForHead(now);
        }
        long left = Math.min(limits().stalled().toNanos(), limits().body().toNanos());
        List<Exchange> late = new ArrayList<>();
        for (Exchange exchange : exchanges.values()) {
            long remaining = left(exchange, now);
            if (remaining <= 0) {
                late.add(exchange);
            } else {
                left = Math.min(left, remaining);
            }
        }
        late.forEach(exchange -> reset(context, exchange));
        return left;
    }

    private long left(Exchange exchange, long now) {
        if (exchange.isReceiving()) {
            return limits().body().toNanos() - (now - exchange.began);
        }
        Http2RemoteFlowController flow = codec.connection().remote().flowController();
        long sent = flow.initialWindowSize() + exchange.granted - flow.windowSize(exchange.stream);
        if (exchange.streaming || sent != exchange.sent || !flow.hasFlowControlled(exchange.stream)) {
            exchange.movedAt = now;
        }
        exchange.sent = sent;
        return limits().stalled().toNanos() - (now - exchange.movedAt);
    }

    private void reset(ChannelHandlerContext context, Exchange exchange) {
        ChannelHandlerContext codecContext = context.pipeline().context(codec);
        var _ = codec.resetStream(
                codecContext, exchange.stream.id(), Http2Error.CANCEL.code(), codecContext.newPromise());
        codecContext.flush();
    }
}
