package se.utrop.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import se.utrop.feed.Message;
import se.utrop.graphql.Problem;

/**
 * One client at the end of a channel. It is written to one message at a time, the next only when the operating system
 * has taken the last: what a slow client has not taken waits in the log, not here. Everything but {@link #execute}
 * happens on the channel's event loop.
 */
abstract class Client {

    /** Messages written before others on the same event loop have their turn. */
    private static final int TURN = 32;

    private static final int SMALL = 4;

    /** Bytes that the operating system, where it is Linux, takes before a client does: left alone it takes megabytes. */
    private static final long UNSENT = 16 * 1024;

    private static final long PAUSE_MILLIS = 1000;

    private final Channel channel;
    private final Connections connections;
    private final String address;
    private final long diesAt;

    private final Queue<ByteBuf> urgent = new ArrayDeque<>(SMALL);
    private final Queue<Operation> ready = new ArrayDeque<>(SMALL);

    /** What is being written; {@code since} when. */
    private boolean writing;

    private boolean scheduled;

    private boolean closing;

    private long since;

    private @Nullable Operation receiving;

    private @Nullable Message received;

    Client(Channel channel, Connections connections, String address) {
        this.channel = channel;
        this.connections = connections;
        this.address = address;
        this.since = System.nanoTime();
        this.diesAt = since + connections.lifetime();
        channel.config().setOption(EpollChannelOption.TCP_NOTSENT_LOWAT, UNSENT);
    }

    /** The message as it goes over the wire. */
    abstract Object frame(Operation operation, Message message, byte[] text);

    abstract Object frame(ByteBuf urgent);

    /** Sends what keeps an idle connection alive, or finds it dead. */
    abstract void keepAlive();

    /** Tells the client why, as far as the transport can, and ends the connection. */
    abstract void close(CloseCode code, String reason);

    /** An operation can't go on. */
    abstract void failed(Operation operation, Problem problem);

    /** Everything that the client has going ends. */
    abstract void ended();

    /** What the transport is called in metrics. */
    abstract String transport();

    final Channel channel() {
        return channel;
    }

    final Connections connections() {
        return connections;
    }

    final String address() {
        return address;
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
        ended();
        ready.clear();
        return true;
    }

    final void execute(Runnable task) {
        try {
            channel.eventLoop().execute(task);
        } catch (RejectedExecutionException e) {
            // the server is down
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
        var _ = channel.eventLoop().schedule(() -> ready(operation), pause, TimeUnit.MILLISECONDS);
    }

    /** The operation's next message is there. If its turn hasn't come, it asks again when it has. */
    final void offered(Operation operation, Message message) {
        if (writing || closing || !urgent.isEmpty()) {
            ready.add(operation);
            return;
        }
        receiving = operation;
        received = message;
        write(frame(operation, message, operation.take(message)));
    }

    /** Before all messages that wait. */
    final void send(ByteBuf message) {
        if (closing) {
            message.release();
            return;
        }
        urgent.add(message);
        drain();
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
        while (!writing && !closing && turn-- > 0 && step()) {}
        scheduled = false;
        if (!writing && !closing && turn < 0) {
            scheduled = true;
            execute(() -> {
                scheduled = false;
                drain();
            });
        }
    }

    private boolean step() {
        ByteBuf next = urgent.poll();
        if (next != null) {
            write(frame(next));
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
        var _ = channel.writeAndFlush(frame).addListener(this::written);
    }

    private void written(Future<? super Void> result) {
        writing = false;
        Operation operation = receiving;
        Message message = received;
        receiving = null;
        received = null;
        if (!result.isSuccess()) {
            disconnect();
            return;
        }
        if (operation != null && message != null) {
            connections.metrics().delivered(message);
            operation.written();
        }
        taken();
        drain();
    }

    /** The client has taken all that was written. */
    void taken() {}

    /** Whether to {@link #tick}; may be asked from any thread, and be a moment late. */
    final boolean isDue(long now) {
        return now - diesAt > 0 || now - since > Math.min(connections.keepAlive(), connections.stalled());
    }

    void tick(long now) {
        if (closing) {
            return;
        }
        if (now - diesAt > 0) {
            close(CloseCode.GOING_AWAY, "This socket is old: connect again");
        } else if (writing && now - since > connections.stalled()) {
            connections.refused("stalled");
            close(CloseCode.TRY_AGAIN_LATER, "Nothing was taken for too long");
        } else if (!writing && now - since > connections.keepAlive()) {
            since = now;
            keepAlive();
        }
    }

    /** The channel is closed. */
    final void gone() {
        closing = true;
        ended();
        ready.clear();
        urgent.forEach(ByteBuf::release);
        urgent.clear();
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
