package se.utrop.feed;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.springframework.stereotype.Component;
import se.utrop.feed.LoggedEvent.Content;

/**
 * Replays events that are no longer in memory to subscribers that catch up. Filters are applied to blocks of facets, which
 * subscribers at the same position share. The content is read only for events that match.
 */
@Component
class Replay {

    /** Events read at a time. */
    private static final int SIZE = 256;

    private final EventRepository repository;
    private final FeedAdmission admission;
    private final FeedMetrics metrics;
    private final AsyncCache<Block, List<LoggedEvent>> blocks;
    private final AsyncCache<Long, Content> contents;

    Replay(EventRepository repository, FeedAdmission admission, FeedProperties properties, FeedMetrics metrics) {
        this.repository = repository;
        this.admission = admission;
        this.metrics = metrics;
        this.blocks = Caffeine.newBuilder()
                .maximumWeight(properties.memory().toBytes() / 2)
                .weigher((Block block, List<LoggedEvent> events) ->
                        100 + events.stream().mapToInt(LoggedEvent::weight).sum())
                .expireAfterWrite(Duration.ofMinutes(1))
                .executor(Runnable::run)
                .buildAsync();
        this.contents = Caffeine.newBuilder()
                .maximumWeight(properties.memory().toBytes() / 2)
                .weigher((Long number, Content content) -> content.weight())
                .expireAfterWrite(Duration.ofMinutes(1))
                .executor(Runnable::run)
                .buildAsync();
    }

    /** Events after {@code from}, up to {@code to}. */
    private record Block(long from, long to) {

        static Block of(long number, long latest) {
            long from = number / SIZE * SIZE;
            return new Block(from, Math.min(from + SIZE, latest));
        }
    }

    /**
     * Some of the events after this number, in order, without their contents.
     *
     * @param latest the number of the last event that may be told
     */
    CompletableFuture<List<LoggedEvent>> after(long number, long latest) {
        return blocks.get(Block.of(number, latest), (block, executor) -> read(block))
                .thenApply(events ->
                        events.stream().filter(event -> event.number() > number).toList());
    }

    @SuppressWarnings("NullAway") // a list comes in any case, or a failure
    private CompletableFuture<List<LoggedEvent>> read(Block block) {
        return admission
                .replay(() -> {
                    metrics.logRead();
                    return repository.factsAfter(block.from(), Math.toIntExact(block.to() - block.from()));
                })
                .toFuture();
    }

    /** These events with their contents. */
    CompletableFuture<List<LoggedEvent>> complete(List<LoggedEvent> events) {
        List<Long> numbers = events.stream().map(LoggedEvent::number).toList();
        return contents.getAll(numbers, (missing, executor) -> contents(List.copyOf(missing)))
                .thenApply(found -> events.stream()
                        .map(event -> event.with(found.get(event.number())))
                        .toList());
    }

    @SuppressWarnings("NullAway") // a map comes in any case, or a failure
    private CompletableFuture<Map<Long, Content>> contents(List<Long> numbers) {
        return admission
                .replay(() -> {
                    metrics.logRead();
                    return repository.contents(numbers);
                })
                .toFuture();
    }

    /** Something is told differently now than before. */
    void clear() {
        blocks.synchronous().invalidateAll();
        contents.synchronous().invalidateAll();
    }
}
