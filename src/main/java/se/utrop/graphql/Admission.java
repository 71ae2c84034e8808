package se.utrop.graphql;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.annotation.Order;
import org.springframework.graphql.server.WebGraphQlInterceptor;
import org.springframework.graphql.server.WebGraphQlRequest;
import org.springframework.graphql.server.WebGraphQlResponse;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Admission control: limits the operations that are executed concurrently (a bulkhead), and sheds the load beyond that.
 * A bounded queue absorbs bursts. After a refusal the queue is kept short, because a long standing queue delays every
 * operation without raising the throughput.
 *
 * @see <a href="https://queue.acm.org/detail.cfm?id=2839461">Fail at Scale</a> for the controlled delay of queues
 * @see <a href="https://resilience4j.readme.io/docs/bulkhead">Bulkhead</a>
 */
@Component
@Order(InterceptorOrder.ADMISSION)
public class Admission implements WebGraphQlInterceptor {

    private static final Logger log = LoggerFactory.getLogger(Admission.class);

    /** How long the queue is kept short after a refusal, in nanoseconds. */
    private static final long OVERLOAD_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final int maxRunning;
    private final int maxWaiting;
    private final Duration patience;
    private final Duration pause;
    private final Counter refused;

    private final Deque<Permit> waiting = new ArrayDeque<>();

    private final ThreadLocal<Trampoline> trampoline = ThreadLocal.withInitial(Trampoline::new);

    private int running;

    private long refusedAt = System.nanoTime() - OVERLOAD_NANOS;

    Admission(AdmissionProperties properties, MeterRegistry meters) {
        this.maxRunning = properties.executions();
        this.maxWaiting = properties.waiting();
        this.patience = properties.patience();
        this.pause = properties.pause();
        this.refused = Counter.builder("utrop.admission.refused")
                .description("Operations that admission control refused")
                .register(meters);
        Gauge.builder("utrop.admission.running", this, admission -> admission.running)
                .description("Operations that are executed")
                .register(meters);
        Gauge.builder("utrop.admission.waiting", waiting, Deque::size)
                .description("Operations that wait for execution")
                .register(meters);
    }

    @Override
    public Mono<WebGraphQlResponse> intercept(WebGraphQlRequest request, Chain chain) {
        return Mono.defer(() -> {
            Permit permit = new Permit();
            return permit.await()
                    .then(FatalErrors.contain(Mono.defer(() -> chain.next(request))))
                    .doFinally(signal -> permit.end());
        });
    }

    /** Whether a new operation would be refused. */
    public synchronized boolean isFull() {
        return running >= maxRunning
                && waiting.size() >= (isOverloaded() ? Math.min(maxRunning, maxWaiting) : maxWaiting);
    }

    private boolean isOverloaded() {
        return System.nanoTime() - refusedAt < OVERLOAD_NANOS;
    }

    /** Counts an operation that was refused because the queue was full. */
    public synchronized void countRefused() {
        refused.increment();
        refusedAt = System.nanoTime();
    }

    public static Problem refusal() {
        return new Problem(ErrorCode.UNAVAILABLE, "This node is overloaded: try again in a moment");
    }

    private Problem refuse() {
        countRefused();
        return refusal();
    }

    /**
     * Completes when a refusal may be sent. The delay keeps clients that retry at once from taking the processor from
     * admitted operations.
     */
    public Mono<Void> pause() {
        return FatalErrors.contain(Mono.delay(pause)).then();
    }

    /** The permit of one operation, which waits in the queue and is then executed. */
    private final class Permit {

        private final Sinks.Empty<Void> granted = Sinks.empty();

        private State state = State.NONE;

        /** Completes when the operation may be executed. */
        Mono<Void> await() {
            synchronized (Admission.this) {
                if (isFull()) {
                    return Mono.error(refuse());
                }
                if (running < maxRunning) {
                    running++;
                    state = State.EXECUTED;
                    return Mono.empty();
                }
                state = State.WAITING;
                waiting.add(this);
            }
            return FatalErrors.contain(
                    granted.asMono().timeout(patience).onErrorMap(TimeoutException.class, e -> refuse()));
        }

        /** Returns the permit, whether the operation was executed, waiting or refused. */
        void end() {
            Permit next = release();
            if (next != null) {
                trampoline.get().run(next);
            }
        }

        /** Gives the permit up, and returns the next operation that may start. */
        private @Nullable Permit release() {
            synchronized (Admission.this) {
                State previous = state;
                state = State.NONE;
                return switch (previous) {
                    case NONE -> null;
                    case WAITING -> {
                        waiting.remove(this);
                        yield null;
                    }
                    case EXECUTED -> next();
                };
            }
        }
    }

    private enum State {
        NONE,
        WAITING,
        EXECUTED
    }

    private @Nullable Permit next() {
        Permit next = waiting.poll();
        if (next == null) {
            running--;
        } else {
            next.state = State.EXECUTED;
        }
        return next;
    }

    /**
     * Starts waiting operations on the current thread one after the other (a trampoline), so that operations that end
     * at once don't nest.
     */
    private static final class Trampoline {

        private final Deque<Permit> queue = new ArrayDeque<>();

        private boolean draining;

        void run(Permit permit) {
            queue.add(permit);
            if (draining) {
                return;
            }
            draining = true;
            try {
                for (Permit one = queue.poll(); one != null; one = queue.poll()) {
                    start(one);
                }
            } finally {
                draining = false;
            }
        }

        /** Starts an operation. A failure must not keep the following ones from starting. */
        private static void start(Permit permit) {
            try {
                permit.granted.tryEmitEmpty();
            } catch (Throwable failure) {
                log.error("Failed to start a queued operation", failure);
                permit.end();
            }
        }
    }
}
