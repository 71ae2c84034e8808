package se.utrop.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import se.utrop.freshness.NewsroomVersion;
import se.utrop.freshness.NewsroomVersion.Known;
import se.utrop.graphql.OperationKey;
import se.utrop.http.CachedResponse.ResponseOutcome;
import tools.jackson.databind.json.JsonMapper;

/**
 * The response cache. An entry is valid while the latest version of the data that the node knows is the one that it
 * knew before the execution. So a response is never older than the feed position that it states, and as soon as a node
 * knows of a commit, it answers no new request from before it. While the node is disconnected from notifications,
 * nothing is cached.
 *
 * <p>Request coalescing (single flight): of concurrent identical requests one is executed, and all get its response.
 *
 * <p>While the database is unavailable, cached responses are served stale, with the time since when they may be
 * outdated (stale-if-error).
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9111">RFC 9111</a> for HTTP caching
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5861#section-4">RFC 5861</a> for stale-if-error
 */
@Component
class ResponseCache {

    private static final int OVERHEAD = 1_000;

    /** How long to wait for the database if there is a stale response. */
    private static final Duration DATABASE_TIMEOUT = Duration.ofMillis(500);

    /** How long to use stale responses, after a failure, before the database is tried again. In nanoseconds. */
    private static final long RETRY_INTERVAL = Duration.ofSeconds(1).toNanos();

    /** Outcomes that a stale response replaces. */
    private static final Set<ResponseOutcome> TRANSIENT =
            Set.of(ResponseOutcome.UNAVAILABLE, ResponseOutcome.TIMED_OUT);

    private final NewsroomVersion version;

    /** By all that a response depends on, except for the data. */
    private final ConcurrentMap<OperationKey, Entry> entries;

    private final Counter hits;
    private final Counter joins;
    private final Counter misses;
    private final Counter stale;

    private final JsonMapper json;

    private volatile long failedAt = System.nanoTime() - RETRY_INTERVAL;

    ResponseCache(NewsroomVersion version, ResponseProperties properties, JsonMapper json, MeterRegistry meters) {
        this.version = version;
        this.json = json;
        Cache<OperationKey, Entry> cache = Caffeine.newBuilder()
                .maximumWeight(properties.memory().toBytes())
                .weigher((OperationKey cacheKey, Entry entry) -> OVERHEAD + cacheKey.weight() + entry.weight())
                .executor(Runnable::run)
                .build();
        this.entries = cache.asMap();
        this.hits = counter(meters, "hit");
        this.joins = counter(meters, "join");
        this.misses = counter(meters, "miss");
        this.stale = counter(meters, "stale");
        Gauge.builder("utrop.answers.kept", entries, Map::size)
                .description("Answers in the response cache, outdated ones included until they are evicted")
                .register(meters);
    }

    private static Counter counter(MeterRegistry meters, String result) {
        return Counter.builder("utrop.answers")
                .description("Requests by how the response cache served them: hit, join (coalesced with a request under"
                        + " way), miss, or stale (while the database could not be reached)")
                .tag("result", result)
                .register(meters);
    }

    private final class Entry {

        private final OperationKey cacheKey;
        private final Known version;
        private final SingleFlight<CachedResponse> work;

        private volatile @Nullable CachedResponse answer;

        /** The latest completed entry of an older version, until this entry completes. */
        private volatile @Nullable Entry previous;

        private volatile @Nullable CachedResponse stale;

        Entry(OperationKey cacheKey, Known version, Mono<CachedResponse> read) {
            this.cacheKey = cacheKey;
            this.version = version;
            this.work = new SingleFlight<>(read.doOnNext(this::keep));
        }

        private void keep(CachedResponse made) {
            if (made.isComplete()) {
                answer = made;
                previous = null;
                made.whenGrown(this::weigh);
                weigh();
            } else {
                discard();
            }
        }

        /** Removes this entry, and restores the previous one. */
        void discard() {
            Entry before = previous;
            if (before == null) {
                entries.remove(cacheKey, this);
            } else {
                entries.replace(cacheKey, this, before);
            }
        }

        /** This entry if it is complete, or else the previous one. */
        @Nullable
        Entry completed() {
            return answer == null ? previous : this;
        }

