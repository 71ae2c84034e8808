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
 * The client of one socket. Only one message is written at a time, and the next one when the operating system has taken
 * the last. This is the socket's backpressure: what a slow client has not taken yet stays in the event log, not in
 * memory here. Everything except {@link #execute} runs on the channel's event loop.
 *
 * <p>Any failure, including an {@link Error}, ends the operation that it occurred in, or the socket. So neither waits
 * forever, and the event loop continues.
 *
 * @see <a href="https://www.reactive-streams.org">Reactive Streams</a> for backpressure
 */
abstract class Client {

    private static final Logger log = LoggerFactory.getLogger(Client.class);

    /** Messages that are written before other sockets on the same event loop get a turn. */
    private static final int MESSAGES_PER_TURN = 32;

    private static final int SMALL = 4;

    /** Unsent bytes that Linux buffers for a socket. By default it buffers megabytes. */
    private static final long UNSENT_LOW_WATERMARK = 16 * 1024;

    private static final long PAUSE_MILLIS = 1000;

    private final Channel channel;
    private final Sockets sockets;
    private final String address;
    private final SocketMemory share;
    private final long expiresAt;

    private final GenericFutureListener<Future<? super Void>> closed = future -> removed();

    private final Queue<Urgent> urgent = new ArrayDeque<>(SMALL);
    private final Queue<Operation> ready = new ArrayDeque<>(SMALL);

    /** Whether a message is being written. */
    private boolean writing;

    private boolean scheduled;

    private boolean closing;

    private long since;

    /** Bytes of the message being written, reserved in the memory of its address. */
    private long held;

    private @Nullable Operation receiving;

    private @Nullable Message received;

    Client(Channel channel, Sockets sockets, String address) {
        this.channel = channel;
        this.sockets = sockets;
        this.address = address;
        this.share = sockets.share(address);
        this.since = System.nanoTime();
        this.expiresAt = since + sockets.lifetime();
        channel.config().setOption(EpollChannelOption.TCP_NOTSENT_LOWAT, UNSENT_LOW_WATERMARK);
    }

    /** A message that precedes those of subscriptions, and its size in bytes. */
    private record Urgent(Object frame, int size) {}

    /** Encodes a message for the transport. */
    abstract Object frame(Operation operation, Message message, byte[] text);

    /** Sends a keep-alive message, or disconnects if the last one was not answered. */
    abstract void keepAlive();

    /** Closes the socket, with the reason if the transport has a place for it. */
    abstract void close(CloseCode code, String reason);

    /** An operation has failed. */
    abstract void failed(Operation operation, Throwable failure);

    /** Ends all operations of the client. */
    abstract void ended();

    /** The value of the metrics' transport tag. */
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

    /** The memory quota that all sockets of the address share. */
    final SocketMemory share() {
        return share;
    }

    final boolean isClosing() {
        return closing;
    }

    /** Suppresses all further messages; false if the socket was closing already. */
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
            // the server has stopped
        }
    }

    /** Runs a step, and closes the socket if the step throws. */
    final void attempt(Runnable step) {
        try {
            step.run();
        } catch (Throwable failure) {
            broken(failure);
        }
    }

    /** Closes the socket because of a failure outside of its operations. */
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

    /** The operation requests its next message. */
    final void ready(Operation operation) {
        ready.add(operation);
        drain();
    }

    /** Retries the operation later, after a failure that may be temporary. */
    final void retryLater(Operation operation) {
        long pause = PAUSE_MILLIS + ThreadLocalRandom.current().nextLong(PAUSE_MILLIS);
        var _ = channel.eventLoop().schedule(() -> attempt(() -> ready(operation)), pause, TimeUnit.MILLISECONDS);
    }

    /** Writes the operation's next message, or queues the operation if another message goes first. */
    final void offered(Operation operation, Message message) {
        if (writing || closing || !urgent.isEmpty()) {
            ready.add(operation);
            return;
        }
        byte[] text = operation.text(message);
        if (!share.untaken().hold(text.length)) {
            retryLater(operation);
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

    /** Sends a message before those of subscriptions. */
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

    /** Whether responses to the client's own messages are pending. Until they are taken, no more messages are read. */
    final boolean hasPendingReplies() {
        return !urgent.isEmpty();
    }

    private void drain() {
        if (scheduled) {
            return;
        }
        scheduled = true;
        int turn = MESSAGES_PER_TURN;
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

    /** Writes a message at once. Nothing else may be being written. */
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
            writeFailed(result.cause());
            return;
        }
        if (operation != null && message != null) {
            sockets.metrics().delivered(message);
            operation.written();
        }
        taken();
        drain();
    }

    private void writeFailed(Throwable cause) {
        if (closing || cause instanceof IOException) {
            disconnect();
        } else {
            broken(cause);
        }
    }

    /** The client has taken all that was written. */
    void taken() {}

    /** Whether to call {@link #tick}. May be called from any thread; the result may be slightly outdated. */
    final boolean isDue(long now) {
        return now - expiresAt > 0 || now - since > Math.min(sockets.keepAlive(), sockets.stalled());
    }

    void tick(long now) {
        if (closing) {
            return;
        }
        if (now - expiresAt > 0) {
            close(CloseCode.GOING_AWAY, "This socket has reached its maximum age: connect again");
        } else if (writing && now - since > sockets.stalled()) {
            sockets.refused("stalled");
            close(CloseCode.TRY_AGAIN_LATER, "You have read nothing for too long");
        } else if (!writing && now - since > sockets.keepAlive()) {
            since = now;
            keepAlive();
        }
    }

    /** Removes the client when its channel closes. A kept-alive connection outlives an event stream. */
    final void removeWhenClosed() {
        var _ = channel.closeFuture().addListener(closed);
    }

    private void removed() {
        sockets.remove(this);
    }

    /** The client was removed from this node. */
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
