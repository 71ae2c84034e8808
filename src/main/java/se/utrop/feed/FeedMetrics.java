package se.utrop.feed;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;
import se.utrop.graphql.OperationKey;

/** What an operator can watch of the feed. */
@Component
public class FeedMetrics {

    private final MeterRegistry registry;

    private final Map<NewsEventType, Counter> events = new EnumMap<>(NewsEventType.class);
    private final Counter logReads;
    private final Counter rendered;
    private final Timer delivery;

    FeedMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (NewsEventType type : NewsEventType.values()) {
            events.put(
                    type,
                    Counter.builder("utrop.feed.events")
                            .description("Events that this node has read")
                            .tag("type", type.name())
                            .register(registry));
        }
        logReads = Counter.builder("utrop.feed.log.reads")
                .description("Statements that read the log")
                .register(registry);
        rendered = Counter.builder("utrop.feed.messages.rendered")
                .description("Events and positions executed and serialised, once for all who ask the same")
                .register(registry);
        delivery = Timer.builder("utrop.feed.delivery")
                .description("From the commit of an event to the end of its write to a subscriber's socket")
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofMillis(1))
                .maximumExpectedValue(Duration.ofSeconds(60))
                .register(registry);
    }

    void bind(EventLog log) {
        Gauge.builder("utrop.feed.position", log, EventLog::latest)
                .description("The number of the latest event that this node has read")
                .register(registry);
    }

    void bind(EventLog log, ConcurrentHashMap<OperationKey, SharedSubscription> subscriptions) {
        Gauge.builder(
                        "utrop.feed.subscriptions",
                        subscriptions,
                        all -> all.values().stream()
                                .mapToInt(shared -> shared.subscribers().size())
                                .sum())
                .description("Subscriptions to the feed")
                .register(registry);
        Gauge.builder(
                        "utrop.feed.subscriptions.different",
                        subscriptions,
                        all -> all.values().stream()
                                .filter(shared -> !shared.isIdle())
                                .count())
                .description("Subscriptions that differ: each event's work is done once for each of them")
                .register(registry);
        Gauge.builder(
                        "utrop.feed.lag",
                        subscriptions,
                        all -> all.values().stream()
                                .flatMap(shared -> shared.subscribers().stream())
                                .mapToLong(subscriber -> Math.max(0, log.latest() - subscriber.reached()))
                                .max()
                                .orElse(0))
                .description("Events by which the slowest subscription is behind")
                .register(registry);
    }

    void read(NewsEventType type) {
        Counter counter = events.get(type);
        if (counter != null) {
            counter.increment();
        }
    }

    void logRead() {
        logReads.increment();
    }

    void rendered() {
        rendered.increment();
    }

    /** A message has been handed to the operating system; a position tells of no commit. */
    public void delivered(Message message) {
        if (message.isPosition()) {
            return;
        }
        Duration took = Duration.between(message.occurredAt(), Instant.now());
        delivery.record(took.isNegative() ? Duration.ZERO : took);
    }

    /** Something was asked for beyond a limit. */
    void refused(String limit) {
        registry.counter("utrop.feed.refused", "limit", limit).increment();
    }
}
