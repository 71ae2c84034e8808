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

/** The clients of this node: counts and admits them, looks after them, and sends them elsewhere when the node stops. */
@Component
@ConditionalOnWebApplication
class Sockets implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Sockets.class);

    private static final Duration TICK = Duration.ofSeconds(1);

    /** How long after its time limit an operation is ended that the limit has not ended. */
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

    /** Who counts as one client: whom the token names, or else the address. */
    static String client(Caller caller, String address) {
        return caller.authentication() == null ? address : caller.name();
    }

    /** Why a client can't be taken. */
    record Refusal(CloseCode code, String reason) {}

    /** Makes room for a client of this address, to be given back by {@link #remove}; or says why there is none. */
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

    private void leave(String address) {
        admitted.decrementAndGet();
        perAddress.remove(address);
    }

    /** What the sockets of this address share; forgotten with the last of them. */
    SocketMemory share(String address) {
        return Objects.requireNonNull(shares.compute(
                address,
                (key, known) -> (known == null ? new SocketMemory(limits.memoryPerAddress()) : known).joined()));
    }

    void add(Client client) {
        clients.add(client);
        client.removeWhenClosed();
        if (!running) {
            sendAway(client);
        }
    }

    /** On the event loop of the client's channel. */
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
     * @throws Problem where it is one too many, or where the operations of its address hold too much
     */
    void begin(String client, Operation operation, SocketMemory share) {
        if (!operations.add(client)) {
            refused("subscriptions-per-client");
            throw new Problem(
                    ErrorCode.RATE_LIMITED, "Too many subscriptions of this client: complete some, or try again later");
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

    /** In nanoseconds, as the next two. */
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

    /** A client went beyond a limit. */
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

    /** Goes on whatever happens: nothing else finds clients that are gone. */
    private void tick() {
        long now = System.nanoTime();
        for (Client client : clients) {
            try {
                if (client.isDue(now)) {
                    client.execute(() -> client.tick(now));
                }
            } catch (Throwable failure) {
                log.error("The periodic check of a socket failed", failure);
            }
        }
    }

    /**
     * Drains the node: it refuses new sockets, and says farewell to those that are open over some time, so that the other
     * nodes aren't stormed. All else is answered until the drain is over, because load balancers may send requests here
     * until they have seen that this node is not ready.
     */
    @Override
    public void stop(Runnable done) {
        running = false;
        ticking.dispose();
        clients.forEach(this::sendAway);
        Flux<Long> lastFarewells = Flux.interval(Duration.ofMillis(50))
                .takeUntil(tick -> clients.isEmpty())
                .take(TICK);
        Mono.delay(limits.drain())
                .thenMany(Flux.defer(() -> clients.isEmpty() ? Flux.empty() : lastFarewells))
                .then(Mono.fromRunnable(done))
                .subscribe();
    }

    private void sendAway(Client client) {
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
