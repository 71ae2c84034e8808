package se.utrop.editing;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/** Purges the texts of retracted news when they have been kept for as long as the setting says. Every node does so. */
@Component
@ConditionalOnWebApplication
class RetractedTexts implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(RetractedTexts.class);

    private static final Duration INTERVAL = Duration.ofHours(1);

    private final EditingRepository repository;

    private final Duration kept;

    private Disposable purging = Disposables.disposed();

    RetractedTexts(EditingRepository repository, EditingProperties properties) {
        this.repository = repository;
        this.kept = properties.retractedKept();
    }

    @Override
    public void start() {
        purging = Mono.delay(interval())
                .then(Mono.defer(this::purge))
                .onErrorResume(e -> {
                    log.warn("Can't purge the texts of retracted news, will try again: {}", e.toString());
                    return Mono.empty();
                })
                .repeat()
                .subscribe();
    }

    /** So often that no text is kept for much longer than it should be. */
    private Duration interval() {
        Duration tenth = kept.dividedBy(10).plusSeconds(1);
        return tenth.compareTo(INTERVAL) < 0 ? tenth : INTERVAL;
    }

    private Mono<Void> purge() {
        return repository
                .purge(kept)
                .repeat()
                .takeUntil(purged -> purged == 0)
                .doOnNext(purged -> {
                    if (purged > 0) {
                        log.info("Purged the texts of {} retracted news items", purged);
                    }
                })
                .then();
    }

    @Override
    public void stop() {
        purging.dispose();
    }

    @Override
    public boolean isRunning() {
        return !purging.isDisposed();
    }
}
