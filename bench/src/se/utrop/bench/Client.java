package se.utrop.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Reads for all subscribers, in one thread: the other core is the server's. */
final class Client implements AutoCloseable {

    private static final int OPENING_AT_ONCE = 128;
    private static final int PORTS_OF_AN_ADDRESS = 20_000;

    private final int port;
    private final Selector selector;
    private final Thread thread;
    private final Queue<Runnable> orders = new ConcurrentLinkedQueue<>();

    /** What is being read; what is left over of it is the subscriber's to keep. */
    final ByteBuffer input = ByteBuffer.allocate(1 << 20);

    private Queue<Subscriber> unopened = new ArrayDeque<>();
    private CompletableFuture<Void> allOpen = new CompletableFuture<>();
    private int opening;

    private volatile boolean closed;

    Client(int port) throws IOException {
        this.port = port;
        this.selector = Selector.open();
        this.thread = Thread.ofPlatform().name("client").start(this::run);
    }

    /** Returns when all have been accepted. */
    void open(List<Subscriber> subscribers) throws Exception {
        CompletableFuture<Void> opened = new CompletableFuture<>();
        order(() -> {
            unopened = new ArrayDeque<>(subscribers);
            allOpen = opened;
            openMore();
        });
        try {
            opened.get(60 + subscribers.size() / 50, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException("A socket can't be opened: " + e.getCause().getMessage(), e.getCause());
        }
    }

    void read(List<Subscriber> subscribers) {
        order(() -> subscribers.forEach(subscriber -> subscriber.key.interestOps(SelectionKey.OP_READ)));
    }

    void close(List<Subscriber> subscribers) {
        order(() -> subscribers.forEach(Client::close));
    }

    /** Ends the connections as a crash does, by a reset. */
    void kill(List<Subscriber> subscribers) {
        order(() -> subscribers.forEach(Client::kill));
    }

    double processorSeconds() {
        return ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.threadId()) / 1e9;
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void opened() {
        opening--;
        openMore();
    }

    void notOpened(String reason) {
        unopened.clear();
        allOpen.completeExceptionally(new IOException(reason));
    }

    private void run() {
        try {
            while (!closed) {
                selector.select(key -> ((Subscriber) key.attachment()).ready());
                for (Runnable order = orders.poll(); order != null; order = orders.poll()) {
                    order.run();
                }
            }
        } catch (Throwable e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    private void order(Runnable order) {
        orders.add(order);
        selector.wakeup();
    }

    private void openMore() {
        try {
            while (opening < OPENING_AT_ONCE && !unopened.isEmpty()) {
                opening++;
                connect(unopened.remove());
            }
        } catch (IOException e) {
            notOpened(e.toString());
        }
        if (opening == 0 && unopened.isEmpty()) {
            allOpen.complete(null);
        }
    }

    private void connect(Subscriber subscriber) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        if (subscriber.isStalled()) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, 1024);
        }
        int neighbours = selector.keys().size() / PORTS_OF_AN_ADDRESS;
        if (neighbours > 0) {
            channel.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0." + (1 + neighbours)), 0));
        }
        channel.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
        subscriber.key = channel.register(selector, SelectionKey.OP_CONNECT, subscriber);
    }

    private static void kill(Subscriber subscriber) {
        try {
            ((SocketChannel) subscriber.key.channel()).setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        close(subscriber);
    }

    private static void close(Subscriber subscriber) {
        try {
            subscriber.key.channel().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
