package se.utrop.feed;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import se.utrop.news.NewsCriteria;
import se.utrop.news.TextSearch;

/**
 * Decides which events the searches of filters find. One statement decides a latest event for all subscriptions of this node;
 * an older one is decided for the subscription that catches up.
 */
@Component
class SearchMatches {

    /** Searches that are looked up in the vocabulary at once. */
    private static final int AT_ONCE = 4;

    private static final Duration KEPT = Duration.ofMinutes(1);

    private final EventRepository repository;
    private final TextSearch search;
    private final FeedAdmission admission;
    private final AsyncCache<Long, Map<String, Match>> latest = Caffeine.newBuilder()
            .maximumSize(1_000)
            .expireAfterWrite(KEPT)
            .executor(Runnable::run)
            .buildAsync();
    private final AsyncCache<Key, Match> older = Caffeine.newBuilder()
            .maximumSize(50_000)
            .expireAfterWrite(KEPT)
            .executor(Runnable::run)
            .buildAsync();

    private Supplier<Set<String>> followed = Set::of;

    SearchMatches(EventRepository repository, TextSearch search, FeedAdmission admission) {
        this.repository = repository;
        this.search = search;
        this.admission = admission;
    }

    private record Key(long number, String search) {}

    /**
     * Whether a search finds the text of a news item before and after an event; null where there is no text.
     */
    record Match(@Nullable Boolean before, @Nullable Boolean after) {}

    /** Has the latest events decided for these searches at once. */
    void follow(Supplier<Set<String>> searches) {
        followed = searches;
    }

    /**
     * These events, knowing whether the search of the criteria finds them; the same where the criteria have none.
     *
     * @param areRecent whether they have just happened: then others will ask for them too
     */
    CompletableFuture<List<LoggedEvent>> decide(List<LoggedEvent> events, NewsCriteria criteria, boolean areRecent) {
        String text = criteria.search();
        if (text == null || events.isEmpty()) {
            return CompletableFuture.completedFuture(events);
        }
        List<Long> numbers = numbers(events);
        return found(events, text, areRecent ? ofLatest(numbers, text) : ofOlder(numbers, text, queries(Set.of(text))));
    }

    /** Decides older events of one page, piece by piece. The words of the search are looked up once. */
    Function<List<LoggedEvent>, CompletableFuture<List<LoggedEvent>>> decider(NewsCriteria criteria) {
        String text = criteria.search();
        if (text == null) {
            return CompletableFuture::completedFuture;
        }
        Mono<Map<String, String>> query = queries(Set.of(text)).cache();
        return events -> found(events, text, ofOlder(numbers(events), text, query));
    }

    private static List<Long> numbers(List<LoggedEvent> events) {
        return events.stream().map(LoggedEvent::number).toList();
    }

    private static CompletableFuture<List<LoggedEvent>> found(
            List<LoggedEvent> events, String text, CompletableFuture<Map<Long, Match>> matches) {
        return matches.thenApply(known -> events.stream()
                .map(event -> event.found(text, known.get(event.number())))
                .toList());
    }

    private CompletableFuture<Map<Long, Match>> ofLatest(List<Long> numbers, String text) {
        return latest.getAll(numbers, (missing, executor) -> read(missing, queries(followed.get()), true))
                .thenCompose(known -> numbers.stream().allMatch(number -> isKnown(known.get(number), text))
                        ? CompletableFuture.completedFuture(of(text, known))
                        : ofOlder(numbers, text, queries(Set.of(text))));
    }

    private static boolean isKnown(@Nullable Map<String, Match> matches, String text) {
        return matches != null && matches.containsKey(text);
    }

    private static Map<Long, Match> of(String text, Map<Long, Map<String, Match>> known) {
        Map<Long, Match> matches = new HashMap<>();
        known.forEach((number, found) -> matches.put(number, found.get(text)));
        return matches;
    }

    private CompletableFuture<Map<Long, Match>> ofOlder(
            List<Long> numbers, String text, Mono<Map<String, String>> query) {
        return older.getAll(
                        numbers.stream().map(number -> new Key(number, text)).toList(),
                        (missing, executor) -> read(
                                        missing.stream().map(Key::number).toList(), query, false)
                                .thenApply(read -> keyed(read, text)))
                .thenApply(found -> found.entrySet().stream()
                        .collect(Collectors.toMap(entry -> entry.getKey().number(), Map.Entry::getValue)));
    }

    private static Map<Key, Match> keyed(Map<Long, Map<String, Match>> read, String text) {
        return read.entrySet().stream()
                .collect(Collectors.toMap(
                        entry -> new Key(entry.getKey(), text),
                        entry -> entry.getValue().get(text)));
    }

    /** What these texts look for now. */
    private Mono<Map<String, String>> queries(Collection<String> texts) {
        return Flux.fromIterable(texts)
                .flatMap(text -> search.query(text).map(query -> Map.entry(text, query)), AT_ONCE)
                .collectMap(Map.Entry::getKey, Map.Entry::getValue);
    }

    @SuppressWarnings("NullAway") // a map comes in any case, or a failure
    private CompletableFuture<Map<Long, Map<String, Match>>> read(
            Collection<? extends Long> numbers, Mono<Map<String, String>> queries, boolean areRecent) {
        Mono<Map<Long, Map<String, Match>>> read =
                queries.flatMap(found -> repository.matches(List.copyOf(numbers), found));
        return (areRecent ? admission.live(() -> read) : admission.replay(() -> read)).toFuture();
    }
}
