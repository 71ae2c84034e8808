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
 * Lets in only as many operations as can be answered in time. A burst may wait. Where it is more than a burst, and somebody
 * was refused, fewer may: a queue that stands makes every answer late, and none more.
 *
 * @see <a href="https://queue.acm.org/detail.cfm?id=2839461">Fail at Scale</a> for a queue that is held short while it is full
 */
@Component
@Order(2)
public class Admission implements WebGraphQlInterceptor {

    private static final Logger log = LoggerFactory.getLogger(Admission.class);

    /** How long after a refusal the queue is held short. */
    private static final long CROWDED = TimeUnit.SECONDS.toNanos(1);

    private final int most;
    private final int mostWaiting;
    private final Duration patience;
    private final Duration pause;
    private final Counter refused;

    private final Deque<Turn> waiting = new ArrayDeque<>();

    private final ThreadLocal<Calls> calls = ThreadLocal.withInitial(Calls::new);

    private int running;

    private long refusedAt = System.nanoTime() - CROWDED;

    Admission(AdmissionProperties properties, MeterRegistry meters) {
        this.most = properties.executions();
        this.mostWaiting = properties.waiting();
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
            Turn turn = new Turn();
            return turn.await()
                    .then(FatalErrors.contain(Mono.defer(() -> chain.next(request))))
                    .doFinally(signal -> turn.end());
        });
    }

    /** Whether whoever comes now is refused. */
    public synchronized boolean isFull() {
        return running >= most && waiting.size() >= (isCrowded() ? Math.min(most, mostWaiting) : mostWaiting);
    }

    private boolean isCrowded() {
        return System.nanoTime() - refusedAt < CROWDED;
    }

    /** Counts one that came while it was full. */
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
     * Completes when who was refused may be told so: not at once, for who then asks again at once takes the processor from
     * those who were let in.
     */
    public Mono<Void> pause() {
        return FatalErrors.contain(Mono.delay(pause)).then();
    }

    /** The place of one operation: in the queue, then among those that are executed. */
    private final class Turn {

        private final Sinks.Empty<Void> come = Sinks.empty();

        private State state = State.NONE;

        /** Completes when it is executed. */
        Mono<Void> await() {
            synchronized (Admission.this) {
                if (isFull()) {
                    return Mono.error(refuse());
                }
                if (running < most) {
                    running++;
                    state = State.EXECUTED;
                    return Mono.empty();
                }
                state = State.WAITING;
                waiting.add(this);
            }
            return FatalErrors.contain(
                    come.asMono().timeout(patience).onErrorMap(TimeoutException.class, e -> refuse()));
        }

        /** However it ended, and wherever it was. */
        void end() {
            Turn next = leave();
            if (next != null) {
                calls.get().call(next);
            }
        }

        /** The one whose turn has come by that. */
        private @Nullable Turn leave() {
            synchronized (Admission.this) {
                State left = state;
                state = State.NONE;
                return switch (left) {
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

    private @Nullable Turn next() {
        Turn next = waiting.poll();
        if (next == null) {
            running--;
        } else {
            next.state = State.EXECUTED;
        }
        return next;
    }

    /** Whose turn has come, on a thread that has just become free: one after the other, where they end at once. */
    private static final class Calls {

        private final Deque<Turn> called = new ArrayDeque<>();

        private boolean calling;

        void call(Turn turn) {
            called.add(turn);
            if (calling) {
                return;
            }
            calling = true;
            try {
                for (Turn one = called.poll(); one != null; one = called.poll()) {
                    begin(one);
                }
            } finally {
                calling = false;
            }
        }

        /** Whatever it throws, those behind it are called too. */
        private static void begin(Turn turn) {
            try {
                turn.come.tryEmitEmpty();
            } catch (Throwable failure) {
                log.error("A waiting operation could not be started", failure);
                turn.end();
            }
        }
    }
}
