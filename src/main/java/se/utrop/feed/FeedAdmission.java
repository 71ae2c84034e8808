package se.utrop.feed;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.pool.InstrumentedPool;
import reactor.pool.PoolBuilder;
import se.utrop.graphql.FatalErrors;
import se.utrop.graphql.Limits;

/**
 * Admission control for the feed's own work, separate from that of requests. A limited number of tasks run at once; the
 * others wait in order. New events don't wait behind replays.
 */
@Component
class FeedAdmission {

    private final InstrumentedPool<Permit> live;
    private final InstrumentedPool<Permit> replay;
    private final Duration timeout;

    FeedAdmission(FeedProperties properties, Limits limits, MeterRegistry meters) {
        this.live = pool("live", properties.liveExecutions(), meters);
        this.replay = pool("replay", properties.replayExecutions(), meters);
        this.timeout = limits.timeout();
    }

    private record Permit() {}

    private static InstrumentedPool<Permit> pool(String kind, int most, MeterRegistry meters) {
        InstrumentedPool<Permit> pool = PoolBuilder.from(Mono.fromSupplier(Permit::new))
                .sizeBetween(0, most)
                .buildPool();
        Gauge.builder("utrop.feed.executions.running", pool, p -> p.metrics().acquiredSize())
                .description("Reads of the log and renderings of events that run")
                .tag("kind", kind)
                .register(meters);
        Gauge.builder("utrop.feed.executions.waiting", pool, p -> p.metrics().pendingAcquireSize())
                .description("Reads of the log and renderings of events that wait for their turn")
                .tag("kind", kind)
                .register(meters);
        return pool;
    }

    /** Work for an event that has just happened. */
    <T> Mono<T> live(Supplier<Mono<T>> work) {
        return admit(live, work);
    }

    /** Work for a subscription that catches up. */
    <T> Mono<T> replay(Supplier<Mono<T>> work) {
        return admit(replay, work);
    }

    /** A fatal error would pass every operator that gives the permit back. */
    private <T> Mono<T> admit(InstrumentedPool<Permit> pool, Supplier<Mono<T>> work) {
        return pool.withPoolable(permit -> FatalErrors.defer(work).timeout(timeout))
                .next();
    }
}
