package se.utrop.sources;

import java.time.Duration;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.stereotype.Component;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import se.utrop.importing.ImportRefused;
import se.utrop.importing.ImportReport;
import se.utrop.sources.Claim.Progress;
import se.utrop.text.Sha256;

/**
 * Fetches a source and stores what is new. The items and the state of the source are committed in one transaction, and only
 * while the node holds the lease. So a node that was away for a while can't bring back an old state.
 */
@Component
@ConditionalOnWebApplication
class SourceReader {

    private static final Logger log = LoggerFactory.getLogger(SourceReader.class);

    /** Lines of the log for the faults of a feed, which may be the same each time that it is read. */
    private static final int MOST_NOTES = 5;

    private final FeedClient client;
    private final Intake intake;
    private final SourceRepository repository;
    private final HubSubscriber hubs;
    private final TransactionalOperator transaction;
    private final SourceMetrics metrics;
    private final PollInterval intervals =
            new PollInterval(() -> ThreadLocalRandom.current().nextLong());

    SourceReader(
            FeedClient client,
            Intake intake,
            SourceRepository repository,
            HubSubscriber hubs,
            TransactionalOperator transaction,
            SourceMetrics metrics) {
        this.client = client;
        this.intake = intake;
        this.repository = repository;
        this.hubs = hubs;
        this.transaction = transaction;
        this.metrics = metrics;
    }

    /** Completes whatever happens; empty if the state isn't stored. */
    Mono<Progress> read(SourceSettings source, Claim claim) {
        return client.fetch(source, claim)
                .flatMap(feed -> store(source, claim, feed))
                .onErrorResume(e -> fail(source, claim, e).then(Mono.empty()))
                .onErrorResume(e -> {
                    log.warn("The state of source {} can't be stored: {}", source.name(), e.toString());
                    return Mono.empty();
                });
    }

    /** Outside of the lease, which has ended: a slow hub takes its time. */
    Mono<Void> subscribe(SourceSettings source, Progress progress) {
        return hubs.subscribe(source, progress);
    }

    private Mono<Progress> store(SourceSettings source, Claim claim, FetchedFeed feed) {
        ByteArrayResource body = feed.body();
        if (body == null) {
            return unchanged(source, claim, feed);
        }
        String digest = HexFormat.of().formatHex(Sha256.of(body.getByteArray()));
        return digest.equals(claim.progress().digest())
                ? unchanged(source, claim, feed)
                : take(source, claim, feed, body, digest);
    }

    private Mono<Progress> unchanged(SourceSettings source, Claim claim, FetchedFeed feed) {
        Progress before = claim.progress();
        Progress progress = new Progress(
                feed.movedTo(),
                feed.etag() == null ? before.etag() : feed.etag(),
                feed.lastModified() == null ? before.lastModified() : feed.lastModified(),
                before.digest(),
                before.ttl(),
                before.hub(),
                before.topic());
        return succeed(source, claim, feed, progress)
                .doOnNext(done -> note(source, claim, Outcome.UNCHANGED))
                .thenReturn(progress);
    }

    private Mono<Progress> take(
            SourceSettings source, Claim claim, FetchedFeed feed, ByteArrayResource body, String digest) {
        return Mono.fromSupplier(() -> progress(feed, body, digest))
                .subscribeOn(Schedulers.boundedElastic())
                .flatMap(progress -> intake.take(source, body, feed.sent())
                        .delayUntil(report -> succeed(source, claim, feed, progress))
                        .as(transaction::transactional)
                        .doOnNext(report -> note(source, claim, report))
                        .thenReturn(progress));
    }

    private static Progress progress(FetchedFeed feed, ByteArrayResource body, String digest) {
        FeedHints hints = FeedHints.of(body.getByteArray(), feed.address());
        HubLinks links = feed.links().or(hints.links());
        return new Progress(
                feed.movedTo(),
                feed.etag(),
                feed.lastModified(),
                digest,
                hints.ttl(),
                links.hub(),
                links.hub() == null ? null : Objects.requireNonNullElse(links.self(), feed.address()));
    }

    /** Fails where another node holds the lease now: what was stored in the same transaction is undone. */
    private Mono<Boolean> succeed(SourceSettings source, Claim claim, FetchedFeed feed, Progress progress) {
        Duration asked = feed.freshFor().compareTo(progress.ttl()) > 0 ? feed.freshFor() : progress.ttl();
        return repository
                .succeed(claim, progress, intervals.afterSuccess(source, asked))
                .filter(held -> held)
                .switchIfEmpty(Mono.error(LeaseLost::new));
    }

    private static final class LeaseLost extends RuntimeException {

        private static final long serialVersionUID = 1;

        LeaseLost() {
            super("another node follows the source now", null, false, false);
        }
    }

    private void note(SourceSettings source, Claim claim, ImportReport report) {
        note(source, claim, Outcome.READ);
        metrics.items(source.name(), report);
        report.notes().stream().limit(MOST_NOTES).forEach(note -> log.warn("Source {}", note));
        if (report.isChange()) {
            log.info("Source {}", report);
        }
    }

    private void note(SourceSettings source, Claim claim, Outcome outcome) {
        metrics.fetched(source.name(), outcome);
        if (claim.failures() > 0) {
            log.info("Source {} can be read again, after {} failures", source.name(), claim.failures());
        }
    }

    private Mono<Void> fail(SourceSettings source, Claim claim, Throwable e) {
        if (e instanceof LeaseLost) {
            log.debug("Source {}: {}", source.name(), e.getMessage());
            return Mono.empty();
        }
        SourceFailure failure = failure(e);
        metrics.fetched(source.name(), failure.outcome());
        if (claim.failures() == 0) {
            log.warn("Source {} can't be read, will try again: {}", source.name(), failure.reason());
        }
        Duration pause = intervals.afterFailure(source, claim.failures() + 1, failure.retryAfter());
        return repository.fail(claim, failure.reason(), pause);
    }

    private static SourceFailure failure(Throwable e) {
        return switch (e) {
            case SourceFailure known -> known;
            case ImportRefused refused -> new SourceFailure(Outcome.UNREADABLE, refused);
            default -> new SourceFailure(Outcome.NOT_STORED, NestedExceptionUtils.getMostSpecificCause(e));
        };
    }
}
