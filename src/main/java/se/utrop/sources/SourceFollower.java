package se.utrop.sources;

import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Polls the sources. Every node looks for sources that are due; the lease on a source decides which one fetches it. If that
 * node dies, another one goes on as soon as the lease has expired.
 */
@Component
@ConditionalOnWebApplication
class SourceFollower implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(SourceFollower.class);

    static final Duration LEASE = Duration.ofSeconds(6);
    private static final Duration RENEWAL = LEASE.dividedBy(3);

    /** Sources that the node fetches at the same time. */
    private static final int MOST_FETCHES = 4;

    private static final Duration SHORTEST_WAIT = Duration.ofMillis(50);

    /** An announcement that another node has received waits no longer than this. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

    private static final Duration STATE_INTERVAL = Duration.ofSeconds(5);

    private final List<SourceSettings> sources;
    private final SourceRepository repository;
    private final SourceReader reader;
    private final SourceMetrics metrics;

    private Disposable following = Disposables.disposed();

    SourceFollower(
            SourcesProperties properties, SourceRepository repository, SourceReader reader, SourceMetrics metrics) {
        this.sources = properties.sources();
        this.repository = repository;
        this.reader = reader;
        this.metrics = metrics;
    }

    @Override
    public void start() {
        if (!sources.isEmpty()) {
            following = repository
                    .register(sources)
                    .retryWhen(untilTheDatabaseAnswers())
                    .thenMany(Flux.merge(observe(), follow()))
                    .subscribe();
        }
    }

    private static Retry untilTheDatabaseAnswers() {
        return Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(100))
                .maxBackoff(Duration.ofSeconds(5))
                .jitter(0.5)
                .transientErrors(true)
                .doBeforeRetry(retry -> log.warn(
                        "Can't look for sources that are due, will try again: {}",
                        retry.failure().toString()));
    }

    private Flux<Void> follow() {
        return Flux.range(0, Math.min(MOST_FETCHES, sources.size()))
                .flatMap(worker -> Mono.defer(this::followNext)
                        .retryWhen(untilTheDatabaseAnswers())
                        .repeat());
    }

    private Mono<Void> followNext() {
        return repository
                .claim(sources, LEASE)
                .flatMap(claim -> readWhileLeased(claim).thenReturn(true))
                .switchIfEmpty(Mono.defer(this::untilDue).thenReturn(false))
                .then();
    }

    private Mono<Long> untilDue() {
        return repository.untilDue(sources).defaultIfEmpty(LONGEST_WAIT).flatMap(wait -> Mono.delay(bounded(wait)));
    }

    private static Duration bounded(Duration wait) {
        return Duration.ofMillis(Math.clamp(wait.toMillis(), SHORTEST_WAIT.toMillis(), LONGEST_WAIT.toMillis()));
    }

    private Mono<Void> readWhileLeased(Claim claim) {
        SourceSettings source = source(claim);
        return reader.read(source, claim)
                .takeUntilOther(leaseLost(claim))
                .flatMap(progress -> reader.subscribe(source, progress));
    }

    private SourceSettings source(Claim claim) {
        return sources.stream()
                .filter(source -> source.name().equals(claim.source()))
                .findFirst()
                .orElseThrow();
    }

    /** Renews the lease until another node holds it. */
    private Mono<Boolean> leaseLost(Claim claim) {
        return Flux.interval(RENEWAL)
                .onBackpressureDrop()
                .concatMap(tick -> repository.renew(claim, LEASE).onErrorReturn(true))
                .filter(held -> !held)
                .next();
    }

    private Flux<Void> observe() {
        return Flux.interval(Duration.ZERO, STATE_INTERVAL)
                .onBackpressureDrop()
                .concatMap(tick -> repository
                        .states(sources.stream().map(SourceSettings::name).toList())
                        .doOnNext(metrics::observe)
                        .onErrorComplete()
                        .then());
    }

    @Override
    public void stop() {
        following.dispose();
    }

    @Override
    public boolean isRunning() {
        return !following.isDisposed();
    }
}
