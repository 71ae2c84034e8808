package se.utrop.graphql;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
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
 * @see <a href="https://queue.acm.org/detail.cfm?id=2839461">Fail at Scale</a> for the two lengths of the queue
 */
@Component
@Order(2)
public class Admission implements WebGraphQlInterceptor {

    /** How long after a refusal the queue is held short. */
    private static final long CROWDED = TimeUnit.SECONDS.toNanos(1);

    private final int most;
    private final int mostWaiting;
    private final int mostWaitingInCrowd;
    private final Duration patience;
    private final Duration pause;
    private final Counter refused;

    private final Deque<Turn> waiting = new ArrayDeque<>();

    private final ThreadLocal<Deque<Sinks.Empty<Void>>> called = ThreadLocal.withInitial(ArrayDeque::new);

    private int running;

    private long refusedAt = System.nanoTime() - CROWDED;

    Admission(AdmissionProperties properties, MeterRegistry meters) {
        this.most = properties.executions();
        this.mostWaiting = properties.waiting();
        this.mostWaitingInCrowd = Math.min(most, mostWaiting);
        this.patience = properties.patience();
        this.pause = properties.pause();
        this.refused = Counter.builder("utrop.admission.refused")
                .description("Operations that were refused because there was too much to do")
                .register(meters);
        Gauge.builder("utrop.admission.running", this, admission -> admission.running)
                .description("Operations that are being executed")
                .register(meters);
        Gauge.builder("utrop.admission.waiting", waiting, Deque::size)
                .description("Operations that wait for their turn")
                .register(meters);
    }

    @Override
    public Mono<WebGraphQlResponse> intercept(WebGraphQlRequest request, Chain chain) {
        return Mono.defer(this::enter)
                .flatMap(turn -> Mono.defer(() -> chain.next(request)).doFinally(signal -> turn.end()));
    }

    /** Whether whoever comes now is refused. */
    public synchronized boolean isFull() {
        return running >= most && waiting.size() >= (isCrowded() ? mostWaitingInCrowd : mostWaiting);
    }

    private boolean isCrowded() {
        return System.nanoTime() - refusedAt < CROWDED;
    }

    /**
     * Completes when somebody who came while it was full may be told so, by {@link #refusal()}: not at once, for who then
     * asks again at once would take the processor from those who were let in.
     */
    public Mono<Void> turnAway() {
        countRefused();
        return Mono.delay(pause).then();
    }

    private synchronized void countRefused() {
        refused.increment();
        refusedAt = System.nanoTime();
    }

    public static Problem refusal() {
        return new Problem(ErrorCode.UNAVAILABLE, "Too much is asked of this node just now: try again in a moment");
    }

    /** Its turn, at once or after waiting for it. */
    private synchronized Mono<Turn> enter() {
        if (isFull()) {
            return turnAway().then(Mono.error(Admission::refusal));
        }
        Turn turn = new Turn();
        if (running < most) {
            running++;
            return Mono.just(turn);
        }
        waiting.add(turn);
        return turn.await();
    }

    private synchronized boolean leaveQueue(Turn turn) {
        return waiting.remove(turn);
    }

    private synchronized @Nullable Turn next() {
        Turn next = waiting.poll();
        if (next == null) {
            running--;
        }
        return next;
    }

    /** On this thread, which has just become free; one after the other, where they end at once. */
    private void call(Sinks.Empty<Void> turn) {
        Deque<Sinks.Empty<Void>> turns = called.get();
        turns.add(turn);
        if (turns.size() == 1) {
            for (Sinks.Empty<Void> one = turn; one != null; one = turns.peek()) {
                one.tryEmitEmpty();
                turns.remove();
            }
        }
    }

    private final class Turn {

        private final Sinks.Empty<Void> come = Sinks.empty();

        private final AtomicBoolean ended = new AtomicBoolean();

        Mono<Turn> await() {
            return come.asMono()
                    .timeout(patience)
                    .onErrorResume(TimeoutException.class, e -> leaveQueue(this) ? outOfPatience() : Mono.empty())
                    .doOnCancel(this::giveUp)
                    .thenReturn(this);
        }

        private Mono<Void> outOfPatience() {
            countRefused();
            return Mono.error(refusal());
        }

        private void giveUp() {
            if (!leaveQueue(this)) {
                end();
            }
        }

        void end() {
            if (ended.compareAndSet(false, true)) {
                Turn next = next();
                if (next != null) {
                    call(next.come);
                }
            }
        }
    }
}
