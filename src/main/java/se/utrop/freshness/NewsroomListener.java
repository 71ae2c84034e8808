package se.utrop.freshness;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
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
import se.utrop.database.Notifications;
import se.utrop.graphql.FatalErrors;

/**
 * The one listener of a node. Whenever it has read the newsroom's state, it passes it first to the subscriber, then to
 * {@link NewsroomVersion}, and only then does the subscriber read the log. So no event is delivered while the node still
 * serves an answer from before the event as current.
 */
@Component
@ConditionalOnWebApplication
public class NewsroomListener implements SmartLifecycle {

    private static final Logger logger = LoggerFactory.getLogger(NewsroomListener.class);

    private static final Duration FIRST_BACKOFF = Duration.ofMillis(100);
    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(2);

    private final Notifications notifications;
    private final NewsroomStateRepository states;
    private final NewsroomVersion version;
    private final ReadSource reads;
    private final NewsroomSubscriber subscriber;
    private final ListenerProperties properties;

    private Disposable listening = Disposables.disposed();

    NewsroomListener(
            Notifications notifications,
            NewsroomStateRepository states,
            NewsroomVersion version,
            ReadSource reads,
            NewsroomSubscriber subscriber,
            ListenerProperties properties,
            MeterRegistry meters) {
        this.notifications = notifications;
        this.states = states;
        this.version = version;
        this.reads = reads;
        this.subscriber = subscriber;
        this.properties = properties;
        Gauge.builder("utrop.feed.listener.connected", notifications, n -> n.isListening() ? 1 : 0)
                .description("1 while notifications of the database arrive, 0 while they don't")
                .register(meters);
        FunctionCounter.builder("utrop.feed.listener.reconnects", notifications, Notifications::reconnects)
                .description("How often the listening connection was lost, or could not be made")
                .register(meters);
    }

    /** Whatever arrives or is thrown, the node goes on listening. */
    @Override
    public void start() {
        Flux<NewsroomState> ofPrimary = notifications
                .listen(
                        states::channel,
                        session -> states.read(session, subscriber.position()),
                        properties.poll(),
                        properties.deadline())
                .concatMap(state -> reads.reach(state).thenReturn(state), 1);
        listening = Flux.merge(ofPrimary, ofReplica())
                .concatMap(state -> FatalErrors.run(() -> observe(state)).thenReturn(state), 1)
                .onBackpressureLatest()
                .concatMap(this::catchUp, 1)
                .doOnError(e -> logger.error("The listener failed, will start again", e))
                .retryWhen(backoff())
                .subscribe();
    }

    /** While the primary can't be reached: what a replica has received of it before. */
    private Flux<NewsroomState> ofReplica() {
        return reads.hasReplicas()
                ? Flux.interval(properties.poll())
                        .onBackpressureDrop()
                        .filter(tick -> !notifications.isConnected()
                                && subscriber.position().key() > 0)
                        .concatMap(tick -> reads.caughtUp(subscriber.position()), 1)
                : Flux.empty();
    }

    /** In one step: a log that is found to have lost events in between must not be taken for the known one. */
    private void observe(NewsroomState state) {
        synchronized (subscriber) {
            if (state.hasLost(subscriber.position())) {
                reads.restart(state);
                subscriber.restart(state.position());
            } else {
                subscriber.begin(state.position());
            }
            version.update(state);
        }
    }

    private Mono<Void> catchUp(NewsroomState state) {
        return subscriber
                .catchUp(state)
                .doOnError(e -> logger.warn("The feed's log can't be read, will try again: {}", e.toString()))
                .retryWhen(backoff());
    }

    private static Retry backoff() {
        return Retry.backoff(Long.MAX_VALUE, FIRST_BACKOFF)
                .maxBackoff(LONGEST_BACKOFF)
                .jitter(0.5)
                .transientErrors(true);
    }

    /** What was known is forgotten: a node that starts again begins like a new one. */
    @Override
    public void stop() {
        listening.dispose();
        synchronized (subscriber) {
            subscriber.end();
            version.reset();
        }
    }

    @Override
    public boolean isRunning() {
        return !listening.isDisposed();
    }

    /** After the sockets, which it feeds until they are closed. */
    @Override
    public int getPhase() {
        return 0;
    }
}
