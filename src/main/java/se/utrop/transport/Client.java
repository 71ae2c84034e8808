package se.utrop.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GenericFutureListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import se.utrop.feed.Message;

/**
 * One client at the end of a channel. It is written to one message at a time, the next only when the operating system
 * has taken the last: what a slow client has not taken waits in the log, not here. Everything but {@link #execute}
 * happens on the channel's event loop.
 *
 * <p>Whatever is thrown, an {@link Error} included, ends the operation that it happened in, or this client: neither waits
 * for ever, and the event loop goes on.
 */
abstract class Client {

    private static final Logger log = LoggerFactory.getLogger(Client.class);

    /** Messages written before others on the same event loop have their turn. */
    private static final int TURN = 32;

    private static final int SMALL = 4;

    /** Bytes that the operating system, where it is Linux, takes before a client does: left alone it takes megabytes. */
    private static final long UNSENT = 16 * 1024;

    private static final long PAUSE_MILLIS = 1000;

    private final Channel channel;
    private final Sockets sockets;
    private final String address;
    private final SocketMemory share;
    private final long diesAt;

    private final GenericFutureListener<Future<? super Void>> closed = future -> removed();

    private final Queue<Urgent> urgent = new ArrayDeque<>(SMALL);
    private final Queue<Operation> ready = new ArrayDeque<>(SMALL);

    /** What is being written; {@code since} when. */
    private boolean writing;

    private boolean scheduled;

    private boolean closing;

    private long since;

    /** Bytes that are being written, of the share of its address. */
    private long held;

    private @Nullable Operation receiving;

    private @Nullable Message received;

    Client(Channel channel, Sockets sockets, String address) {
        this.channel = channel;
        this.sockets = sockets;
        this.address = address;
        this.share = sockets.share(address);
        this.since = System.nanoTime();
        this.diesAt = since + sockets.lifetime();
        channel.config().setOption(EpollChannelOption.TCP_NOTSENT_LOWAT, UNSENT);
    }

    /** A message that goes before those of subscriptions, and its size. */
    private record Urgent(Object frame, int size) {}

    /** The message as it goes over the wire. */
    abstract Object frame(Operation operation, Message message, byte[] text);

    /** Sends what keeps an idle connection alive, or finds it dead. */
    abstract void keepAlive();

    /** Tells the client why, as far as the transport can, and ends the connection. */
    abstract void close(CloseCode code, String reason);

    /** An operation can't go on. */
    abstract void failed(Operation operation, Throwable failure);

    /** Everything that the client has going ends. */
    abstract void ended();

    /** What the transport is called in metrics. */
    abstract String transport();

    final Channel channel() {
        return channel;
    }

    final Sockets sockets() {
        return sockets;
    }

    final String address() {
        return address;
    }

    /** The memory that it shares with all clients of its address. */
    final SocketMemory share() {
        return share;
    }

    final boolean isClosing() {
        return closing;
    }

    /** Stops all further messages; false where that was done before. */
    final boolean beginClosing() {
        if (closing) {
            return false;
        }
        closing = true;
        ready.clear();
        ended();
        return true;
    }

    final void execute(Runnable task) {
        try {
            channel.eventLoop().execute(() -> attempt(task));
        } catch (RejectedExecutionException e) {
            // the server is down
        }
    }

    /** Takes one step, and ends the client where that throws. */
    final void attempt(Runnable step) {
        try {
            step.run();
        } catch (Throwable failure) {
            broken(failure);
        }
    }

    /** Closes the socket because of a failure that belongs to none of its operations. */
    final void broken(Throwable failure) {
        boolean again = closing;
        try {
            log.error("Closing a socket after a failure", failure);
            close(CloseCode.INTERNAL_ERROR, "The server failed: connect again");
        } catch (Throwable another) {
            again = true;
        }
        if (again) {
            disconnect();
        }
    }

    /** The operation wants its next message. */
    final void ready(Operation operation) {
        ready.add(operation);
        drain();
    }

    /** The operation could not be given its next message, for a reason that may pass. */
    final void later(Operation operation) {
        long pause = PAUSE_MILLIS + ThreadLocalRandom.current().nextLong(PAUSE_MILLIS);
        var _ = channel.eventLoop().schedule(() -> attempt(() -> ready(operation)), pause, TimeUnit.MILLISECONDS);
    }

