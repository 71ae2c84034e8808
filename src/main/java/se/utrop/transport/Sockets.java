package se.utrop.transport;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import se.utrop.access.Caller;
import se.utrop.feed.FeedMetrics;
import se.utrop.graphql.ErrorCode;
import se.utrop.graphql.Problem;

/**
 * The sockets of this node. Admits and counts clients, checks them regularly, and drains them before the node stops.
 */
@Component
@ConditionalOnWebApplication
public class Sockets implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Sockets.class);

    private static final Duration TICK = Duration.ofSeconds(1);

    /** How long after its time limit an operation is cancelled if the limit itself has failed to end it. */
    static final Duration MARGIN = Duration.ofSeconds(1);

    private static final String STOPPING = "This node is stopping: connect again";

    private final SocketLimits limits;
    private final FeedMetrics metrics;
    private final MeterRegistry registry;
    private final long keepAlive;
    private final long stalled;

    private final Set<Client> clients = ConcurrentHashMap.newKeySet();
    private final BoundedCounts perAddress;
    private final BoundedCounts operations;
    private final Map<String, SocketMemory> shares = new ConcurrentHashMap<>();
    private final AtomicInteger admitted = new AtomicInteger();

    private volatile boolean running;

    private Disposable ticking = Disposables.disposed();

    Sockets(SocketLimits limits, FeedMetrics metrics, MeterRegistry registry) {
        this.limits = limits;
        this.metrics = metrics;
        this.registry = registry;
        this.keepAlive = limits.keepAlive().toNanos();
        this.stalled = limits.stalled().toNanos();
        this.perAddress = new BoundedCounts(limits.perAddress());
        this.operations = new BoundedCounts(limits.subscriptionsPerClient());
        for (String transport : Set.of(WebSocketClient.TRANSPORT, EventStreamClient.TRANSPORT)) {
            Gauge.builder(
                            "utrop.sockets",
                            clients,
                            all -> all.stream()
                                    .filter(client -> client.transport().equals(transport))
                                    .count())
                    .description("Open WebSockets and event streams")
                    .tag("transport", transport)
                    .register(registry);
        }
    }

    /** The principal of the token, or else the address. */
    public static String client(Caller caller, String address) {
        return caller.authentication() == null ? address : caller.name();
    }

    /** Why a socket is refused. */
    record Refusal(CloseCode code, String reason) {}

    /** Admits a socket of this address until {@link #remove}, or returns why it is refused. */
    @Nullable
    Refusal admit(String address) {
        if (!running) {
            refused("draining");
            return new Refusal(CloseCode.GOING_AWAY, STOPPING);
        }
        if (!perAddress.add(address)) {
            refused("per-address");
            return new Refusal(CloseCode.TRY_AGAIN_LATER, "Too many sockets from this address");
        }
        if (admitted.incrementAndGet() > limits.perNode()) {
            leave(address);
            refused("per-node");
            return new Refusal(CloseCode.TRY_AGAIN_LATER, "This node is full: try again later");
        }
        return null;
    }

    /**
     * Counts a request that waits for events, as a socket with one subscription, until {@link #release}.
     *
     * @throws Problem if the node is stopping, or the client or the node has too many
     */
    public void hold(String address, String client) {
        Refusal refusal = admit(address);
        if (refusal != null) {
            throw new Problem(ErrorCode.UNAVAILABLE, refusal.reason());
        }
        if (!operations.add(client)) {
            leave(address);
            throw tooManyOperations();
        }
    }

    public void release(String address, String client) {
        operations.remove(client);
        leave(address);
    }

    private Problem tooManyOperations() {
        refused("subscriptions-per-client");
        return new Problem(
                ErrorCode.RATE_LIMITED, "Too many subscriptions of this client: complete some, or try again later");
    }

    private void leave(String address) {
        admitted.decrementAndGet();
        perAddress.remove(address);
    }

    /** The memory quota of this address, which is dropped with its last socket. */
    SocketMemory share(String address) {
        return Objects.requireNonNull(shares.compute(
                address,
                (key, known) -> (known == null ? new SocketMemory(limits.memoryPerAddress()) : known).joined()));
    }

    void add(Client client) {
        clients.add(client);
        client.removeWhenClosed();
        if (!running) {
            scheduleClose(client);
        }
    }

    /** Must be called on the event loop of the client's channel. */
    void remove(Client client) {
        if (clients.remove(client)) {
            leave(client.address());
            shares.computeIfPresent(client.address(), (key, share) -> share.left() ? null : share);
            client.gone();
        }
    }

    /**
     * Counts an operation of this client until {@link #end}.
     *
     * @throws Problem if the client has too many operations, or those of its address hold too much memory
     */
    void begin(String client, Operation operation, SocketMemory share) {
        if (!operations.add(client)) {
            throw tooManyOperations();
        }
        if (!share.requests().hold(operation.weight())) {
            operations.remove(client);
            refused("memory-per-address");
            throw new Problem(
                    ErrorCode.RATE_LIMITED,
                    "The documents and variables of your subscriptions are too large: complete some, or try again"
                            + " later");
        }
    }

    void end(String client, Operation operation, SocketMemory share) {
        operations.remove(client);
        share.requests().release(operation.weight());
    }

    SocketLimits limits() {
        return limits;
    }

    FeedMetrics metrics() {
        return metrics;
    }

    /** In nanoseconds, like the next two. */
    long keepAlive() {
        return keepAlive;
    }

    long stalled() {
        return stalled;
    }

    long lifetime() {
        long longest = limits.lifetime().toNanos();
        return longest - ThreadLocalRandom.current().nextLong(longest / 5 + 1);
    }

    /** Counts a client that exceeded a limit. */
    void refused(String limit) {
        registry.counter("utrop.sockets.refused", "limit", limit).increment();
    }

    void closed(CloseCode code) {
        registry.counter("utrop.sockets.closed", "code", String.valueOf(code.number()))
                .increment();
    }

    @Override
    public void start() {
        running = true;
        ticking = Flux.interval(TICK).onBackpressureDrop().subscribe(tick -> tick());
    }

    /** Must survive every failure, because nothing else detects dead clients. */
    private void tick() {
        long now = System.nanoTime();
        for (Client client : clients) {
            try {
                if (client.isDue(now)) {
                    client.execute(() -> client.tick(now));
                }
            } catch (Throwable failure) {
                log.error("Failed to check a socket", failure);
            }
        }
    }

    /**
     * Drains the node: refuses new sockets, and closes the open ones spread over the drain time, so that clients don't
     * all reconnect at once. Other requests are answered until the drain is over, because load balancers may still send
     * some before they notice that the node is not ready.
     */
    @Override
    public void stop(Runnable done) {
        running = false;
        ticking.dispose();
        clients.forEach(this::scheduleClose);
        Flux<Long> lastCloses = Flux.interval(Duration.ofMillis(50))
                .takeUntil(tick -> clients.isEmpty())
                .take(TICK);
        Mono.delay(limits.drain())
                .thenMany(Flux.defer(() -> clients.isEmpty() ? Flux.empty() : lastCloses))
                .then(Mono.fromRunnable(done))
                .subscribe();
    }

    private void scheduleClose(Client client) {
        long wait = ThreadLocalRandom.current().nextLong(limits.drain().toMillis() + 1);
        var _ = client.channel()
                .eventLoop()
                .schedule(
                        () -> client.attempt(() -> client.close(CloseCode.GOING_AWAY, STOPPING)),
                        wait,
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop() {
        stop(() -> {});
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
