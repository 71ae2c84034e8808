package se.utrop.feed;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;

/**
 * The heartbeat of subscriptions with positions: one timer for all of a node's. A subscriber who was told of nothing between
 * two beats is told where it stands, so there are two of them in the time that none may be without a message.
 */
@Component
@ConditionalOnWebApplication
class Heartbeat implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Heartbeat.class);

    private final Feed feed;
    private final FeedProperties properties;

    private Disposable beating = Disposables.disposed();

    Heartbeat(Feed feed, FeedProperties properties) {
        this.feed = feed;
        this.properties = properties;
    }

    @Override
    public void start() {
        beating = Flux.interval(properties.positionsEvery().dividedBy(2))
                .onBackpressureDrop()
                .subscribe(beat -> beat());
    }

    /** Goes on whatever happens. */
    private void beat() {
        try {
            feed.tellPositions();
            feed.forgetIdle();
        } catch (RuntimeException | LinkageError | VirtualMachineError failure) {
            log.error("Positions can't be sent, will try again", failure);
        }
    }

    @Override
    public void stop() {
        beating.dispose();
    }

    @Override
    public boolean isRunning() {
        return !beating.isDisposed();
    }
}
