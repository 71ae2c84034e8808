package se.utrop.graphql;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
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

/** Lets in only as many operations as can be answered in time. */
@Component
@Order(2)
public class Admission implements WebGraphQlInterceptor {

    private final int most;
    private final int mostWaiting;
    private final Duration patience;
    private final Counter refused;

    private final Deque<Turn> waiting = new ArrayDeque<>();

    private final ThreadLocal<Deque<Sinks.Empty<Void>>> called = ThreadLocal.withInitial(ArrayDeque::new);

    private int running;

    Admission(AdmissionProperties properties, MeterRegistry meters) {
        this.most = properties.executions();
        this.mostWaiting = properties.waiting();
        this.patience = properties.patience();
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
        return enter().flatMap(turn -> Mono.defer(() -> chain.next(request)).doFinally(signal -> turn.end()));
    }

    /** Whether whoever comes now is refused. */
    public synchronized boolean isFull() {
        return running >= most && waiting.size() >= mostWaiting;
    }

    /** Counts one that came while it was full, and was answered by {@link #refusal()} there and then. */
    public void countRefused() {
        refused.increment();
    }

    public static Problem refusal() {
        return new Problem(ErrorCode.UNAVAILABLE, "Too much is asked of this node just now: try again in a moment");
    }

    private Problem refused() {
        countRefused();
        return refusal();
    }

    private Mono<Turn> enter() {
        return Mono.defer(() -> {
            Turn turn = new Turn();
            return begin(turn) ? Mono.just(turn) : turn.await();
        });
    }

    /** Whether it is its turn at once; otherwise it has a place in the queue. */
    private synchronized boolean begin(Turn turn) {
        if (isFull()) {
            throw refused();
        }
        if (running < most) {
            running++;
            return true;
        }
        waiting.add(turn);
        return false;
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
                    .onErrorResume(TimeoutException.class, e -> leaveQueue(this) ? Mono.error(refused()) : Mono.empty())
                    .doOnCancel(this::giveUp)
                    .thenReturn(this);
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