        /** The response marked as stale; null if there is none or it must not be served any more. */
        @Nullable
        CachedResponse stale() {
            CachedResponse fresh = answer;
            Instant since = fresh == null ? null : ResponseCache.this.version.staleSince(version);
            if (fresh == null || since == null) {
                return null;
            }
            CachedResponse made = stale;
            if (made == null || !since.equals(made.staleSince())) {
                made = fresh.staleSince(since, json);
                stale = made;
                made.whenGrown(this::weigh);
                weigh();
            }
            return made;
        }

        private void weigh() {
            entries.replace(cacheKey, this, this);
        }

        int weight() {
            return weight(answer) + weight(stale) + (previous == null ? 0 : previous.weight());
        }

        private static int weight(@Nullable CachedResponse ready) {
            return ready == null ? 0 : ready.weight();
        }
    }

    /**
     * Returns the cached response, or joins the execution in progress, or executes the request.
     *
     * @param read executes the request; its argument is the feed cursor up to which the response is complete, or null
     * if unknown
     */
    Mono<CachedResponse> get(OperationKey cacheKey, Function<@Nullable String, Mono<CachedResponse>> read) {
        return Mono.defer(() -> {
            Known known = version.current();
            if (known == null) {
                misses.increment();
                return orElseStale(completed(cacheKey), read.apply(null));
            }
            Entry present = present(cacheKey, known);
            CachedResponse cached = present == null ? null : present.answer;
            if (cached != null) {
                hits.increment();
                return Mono.just(cached);
            }
            Mono<CachedResponse> joined = join(cacheKey, known, read);
            return joined == null ? get(cacheKey, read) : joined;
        });
    }

    /** Whether the response is cached or in progress. */
    boolean has(OperationKey cacheKey) {
        Known known = version.current();
        if (known != null) {
            return present(cacheKey, known) != null;
        }
        Entry completed = completed(cacheKey);
        return completed != null && completed.stale() != null;
    }

    private @Nullable Entry completed(OperationKey cacheKey) {
        Entry entry = entries.get(cacheKey);
        return entry == null ? null : entry.completed();
    }

    private @Nullable Entry present(OperationKey cacheKey, Known known) {
        Entry present = entries.get(cacheKey);
        return present != null && present.version.equals(known) ? present : null;
    }

    private @Nullable Mono<CachedResponse> join(
            OperationKey cacheKey, Known known, Function<@Nullable String, Mono<CachedResponse>> read) {
        Entry fresh = new Entry(cacheKey, known, read.apply(known.feedCursor()));
        Entry entry = entries.compute(cacheKey, (key, present) -> {
            if (present != null && present.version.equals(known)) {
                return present;
            }
            fresh.previous = present == null ? null : present.completed();
            return fresh;
        });
        (entry == fresh ? misses : joins).increment();
        Entry before = entry.previous;
        Mono<CachedResponse> joined = entry.work.join();
        if (joined == null && entry.answer == null) {
            entry.discard();
        }
        return joined == null ? null : joined.map(answer -> orStale(before, answer));
    }

    private CachedResponse orStale(@Nullable Entry before, CachedResponse answer) {
        CachedResponse cached = TRANSIENT.contains(answer.outcome()) && before != null ? before.stale() : null;
        return cached == null ? answer : countStale(cached);
    }

    private CachedResponse countStale(CachedResponse cached) {
        stale.increment();
        return cached;
    }

    /** Executes the request, but falls back to the stale response if the database does not respond in time. */
    private Mono<CachedResponse> orElseStale(@Nullable Entry before, Mono<CachedResponse> read) {
        CachedResponse cached = before == null ? null : before.stale();
        if (cached == null) {
            return read;
        }
        if (System.nanoTime() - failedAt < RETRY_INTERVAL) {
            return Mono.fromSupplier(() -> countStale(cached));
        }
        return read.timeout(DATABASE_TIMEOUT)
                .filter(answer -> !TRANSIENT.contains(answer.outcome()))
                .onErrorResume(TimeoutException.class, e -> Mono.empty())
                .switchIfEmpty(Mono.fromSupplier(() -> {
                    failedAt = System.nanoTime();
                    return countStale(cached);
                }));
    }
}
