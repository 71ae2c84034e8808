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
import se.utrop.graphql.Weight;
import se.utrop.http.CachedResponse.ResponseOutcome;
import tools.jackson.databind.json.JsonMapper;

/**
 * The response cache: whole answers, each for as long as the newsroom is of the version that the node knew before it began
 * to read. So an answer is never older than the feed's position that it states, and once a node knows of a commit, no request
 * that comes in is answered from before it. While no notifications arrive, nothing is kept.
 *
 * <p>Concurrent identical requests are coalesced: one is executed, all get its answer.
 *
 * <p>While the database can't be reached, an answer that was kept is given again, and says since when it is no longer known
 * to be current (stale-if-error).
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5861#section-4">RFC 5861</a> for stale-if-error
 */
@Component
class ResponseCache {

    private static final int OVERHEAD = 1_000;

    /** How long the database is waited for where there is a stale answer. */
    private static final Duration PATIENCE = Duration.ofMillis(500);

    /** How long the database isn't asked again after it has failed. */
    private static final long PAUSE = Duration.ofSeconds(1).toNanos();

    /** A stale answer is better than these. */
    private static final Set<ResponseOutcome> PASSING = Set.of(ResponseOutcome.UNAVAILABLE, ResponseOutcome.TIMED_OUT);

    private final NewsroomVersion version;

    private final ConcurrentMap<Question, Entry> entries;

    private final Counter hits;
    private final Counter joins;
    private final Counter misses;
    private final Counter stale;

    private final JsonMapper json;

    private volatile long failedAt = System.nanoTime() - PAUSE;

    ResponseCache(NewsroomVersion version, ResponseProperties properties, JsonMapper json, MeterRegistry meters) {
        this.version = version;
        this.json = json;
        Cache<Question, Entry> cache = Caffeine.newBuilder()
                .maximumWeight(properties.memory().toBytes())
                .weigher((Question question, Entry entry) -> question.weight() + entry.weight())
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

    /** All that an answer depends on, but for the newsroom. */
    record Question(String document, @Nullable String operationName, Map<String, @Nullable Object> variables) {

        int weight() {
            return OVERHEAD + Weight.of(document) + Weight.ofJson(operationName) + Weight.ofJson(variables);
        }
    }

    private final class Entry {

        private final Question question;
        private final Known version;
        private final SingleFlight<CachedResponse> work;

        private volatile @Nullable CachedResponse answer;

        /** The latest answer from before, until there is one here. */
        private volatile @Nullable Entry previous;

        private volatile @Nullable CachedResponse stale;

        Entry(Question question, Known version, Mono<CachedResponse> read) {
            this.question = question;
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

        /** Leaves its place to the answer from before. */
        void discard() {
            Entry before = previous;
            if (before == null) {
                entries.remove(question, this);
            } else {
                entries.replace(question, this, before);
            }
        }

        /** Itself where it has an answer, else the one from before that has. */
        @Nullable
        Entry answered() {
            return answer == null ? previous : this;
        }

        /** The answer with the time since when it is stale; null where it may not be given any more. */
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
            entries.replace(question, this, this);
        }

        int weight() {
            return weight(answer) + weight(stale) + (previous == null ? 0 : previous.weight());
        }

        private static int weight(@Nullable CachedResponse ready) {
            return ready == null ? 0 : ready.weight();
        }
    }

    /**
     * The answer that is kept, that is being read, or else one that is read now.
     *
     * @param read reads it, told the cursor of the position in the feed from which on it may lack something
     */
    Mono<CachedResponse> get(Question question, Function<@Nullable String, Mono<CachedResponse>> read) {
        return Mono.defer(() -> {
            Known known = version.current();
            if (known == null) {
                misses.increment();
                return unlessStale(answered(question), read.apply(null));
            }
            Entry present = present(question, known);
            CachedResponse kept = present == null ? null : present.answer;
            if (kept != null) {
                hits.increment();
                return Mono.just(kept);
            }
            Mono<CachedResponse> joined = join(question, known, read);
            return joined == null ? get(question, read) : joined;
        });
    }

    /** Whether there is an answer, or one on its way. */
    boolean has(Question question) {
        Known known = version.current();
        if (known != null) {
            return present(question, known) != null;
        }
        Entry answered = answered(question);
        return answered != null && answered.stale() != null;
    }

    private @Nullable Entry answered(Question question) {
        Entry entry = entries.get(question);
        return entry == null ? null : entry.answered();
    }

    private @Nullable Entry present(Question question, Known known) {
        Entry present = entries.get(question);
        return present != null && present.version.equals(known) ? present : null;
    }

    private @Nullable Mono<CachedResponse> join(
            Question question, Known known, Function<@Nullable String, Mono<CachedResponse>> read) {
        Entry fresh = new Entry(question, known, read.apply(known.feedCursor()));
        Entry entry = entries.compute(question, (key, present) -> {
            if (present != null && present.version.equals(known)) {
                return present;
            }
            fresh.previous = present == null ? null : present.answered();
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
        CachedResponse kept = PASSING.contains(answer.outcome()) && before != null ? before.stale() : null;
        return kept == null ? answer : counted(kept);
    }

    private CachedResponse counted(CachedResponse kept) {
        stale.increment();
        return kept;
    }

    /** What the database answers now, or else the answer that was kept: the database may be away altogether. */
    private Mono<CachedResponse> unlessStale(@Nullable Entry before, Mono<CachedResponse> read) {
        CachedResponse kept = before == null ? null : before.stale();
        if (kept == null) {
            return read;
        }
        if (System.nanoTime() - failedAt < PAUSE) {
            return Mono.fromSupplier(() -> counted(kept));
        }
        return read.timeout(PATIENCE)
                .filter(answer -> !PASSING.contains(answer.outcome()))
                .onErrorResume(TimeoutException.class, e -> Mono.empty())
                .switchIfEmpty(Mono.fromSupplier(() -> {
                    failedAt = System.nanoTime();
                    return counted(kept);
                }));
    }
}
