package se.utrop.polling;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.context.SmartLifecycle;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import se.utrop.feed.Feed;
import se.utrop.feed.Feed.Opened;
import se.utrop.feed.FeedQuery;
import se.utrop.feed.SharedSubscription;
import se.utrop.http.SingleFlight;

/**
 * Long polling: an answer has the events after a cursor. If there are none yet, the request waits for the next one until its
 * bucket ends.
 *
 * <p>Request coalescing (single flight): of concurrent requests with the same address one reads and waits, and all get the
 * bytes of its answer.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6202#section-2">RFC 6202, HTTP Long Polling</a>
 */
final class FeedPages implements SmartLifecycle {

    private final Feed feed;
    private final Buckets buckets;
    private final MeterRegistry registry;

    private final Map<FeedAddress, Flight> flights = new ConcurrentHashMap<>();

    private volatile Sinks.Empty<Void> stopping = Sinks.empty();

    private volatile boolean running;

    FeedPages(Feed feed, Buckets buckets, MeterRegistry registry) {
        this.feed = feed;
        this.buckets = buckets;
        this.registry = registry;
    }

    private final class Flight {

        private final SingleFlight<FeedPage> work;

        Flight(FeedAddress address, FeedQuery query) {
            this.work = new SingleFlight<>(read(address, query).doFinally(signal -> flights.remove(address, this)));
        }
    }

    /**
     * The answer to a request.
     *
     * @return fails with CURSOR_INVALID if the log doesn't hold the cursor
     */
    Mono<FeedPage> get(FeedAddress asked, FeedQuery query) {
        return Mono.defer(() -> {
            // whatever number of a bucket that is over is asked for, the answer is the same
            FeedAddress address = buckets.isCurrent(asked.live()) ? asked : asked.atOnce();
            Flight flight = flights.computeIfAbsent(address, one -> new Flight(one, query));
            Mono<FeedPage> joined = flight.work.join();
            if (joined == null) {
                flights.remove(address, flight);
                return get(address, query);
            }
            return joined.doOnNext(page -> count(page.hasEvents() ? "events" : "nothing"));
        });
    }

    private void count(String result) {
        registry.counter("utrop.feed.pages", "result", result).increment();
    }

    /** Whether the request may wait for an event. A node that starts or stops holds none. */
    boolean mayWait(FeedAddress address) {
        return running && address.after() != null && address.live() != 0 && buckets.isCurrent(address.live());
    }

    private Mono<FeedPage> read(FeedAddress address, FeedQuery query) {
        return Mono.defer(() -> feed.resume(query, address.after())).flatMap(opened -> read(address, opened));
    }

    private Mono<FeedPage> read(FeedAddress address, Opened.Following opened) {
        SharedSubscription source = feed.share(opened.query());
        boolean hasPlace = source.isKept();
        FeedReader reader = new FeedReader(source, opened.start());
        Mono<FeedReader> read =
                hasPlace && mayWait(address) ? next(opened.query(), reader, bucketEnd()) : reader.read();
        return read.map(done -> page(address, done, hasPlace));
    }

    /** The next events; none if there are none before the end. Meanwhile it is one of the subscribers. */
    Mono<FeedReader> next(FeedQuery query, FeedReader reader, Mono<Void> end) {
        return reader.read().flatMap(read -> read.isAnswer() ? Mono.just(read) : hold(query, read, end));
    }

    private Mono<FeedReader> hold(FeedQuery query, FeedReader reader, Mono<Void> end) {
        return Mono.defer(() -> {
            HeldRequest held = new HeldRequest(reader.reached());
            SharedSubscription joined = feed.join(query, held);
            Mono<Void> event = held.woken().publishOn(Schedulers.parallel());
            return reader.read()
                    .filter(FeedReader::isAnswer)
                    .switchIfEmpty(Mono.firstWithSignal(event, end).then(Mono.defer(reader::read)))
                    .doFinally(signal -> feed.leave(joined, held));
        });
    }

    /** Completes when the present bucket ends, or the node stops. */
    Mono<Void> bucketEnd() {
        return Mono.defer(() -> Mono.firstWithSignal(Mono.delay(buckets.left()).then(), stopping.asMono()));
    }

    /** A subscription without a place on this node isn't held: its next address has no {@code live}. */
    private FeedPage page(FeedAddress address, FeedReader read, boolean hasPlace) {
        String cursor = feed.cursor(read.reached());
        long live = hasPlace ? buckets.next(address.live(), read.reached()) : 0;
        return new FeedPage(read, cursor, address.next(cursor, live), feed.isCurrent());
    }

    @Override
    public void start() {
        stopping = Sinks.empty();
        running = true;
    }

    /** Answers all requests that wait, so that their clients go on with another node. */
    @Override
    public void stop() {
        running = false;
        stopping.tryEmitEmpty();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
