package se.utrop.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import se.utrop.standing.NewsroomVersion;
import se.utrop.standing.NewsroomVersion.Known;

/**
 * Whole answers, each for as long as the newsroom is of the version that the node knew before it began to read. So an
 * answer is never older than the feed's position that it states, and once a node knows of a commit, no request that
 * comes in is answered from before it. While the node is deaf, nothing is kept.
 *
 * <p>Who asks for what is being read already waits for it: however many ask, it is read once.
 */
@Component
class AnswerCache {

    private static final int OVERHEAD = 1_000;

    private final NewsroomVersion version;

    private final ConcurrentMap<Question, Entry> entries;

    private final Counter hits;
    private final Counter joins;
    private final Counter misses;

    AnswerCache(NewsroomVersion version, AnswerProperties properties, MeterRegistry meters) {
        this.version = version;
        Cache<Question, Entry> cache = Caffeine.newBuilder()
                .maximumWeight(properties.memory().toBytes())
                .weigher((Question question, Entry entry) -> question.weight() + entry.weight())
                .executor(Runnable::run)
                .build();
        this.entries = cache.asMap();
        this.hits = counter(meters, "hit");
        this.joins = counter(meters, "join");
        this.misses = counter(meters, "miss");
        Gauge.builder("utrop.answers.kept", entries, Map::size)
                .description("Answers that the node keeps, those of before included until they make room")
                .register(meters);
    }

    private static Counter counter(MeterRegistry meters, String result) {
        return Counter.builder("utrop.answers")
                .description("Requests by GET or POST that the cache had an answer to, saw being answered, or neither")
                .tag("result", result)
                .register(meters);
    }

    /** All that an answer depends on, but for the newsroom. */
    record Question(String document, @Nullable String operationName, Map<String, @Nullable Object> variables) {

        int weight() {
            return OVERHEAD + 2 * (document.length() + variables.toString().length());
        }
    }

    private final class Entry {

        private final Question question;
        private final Known version;
        private final SharedWork<Answer> work;

        private volatile @Nullable Answer answer;

        Entry(Question question, Known version, Mono<Answer> read) {
            this.question = question;
            this.version = version;
            this.work = new SharedWork<>(read.doOnNext(this::keep));
        }

        private void keep(Answer made) {
            if (made.isComplete()) {
                answer = made;
                entries.replace(question, this, this);
            } else {
                entries.remove(question, this);
            }
        }

        int weight() {
            Answer ready = answer;
            return ready == null ? 0 : ready.weight();
        }
    }

    /**
     * The answer that is kept, that is being read, or else one that is read now.
     *
     * @param read reads it, told the cursor of the position in the feed from which on it may lack something
     */
    Mono<Answer> get(Question question, Function<@Nullable String, Mono<Answer>> read) {
        return Mono.defer(() -> {
            Known known = version.current();
            if (known == null) {
                misses.increment();
                return read.apply(null);
            }
            Entry present = present(question, known);
            Answer kept = present == null ? null : present.answer;
            if (kept != null) {
                hits.increment();
                return Mono.just(kept);
            }
            Mono<Answer> joined = join(question, known, read);
            return joined == null ? get(question, read) : joined;
        });
    }

    /** Whether there is an answer, or one on its way. */
    boolean has(Question question) {
        Known known = version.current();
        return known != null && present(question, known) != null;
    }

    private @Nullable Entry present(Question question, Known known) {
        Entry present = entries.get(question);
        return present != null && present.version.equals(known) ? present : null;
    }

    private @Nullable Mono<Answer> join(Question question, Known known, Function<@Nullable String, Mono<Answer>> read) {
        Entry fresh = new Entry(question, known, read.apply(known.feedCursor()));
        Entry entry = entries.compute(
                question, (key, present) -> present != null && present.version.equals(known) ? present : fresh);
        (entry == fresh ? misses : joins).increment();
        Mono<Answer> joined = entry.work.join();
        if (joined == null && entry.answer == null) {
            entries.remove(question, entry);
        }
        return joined;
    }
}
