package se.utrop.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection whose client is too slow: to ask, to send what it began, or to take its answer. One timer a
 * connection looks after all of that; Reactor Netty's would take one a request, and begins anew with each byte of a
 * request's headers. What is seen of requests depends on the protocol.
 */
abstract class SlowClientGuard extends ChannelDuplexHandler {

    private static final long SHORTEST_WAIT = TimeUnit.MILLISECONDS.toNanos(100);

    private final ServerLimits limits;

    /** When it began to wait for what it waits for. */
    private long since;

    private boolean served;

    /** Bytes that the client hadn't taken at the last look. */
    private long untaken;

    /** When the client was last seen to have taken some, or all. */
    private long takenAt = System.nanoTime();

    private @Nullable Future<?> timer;

    /** Guards a connection that was opened at that time. */
    SlowClientGuard(ServerLimits limits, long opened) {
        this.limits = limits;
        this.since = opened;
    }

    /** Time that is left for what it waits for; closes what has had none left for too long but the connection itself. */
    abstract long left(ChannelHandlerContext context, long now);

    /** Whether the connection takes no limit of this guard's, because something else looks after its answer. */
    abstract boolean isExempt();

    final ServerLimits limits() {
        return limits;
    }

    final long since() {
        return since;
    }

    /** It waits for something else from now on. */
    final void waits() {
        since = System.nanoTime();
    }

    /** A request has been answered: from now on it waits for another one. */
    final void served() {
        served = true;
        waits();
    }

    /** Time that is left until the headers of a request have to be there. */
    final long leftForHead(long now) {
        return (served ? limits.idle() : limits.head()).toNanos() - (now - since);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        look(context, leftForHead(System.nanoTime()));
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

    private void look(ChannelHandlerContext context, long wait) {
        timer = context.executor().schedule(() -> look(context), Math.max(wait, SHORTEST_WAIT), TimeUnit.NANOSECONDS);
    }

    private void look(ChannelHandlerContext context) {
        long now = System.nanoTime();
        long left = left(context, now);
        if (isStalled(context.channel(), now)) {
            // not by way of handlers that would first wait for what the client doesn't take
            var _ = context.pipeline().firstContext().close();
        } else if (left <= 0) {
            var _ = context.close();
        } else {
            look(context, untaken > 0 ? Math.min(left, limits.stalled().toNanos()) : left);
        }
    }

    private boolean isStalled(Channel channel, long now) {
        long behind = isExempt() ? 0 : untaken(channel);
        if (behind == 0 || behind != untaken) {
            takenAt = now;
        }
        untaken = behind;
        return now - takenAt >= limits.stalled().toNanos();
    }

    private static long untaken(Channel channel) {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes() - buffer.currentProgress();
    }
}
