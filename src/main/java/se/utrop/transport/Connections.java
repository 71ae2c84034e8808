package se.utrop.transport;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import se.utrop.feed.FeedMetrics;

/** The clients of this node: counts and admits them, looks after them, and sends them elsewhere when the node stops. */
@Component
@ConditionalOnWebApplication
class Connections implements SmartLifecycle {

    private static final Duration TICK = Duration.ofSeconds(1);

    private final ConnectionLimits limits;
    private final FeedMetrics metrics;
    private final MeterRegistry registry;
    private final long keepAlive;
    private final long stalled;

    private final Set<Client> clients = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> perAddress = new ConcurrentHashMap<>();
    private final AtomicInteger admitted = new AtomicInteger();

    private volatile boolean running;

    private Disposable ticking = Disposables.disposed();

    Connections(ConnectionLimits limits, FeedMetrics metrics, MeterRegistry registry) {
        this.limits = limits;
        this.metrics = metrics;
        this.registry = registry;
        this.keepAlive = limits.keepAlive().toNanos();
        this.stalled = limits.stalled().toNanos();
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

    /** Why a client can't be taken. */
    record Refusal(CloseCode code, String reason) {}

    /** Makes room for a client of this address, to be given back by {@link #remove}; or says why there is none. */
    @Nullable
    Refusal admit(String address) {
        if (!running) {
            refused("draining");
            return new Refusal(CloseCode.GOING_AWAY, "This node is stopping: connect again");
        }
        if (perAddress.merge(address, 1, Integer::sum) > limits.perAddress()) {
            leave(address);
            refused("per-address");
            return new Refusal(CloseCode.TRY_AGAIN_LATER, "Too many sockets from this address");
        }
        if (admitted.incrementAndGet() > limits.perNode()) {
            admitted.decrementAndGet();
            leave(address);
            refused("per-node");
            return new Refusal(CloseCode.TRY_AGAIN_LATER, "This node is full: try again later");
        }
        return null;
    }

    private void leave(String address) {
        perAddress.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
    }

    void add(Client client) {
        clients.add(client);
        var _ = client.channel().closeFuture().addListener(closed -> remove(client));
        if (!running) {
            sendAway(client);
        }
    }

    /** On the event loop of the client's channel. */
    void remove(Client client) {
        if (clients.remove(client)) {
            client.gone();
            admitted.decrementAndGet();
            leave(client.address());
        }
    }

    ConnectionLimits limits() {
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

    private void tick() {
        long now = System.nanoTime();
        for (Client client : clients) {
            if (client.isDue(now)) {
                client.execute(() -> client.tick(now));
            }
        }
    }

    /** Spreads the farewells over some time, so that the other nodes aren't stormed. */
    @Override
    public void stop(Runnable done) {
        running = false;
        ticking.dispose();
        clients.forEach(this::sendAway);
        Duration patience = clients.isEmpty() ? Duration.ZERO : limits.drain().plus(TICK);
        Flux.interval(Duration.ofMillis(50))
                .takeUntil(tick -> clients.isEmpty())
                .take(patience)
                .then(Mono.fromRunnable(done))
                .subscribe();
    }

    private void sendAway(Client client) {
        long wait = ThreadLocalRandom.current().nextLong(limits.drain().toMillis() + 1);
        var _ = client.channel()
                .eventLoop()
                .schedule(
                        () -> client.close(CloseCode.GOING_AWAY, "This node is stopping: connect again"),
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
