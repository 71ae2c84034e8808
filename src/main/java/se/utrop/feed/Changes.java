package se.utrop.feed;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import se.utrop.graphql.Problem;
import se.utrop.paging.Position;

/**
 * Reads the log in pages, by keyset pagination over its positions. A page scans a limited number of events: its cost
 * depends neither on the length of the log nor on how few events match the filter.
 *
 * <p>Pages are always read from the database, never from this node's memory: an answer is at least as new as the version
 * under which the response cache keeps it.
 */
@Component
class Changes {

    /** Events scanned by one statement. */
    private static final int BLOCK = 256;

    /** Events whose documents are decided at once, where the filter has a search: before and after each is one. */
    private static final int PIECE = 32;

    /** After so many the page ends, however few events have passed. */
    static final int MOST_SCANNED = 4 * BLOCK;

    private final EventRepository repository;

    private final SearchMatches searches;

    private final FeedCursors cursors;

    Changes(EventRepository repository, SearchMatches searches, FeedCursors cursors) {
        this.repository = repository;
        this.searches = searches;
        this.cursors = cursors;
    }

    /** No events, and the position of now. */
    Mono<NewsChanges> none() {
        return repository.latest().map(now -> new NewsChanges(List.of(), cursors.write(now), true));
    }

    /**
     * The first matching events after this cursor, at most {@code first}.
     *
     * @return fails with CURSOR_INVALID where the cursor is none of the log's
     */
    Mono<NewsChanges> after(String cursor, FeedFilter filter, int first) {
        return Mono.fromSupplier(() -> cursors.read("after", cursor))
                .onErrorResume(Problem.class, e -> invalid(e.getMessage()))
                .flatMap(after -> scan(new Scan(after, List.of(), 0, false), wanted(filter, first))
                        .flatMap(scan -> page(after, scan, filter, first)));
    }

    private Wanted wanted(FeedFilter filter, int first) {
        return new Wanted(filter, first, searches.decider(filter.criteria()));
    }

    /**
     * What a page is to hold.
     *
     * @param decider finds out what the filter's search finds of events
     */
    private record Wanted(
            FeedFilter filter, int first, Function<List<LoggedEvent>, CompletableFuture<List<LoggedEvent>>> decider) {

        List<LoggedEvent> candidates(List<LoggedEvent> block) {
            return block.stream().filter(filter::mayConcern).toList();
        }

        /** How many of the candidates are decided at once. */
        int piece(List<LoggedEvent> candidates) {
            return filter.criteria().search() == null ? candidates.size() : Math.min(candidates.size(), PIECE);
        }
    }

    /**
     * How far the log has been read.
     *
     * @param reached the position of the last event that was scanned
     * @param passing those of the scanned events that pass
     * @param isAtEnd whether the log ended at that position
     */
    private record Scan(Position reached, List<LoggedEvent> passing, int scanned, boolean isAtEnd) {

        Scan and(List<LoggedEvent> decided, FeedFilter filter) {
            List<LoggedEvent> all = new ArrayList<>(passing);
            decided.stream().filter(filter::concerns).forEach(all::add);
            return with(all);
        }

        /** With all of the block decided. */
        Scan past(List<LoggedEvent> block) {
            return new Scan(
                    block.isEmpty() ? reached : block.getLast().position(),
                    passing,
                    scanned + block.size(),
                    block.size() < BLOCK);
        }

        Scan with(List<LoggedEvent> complete) {
            return new Scan(reached, complete, scanned, isAtEnd);
        }

        boolean isEnough(int first) {
            return isAtEnd || isFull(first) || scanned >= MOST_SCANNED;
        }

        /** Whether it is known where the page ends. */
        boolean isFull(int first) {
            return passing.size() > first;
        }

        /** Ends before this event. */
        Scan before(int index) {
            return new Scan(passing.get(index).preceding(), passing.subList(0, index), scanned, false);
        }
    }

    private Mono<Scan> scan(Scan scan, Wanted wanted) {
        return scan.isEnough(wanted.first())
                ? Mono.just(scan)
                : block(scan.reached())
                        .flatMap(events -> decide(scan, wanted.candidates(events), wanted)
                                .flatMap(decided -> scan(decided.past(events), wanted)));
    }

    /** Decides the candidates piece by piece, until the page is full. */
    private static Mono<Scan> decide(Scan scan, List<LoggedEvent> candidates, Wanted wanted) {
        if (candidates.isEmpty() || scan.isFull(wanted.first())) {
            return Mono.just(scan);
        }
        int piece = wanted.piece(candidates);
        return Mono.fromFuture(() -> wanted.decider().apply(candidates.subList(0, piece)))
                .flatMap(decided -> decide(
                        scan.and(decided, wanted.filter()), candidates.subList(piece, candidates.size()), wanted));
    }

    /** Events after this position, which is read with them: a log without it has lost events, and may have others there. */
    private Mono<List<LoggedEvent>> block(Position from) {
        return from.equals(Position.START)
                ? repository.factsAfter(0, BLOCK)
                : repository
                        .factsAfter(from.key() - 1, BLOCK + 1)
                        .filter(events -> !events.isEmpty()
                                && events.getFirst().position().equals(from))
                        .map(events -> events.subList(1, events.size()))
                        .switchIfEmpty(Mono.defer(() -> invalid(FeedCursors.LOST)));
    }

    private Mono<NewsChanges> page(Position after, Scan scan, FeedFilter filter, int first) {
        Scan page = scan.isFull(first) ? scan.before(first) : scan;
        return page.passing().isEmpty()
                ? Mono.fromSupplier(() -> changes(after, page, filter))
                : complete(page.passing()).map(events -> changes(after, readable(page, events), filter));
    }

    private Mono<List<LoggedEvent>> complete(List<LoggedEvent> events) {
        return repository
                .contents(events.stream().map(LoggedEvent::number).toList())
                .map(contents -> events.stream()
                        .map(event -> event.with(contents.get(event.number())))
                        .toList());
    }

    /** The page up to an event that can't be shown; where it begins with one, it fails, with the cursor after that. */
    private Scan readable(Scan page, List<LoggedEvent> events) {
        Scan complete = page.with(events);
        for (int i = 0; i < events.size(); i++) {
            RuntimeException failure =
                    Objects.requireNonNull(events.get(i).content()).failure();
            if (failure != null && i == 0) {
                throw UnreadableEvent.problem(events.getFirst(), failure, cursors);
            }
            if (failure != null) {
                return complete.before(i);
            }
        }
        return complete;
    }

    private NewsChanges changes(Position after, Scan page, FeedFilter filter) {
        List<NewsEvent> events = new ArrayList<>();
        String previous = cursors.write(after);
        for (LoggedEvent event : page.passing()) {
            if (filter.concerns(event)) {
                String cursor = cursors.write(event.position());
                events.add(NewsEvent.of(event, cursor, previous, filter));
                previous = cursor;
            }
        }
        return new NewsChanges(events, cursors.write(page.reached()), page.isAtEnd());
    }

    private <T> Mono<T> invalid(@Nullable String message) {
        return repository.latest().flatMap(now -> Mono.error(cursors.invalid(message, now)));
    }
}
