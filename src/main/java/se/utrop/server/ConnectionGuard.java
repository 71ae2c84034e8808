package se.utrop.server;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection whose client is too slow: to ask, to send what it began, or to take its answer. One timer a
 * connection looks after all of that; Reactor Netty's would take one a request, and begins anew with each byte of a
 * request's headers.
 */
final class ConnectionGuard extends ChannelDuplexHandler {

    private static final long SHORTEST_WAIT = TimeUnit.MILLISECONDS.toNanos(100);

    private final ServerLimits limits;

    /** Requests that aren't answered yet. */
    private int asked;

    /** Whether the headers of a request are there, and its body isn't. */
    private boolean receiving;

    private boolean served;

    /** When it began to wait for what it waits for. */
    private long since = System.nanoTime();

    /** Bytes that the client hadn't taken at the last look. */
    private long untaken;

    /** When the client was last seen to have taken some, or all. */
    private long takenAt = System.nanoTime();

    private @Nullable Future<?> timer;

    ConnectionGuard(ServerLimits limits) {
        this.limits = limits;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        look(context, limits.head().toNanos());
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        handlerRemoved(context);
        super.channelInactive(context);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (message instanceof HttpRequest) {
            receiving = true;
            since = System.nanoTime();
        }
        if (message instanceof LastHttpContent) {
            receiving = false;
            asked++;
        }
        super.channelRead(context, message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
        super.write(context, message, promise);
        if (message instanceof LastHttpContent) {
            asked--;
            served = true;
            since = System.nanoTime();
        }
        if (message instanceof HttpResponse response && isSocket(response)) {
            context.pipeline().remove(this);
        }
    }

    /** Those have their own limits. */
    private static boolean isSocket(HttpResponse response) {
        String type = response.headers().get(HttpHeaderNames.CONTENT_TYPE);
        return response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)
                || (type != null && type.startsWith("text/event-stream"));
    }

    private void look(ChannelHandlerContext context, long wait) {
        timer = context.executor().schedule(() -> look(context), Math.max(wait, SHORTEST_WAIT), TimeUnit.NANOSECONDS);
    }

    private void look(ChannelHandlerContext context) {
        long behind = untaken(context);
        if (behind == 0 || behind != untaken) {
            takenAt = System.nanoTime();
        }
        untaken = behind;
        boolean stalled = System.nanoTime() - takenAt >= limits.stalled().toNanos();
        long left = left();
        if (stalled || left <= 0) {
            var _ = context.close();
        } else {
            look(context, behind > 0 ? Math.min(left, limits.stalled().toNanos()) : left);
        }
    }

    private static long untaken(ChannelHandlerContext context) {
        ChannelOutboundBuffer buffer = context.channel().unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes() - buffer.currentProgress();
    }

    /** Time that is left for what it waits for. */
    private long left() {
        if (receiving) {
            return limits.body().toNanos() - (System.nanoTime() - since);
        }
        if (asked > 0) {
            return limits.stalled().toNanos();
        }
        return (served ? limits.idle() : limits.head()).toNanos() - (System.nanoTime() - since);
    }
}