    /** The operation's next message is there. If its turn hasn't come, it asks again when it has. */
    final void offered(Operation operation, Message message) {
        if (writing || closing || !urgent.isEmpty()) {
            ready.add(operation);
            return;
        }
        byte[] text = operation.text(message);
        if (!share.untaken().hold(text.length)) {
            later(operation);
            return;
        }
        Object frame;
        try {
            frame = frame(operation, message, text);
        } catch (Throwable failure) {
            share.untaken().release(text.length);
            throw failure;
        }
        operation.take(message);
        held = text.length;
        receiving = operation;
        received = message;
        write(frame);
    }

    /** Before all messages that wait. */
    final void send(Object frame, int size) {
        if (closing) {
            ReferenceCountUtil.release(frame);
        } else if (share.untaken().hold(size)) {
            urgent.add(new Urgent(frame, size));
            drain();
        } else {
            ReferenceCountUtil.release(frame);
            sockets.refused("memory-per-address");
            close(CloseCode.TRY_AGAIN_LATER, "Too much data waits for you to read it");
        }
    }

    /** Whether the client leaves answers to its own requests untaken: then no more of them are read. */
    final boolean isBehind() {
        return !urgent.isEmpty();
    }

    private void drain() {
        if (scheduled) {
            return;
        }
        scheduled = true;
        int turn = TURN;
        try {
            while (!writing && !closing && turn-- > 0 && step()) {}
        } finally {
            scheduled = false;
        }
        if (!writing && !closing && turn < 0) {
            scheduled = true;
            execute(() -> {
                scheduled = false;
                drain();
            });
        }
    }

    private boolean step() {
        Urgent next = urgent.poll();
        if (next != null) {
            held = next.size();
            write(next.frame());
            return true;
        }
        Operation operation = ready.poll();
        if (operation == null) {
            return false;
        }
        operation.fetch();
        return true;
    }

    /** Writes at once: for when nothing else is being written. */
    final void write(Object frame) {
        writing = true;
        since = System.nanoTime();
        var _ = channel.writeAndFlush(frame).addListener(result -> attempt(() -> written(result)));
    }

    private void written(Future<? super Void> result) {
        writing = false;
        share.untaken().release(held);
        held = 0;
        Operation operation = receiving;
        Message message = received;
        receiving = null;
        received = null;
        if (!result.isSuccess()) {
            unwritten(result.cause());
            return;
        }
        if (operation != null && message != null) {
            sockets.metrics().delivered(message);
            operation.written();
        }
        taken();
        drain();
    }

    private void unwritten(Throwable cause) {
        if (closing || cause instanceof IOException) {
            disconnect();
        } else {
            broken(cause);
        }
    }

    /** The client has taken all that was written. */
    void taken() {}

    /** Whether to {@link #tick}; may be asked from any thread, and be a moment late. */
    final boolean isDue(long now) {
        return now - diesAt > 0 || now - since > Math.min(sockets.keepAlive(), sockets.stalled());
    }

    void tick(long now) {
        if (closing) {
            return;
        }
        if (now - diesAt > 0) {
            close(CloseCode.GOING_AWAY, "This socket has reached its maximum age: connect again");
        } else if (writing && now - since > sockets.stalled()) {
            sockets.refused("stalled");
            close(CloseCode.TRY_AGAIN_LATER, "You have read nothing for too long");
        } else if (!writing && now - since > sockets.keepAlive()) {
            since = now;
            keepAlive();
        }
    }

    /** Has it removed when its channel is closed: a connection that is kept alive outlives an event stream. */
    final void removeWhenClosed() {
        var _ = channel.closeFuture().addListener(closed);
    }

    private void removed() {
        sockets.remove(this);
    }

    /** The client is no longer one of this node's. */
    final void gone() {
        closing = true;
        var _ = channel.closeFuture().removeListener(closed);
        ready.clear();
        urgent.forEach(this::drop);
        urgent.clear();
        ended();
    }

    private void drop(Urgent message) {
        ReferenceCountUtil.release(message.frame());
        share.untaken().release(message.size());
    }

    final void disconnect() {
        var _ = channel.close();
    }

    final ByteBuf buffer(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuf buffer = channel.alloc().directBuffer(length);
        for (byte[] part : parts) {
            buffer.writeBytes(part);
        }
        return buffer;
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
