package se.utrop.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Asks and reads for all followers, in one thread. */
final class FeedClient implements AutoCloseable {

    private static final int OPENING_EVERY_MILLIS = 1;

    private final InetSocketAddress proxy;
    private final int spreadMillis;
    private final Selector selector;
    private final Thread thread;
    private final Queue<Runnable> orders = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Due> due = new PriorityQueue<>((one, other) -> Long.compare(one.at, other.at));

    private final AtomicLong asked = new AtomicLong();
    private final AtomicInteger following = new AtomicInteger();
    private final AtomicInteger brokenChains = new AtomicInteger();
    private final Map<String, Integer> faults = new ConcurrentHashMap<>();
    private final Set<String> addresses = ConcurrentHashMap.newKeySet();

    final ByteBuffer input = ByteBuffer.allocate(1 << 20);

    private volatile boolean closed;

    /** @param spreadMillis the longest delay between an answer and the next request */
    FeedClient(int port, int spreadMillis) throws IOException {
        this.proxy = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
        this.spreadMillis = spreadMillis;
        this.selector = Selector.open();
        this.thread = Thread.ofPlatform().name("client").start(this::run);
    }

    private record Due(FeedFollower follower, long at) {}

    /** Opens them one after the other, and returns when all follow. */
    void open(List<FeedFollower> followers) throws InterruptedException {
        orders.add(() -> {
            for (int i = 0; i < followers.size(); i++) {
                later(followers.get(i), (long) i * OPENING_EVERY_MILLIS);
            }
        });
        selector.wakeup();
        long deadline = System.nanoTime()
                + Duration.ofSeconds(60 + followers.size() / 100).toNanos();
        while (following.get() < followers.size()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        "Only %d of %d follow: %s".formatted(following.get(), followers.size(), faults));
            }
            Thread.sleep(100);
        }
    }

    double processorSeconds() {
        return ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.threadId()) / 1e9;
    }

    long requests() {
        return asked.get();
    }

    int brokenChains() {
        return brokenChains.get();
    }

    /** What was refused or cut off, and how often. */
    Map<String, Integer> faults() {
        return Map.copyOf(faults);
    }

    /** All addresses that an answer has named. */
    Set<String> addresses() {
        return Set.copyOf(addresses);
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

    long spread() {
        return spreadMillis == 0 ? 0 : ThreadLocalRandom.current().nextInt(spreadMillis);
    }

    void later(FeedFollower follower, long millis) {
        due.add(new Due(follower, System.nanoTime() + millis * 1_000_000));
    }

    void connect(FeedFollower follower) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        follower.key = channel.register(selector, SelectionKey.OP_CONNECT, follower);
        channel.connect(proxy);
    }

    void asked() {
        asked.incrementAndGet();
    }

    void follows() {
        following.incrementAndGet();
    }

    void answered(FeedAnswer answer) {
        addresses.add(answer.next());
    }

    void brokenChain() {
        brokenChains.incrementAndGet();
    }

    void refused(String status) {
        faults.merge(status, 1, Integer::sum);
    }

    void lost(String reason) {
        faults.merge(String.valueOf(reason), 1, Integer::sum);
    }

    private void run() {
        try {
            while (!closed) {
                selector.select(key -> ((FeedFollower) key.attachment()).ready(), untilDue());
                for (Runnable order = orders.poll(); order != null; order = orders.poll()) {
                    order.run();
                }
                for (Due next = due.peek(); next != null && next.at <= System.nanoTime(); next = due.peek()) {
                    due.remove().follower.ask();
                }
            }
        } catch (Throwable e) {
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    private long untilDue() {
        Due next = due.peek();
        return next == null ? 1_000 : Math.max(1, (next.at - System.nanoTime()) / 1_000_000);
    }
}
