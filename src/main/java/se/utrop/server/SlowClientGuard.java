package se.utrop.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes the connection of a client that is too slow to send a request, to complete one, or to take the response. It
 * uses one timer per connection. Reactor Netty would use one per request, and restarts it with each byte of the
 * headers. The subclasses observe requests in the way of their protocol.
 */
abstract class SlowClientGuard extends ChannelDuplexHandler {

    private static final long SHORTEST_WAIT = TimeUnit.MILLISECONDS.toNanos(100);

    private final ServerLimits limits;

    /** When the connection entered its current state, in nanoseconds. */
    private long since;

    private boolean served;

    /** Bytes that the client had not taken at the last check. */
    private long untaken;

    /** When the last check saw that the client had taken some or all bytes. */
    private long takenAt = System.nanoTime();

    private @Nullable Future<?> timer;

    /** @param opened when the connection was opened, in nanoseconds */
    SlowClientGuard(ServerLimits limits, long opened) {
        this.limits = limits;
        this.since = opened;
    }

    /** The time left in the current state. Closes whatever has timed out, except for the connection itself. */
    abstract long left(ChannelHandlerContext context, long now);

    /** Whether the connection is exempt, because the response has its own limits. */
    abstract boolean isExempt();

    final ServerLimits limits() {
        return limits;
    }

    final long since() {
        return since;
    }

    /** The connection enters another state now. */
    final void waits() {
        since = System.nanoTime();
    }

    /** A response is complete, and the connection waits for the next request. */
    final void served() {
        served = true;
        waits();
    }

    /** The time left until a request's headers must be complete. */
    final long leftForHead(long now) {
        return (served ? limits.idle() : limits.head()).toNanos() - (now - since);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        check(context, leftForHead(System.nanoTime()));
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

    private void check(ChannelHandlerContext context, long wait) {
        timer = context.executor().schedule(() -> check(context), Math.max(wait, SHORTEST_WAIT), TimeUnit.NANOSECONDS);
    }

    private void check(ChannelHandlerContext context) {
        long now = System.nanoTime();
        long left = left(context, now);
        if (isStalled(context.channel(), now)) {
            // bypasses handlers that would first wait for the client to take pending data
            var _ = context.pipeline().firstContext().close();
        } else if (left <= 0) {
            var _ = context.close();
        } else {
            check(context, untaken > 0 ? Math.min(left, limits.stalled().toNanos()) : left);
        }
    }

    private boolean isStalled(Channel channel, long now) {
        long pending = isExempt() ? 0 : untaken(channel);
        if (pending == 0 || pending != untaken) {
            takenAt = now;
        }
        untaken = pending;
        return now - takenAt >= limits.stalled().toNanos();
    }

    private static long untaken(Channel channel) {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes() - buffer.currentProgress();
    }
}
