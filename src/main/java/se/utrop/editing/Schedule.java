package se.utrop.editing;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import se.utrop.editing.ScheduleRepository.Round;

/** Publishes scheduled news when they are due. Every node polls; each batch is published in a transaction of its own. */
@Component
@ConditionalOnWebApplication
class Schedule implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Schedule.class);

    /** While another node is publishing. */
    private static final Duration SHORTEST_WAIT = Duration.ofMillis(50);

    private final ScheduleRepository repository;
    private final Duration poll;
    private final Counter published;

    private volatile int overdue;

    private Disposable watching = Disposables.disposed();

    Schedule(ScheduleRepository repository, EditingProperties properties, MeterRegistry meters) {
        this.repository = repository;
        this.poll = properties.schedulePoll();
        this.published = Counter.builder("utrop.schedule.published")
                .description("Scheduled news that this node has published")
                .register(meters);
        Gauge.builder("utrop.schedule.overdue", this, schedule -> schedule.overdue)
                .description("Scheduled news that the database refuses; the node tries again every minute")
                .register(meters);
    }

    @Override
    public void start() {
        watching = Mono.defer(() -> repository.publishDue())
                .map(this::note)
                .doOnError(e -> log.warn("Can't publish scheduled news, will try again: {}", e.toString()))
                .onErrorReturn(poll)
                .flatMap(Mono::delay)
                .repeat()
                .subscribe();
    }

    /** How long to wait until the next look. */
    private Duration note(Round round) {
        published.increment(round.published());
        overdue = round.overdue();
        round.failures().forEach(failure -> log.error("Can't publish a scheduled news item: {}", failure));
        Duration pause = pause(round.untilNext());
        return round.published() == 0 && pause.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : pause;
    }

    private Duration pause(@Nullable Duration untilNext) {
        if (untilNext == null || untilNext.compareTo(poll) > 0) {
            return poll;
        }
        return untilNext.isNegative() ? Duration.ZERO : untilNext;
    }

    @Override
    public void stop() {
        watching.dispose();
    }

    @Override
    public boolean isRunning() {
        return !watching.isDisposed();
    }
}
