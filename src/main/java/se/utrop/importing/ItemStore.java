package se.utrop.importing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import se.utrop.importing.ImportReport.Changes;
import se.utrop.importing.ImportRepository.Addressed;
import se.utrop.importing.ImportRepository.Change;
import se.utrop.importing.ImportRepository.Deletion;
import se.utrop.importing.ImportRepository.Memory;
import se.utrop.importing.ImportRepository.Table;
import se.utrop.importing.ItemMatcher.Match;
import se.utrop.importing.ItemMatcher.Matches;
import se.utrop.importing.KnownItem.Effect;
import se.utrop.text.Slug;

/** Stores a document part by part: new items, what their source has changed, and its deletions. */
final class ItemStore {

    private final ImportRepository repository;
    private final Source source;
    private final Instant arrival;
    private final Faults faults;
    private final ItemMatcher matcher = new ItemMatcher();
    private final SlugSupply newsSlugs;
    private final SlugSupply topicSlugs;
    private final SlugSupply seriesSlugs;

    ItemStore(ImportRepository repository, Source source, Instant arrival, Faults faults) {
        this.repository = repository;
        this.source = source;
        this.arrival = arrival;
        this.faults = faults;
        this.newsSlugs = new SlugSupply(repository, Table.NEWS);
        this.topicSlugs = new SlugSupply(repository, Table.TOPIC);
        this.seriesSlugs = new SlugSupply(repository, Table.SERIES);
    }

    /** Within a transaction. */
    Mono<ImportReport> add(Batch batch) {
        return repository.known(ItemMatcher.keys(batch)).flatMap(known -> {
            Matches matches = matcher.match(batch.items(), known);
            Tally tally = new Tally(matches.repeated());
            return update(matches.known(), tally)
                    .then(Mono.defer(() -> retract(valid(batch), known, tally)))
                    .then(Mono.defer(() -> addNew(matches.unknown(), tally)))
                    .then(Mono.fromSupplier(tally::report));
        });
    }

    /** What has been done with a part. */
    private static final class Tally {

        private int added;
        private int known;
        private int topics;
        private int series;
        private int scheduled;
        private int revised;
        private int retracted;
        private int conflicts;

        Tally(int known) {
            this.known = known;
        }

        ImportReport report() {
            return new ImportReport(
                    "",
                    added,
                    known,
                    topics,
                    series,
                    new Changes(revised, retracted, scheduled, conflicts),
                    ImportReport.Others.NONE,
                    List.of());
        }
    }

    private Mono<Void> update(List<Match> matches, Tally tally) {
        Map<Effect, List<Match>> effects = matches.stream()
                .collect(Collectors.groupingBy(match -> match.known().effect(match.item(), source)));
        List<Match> conflicts = new ArrayList<>(effects.getOrDefault(Effect.CONFLICT, List.of()));
        List<Match> revised = effects.getOrDefault(Effect.REVISED, List.of());
        List<Match> rescheduled = effects.getOrDefault(Effect.RESCHEDULED, List.of());
        List<Match> remembered = effects.getOrDefault(Effect.REMEMBERED, List.of());
        List<Match> unchanged = effects.getOrDefault(Effect.NONE, List.of());
        tally.known += remembered.size() + unchanged.size();
        return addNamesOf(changed(revised, rescheduled), tally)
                .then(Mono.defer(() -> revise(revised, conflicts, tally)))
                .then(Mono.defer(() -> reschedule(rescheduled, tally)))
                .then(Mono.defer(() -> {
                    conflicts.forEach(this::noteConflict);
                    tally.conflicts += conflicts.size();
                    return remember(Stream.of(conflicts, remembered, renamed(unchanged))
                            .flatMap(List::stream)
                            .map(match -> memory(match, match.known().imported()))
                            .toList());
                }));
    }

    private List<Item> changed(List<Match> revised, List<Match> rescheduled) {
        return Stream.concat(revised.stream(), rescheduled.stream())
                .map(match -> match.item().by(source.settings()))
                .toList();
    }

    /** Items that came under another key, but are the same. */
    private List<Match> renamed(List<Match> unchanged) {
        return unchanged.stream()
                .filter(match -> match.known().version() != null
                        && match.item().version() != null
                        && match.known().isOf(source)
                        && !match.known().key().equals(match.item().identity().key())
                        && !Objects.requireNonNull(match.item().version())
                                .differsFrom(match.known().version()))
                .toList();
    }

    private Mono<Void> revise(List<Match> matches, List<Match> conflicts, Tally tally) {
        if (matches.isEmpty()) {
            return Mono.empty();
        }
        return repository.revise(changes(matches)).flatMap(revisions -> {
            Map<Boolean, List<Match>> done = matches.stream()
                    .collect(Collectors.partitioningBy(
                            match -> revisions.containsKey(match.known().newsId())));
            conflicts.addAll(Objects.requireNonNull(done.get(false)));
            tally.revised += revisions.size();
            return remember(Objects.requireNonNull(done.get(true)).stream()
                    .map(match -> memory(
                            match,
                            Objects.requireNonNull(revisions.get(match.known().newsId()))))
                    .toList());
        });
    }

    private Mono<Void> reschedule(List<Match> matches, Tally tally) {
        if (matches.isEmpty()) {
            return Mono.empty();
        }
        return repository.reschedule(changes(matches)).flatMap(rescheduled -> {
            tally.scheduled += rescheduled.size();
            // Those that have been published meanwhile are compared again next time.
            tally.known += matches.size() - rescheduled.size();
            return remember(matches.stream()
                    .filter(match -> rescheduled.contains(match.known().newsId()))
                    .map(match -> memory(match, 1))
                    .toList());
        });
    }

    private List<Change> changes(List<Match> matches) {
        return matches.stream()
                .map(match -> new Change(
                        match.known().newsId(),
                        match.known().revision() == null ? 1 : match.known().revision(),
                        isMoved(match),
                        match.item().significance(),
                        match.item().by(source.settings())))
                .toList();
    }

    /** A time to come doesn't move what has been published. */
    private boolean isMoved(Match match) {
        ItemVersion version = match.item().version();
        return version != null
                && match.known().isMovedBy(version)
                && !match.item().isToCome(arrival);
    }

    private static Memory memory(Match match, int revision) {
        return new Memory(
                match.known().newsId(),
                revision,
                match.item().identity(),
                Objects.requireNonNull(match.item().version()));
    }

    private Mono<Void> remember(List<Memory> memories) {
        return memories.isEmpty() ? Mono.empty() : repository.remember(memories, owner());
    }

    private @Nullable String owner() {
        return source.isNamed() ? source.name() : null;
    }

    private void noteConflict(Match match) {
        faults.note(new ImportRefused(
                match.item().line(),
                "«%s» has changed, but an editor has revised it here: that revision stays. If the change should show, revise the news item with id %s"
                        .formatted(match.item().title(), match.known().id())));
    }

    /** Without those of items that were published again. */
    private static List<Tombstone> valid(Batch batch) {
        return batch.tombstones().stream()
                .filter(tombstone -> batch.items().stream().noneMatch(tombstone::isOutdatedBy))
                .toList();
    }

    private Mono<Void> retract(List<Tombstone> tombstones, Map<String, KnownItem> known, Tally tally) {
        if (tombstones.isEmpty()) {
            return Mono.empty();
        }
        if (!source.settings().retractsDeleted()) {
            tombstones.forEach(tombstone -> faults.passOver("deleted"));
            return Mono.empty();
        }
        List<Deletion> deletions = new ArrayList<>();
        for (Tombstone tombstone : tombstones) {
            KnownItem same = known.get(tombstone.identity().key());
            KnownItem item = same == null ? known.get(tombstone.identity().formerKey()) : same;
            if (item != null && item.state() != KnownItem.State.GONE && item.isOf(source)) {
                if (item.isRevisedByHand()) {
                    noteConflict(tombstone, item);
                    tally.conflicts++;
                } else {
                    deletions.add(new Deletion(item.newsId(), item.imported(), tombstone.reason()));
                }
            }
        }
        return deletions.isEmpty()
                ? Mono.empty()
                : repository
                        .retract(deletions)
                        .doOnNext(gone -> tally.retracted += gone.size())
                        .then();
    }

    private void noteConflict(Tombstone tombstone, KnownItem item) {
        faults.note(new ImportRefused(
                tombstone.line(),
                "«%s» was deleted at its source, but an editor has revised it here: it stays. If it should go, retract the news item with id %s"
                        .formatted(item.title(), item.id())));
    }

    private Mono<Void> addNew(List<Item> unknown, Tally tally) {
        if (unknown.isEmpty()) {
            return Mono.empty();
        }
        List<Item> items =
                unknown.stream().map(item -> item.by(source.settings())).toList();
        Map<Boolean, List<Item>> toCome =
                items.stream().collect(Collectors.partitioningBy(item -> item.isToCome(arrival)));
        return addNamesOf(items, tally)
                .then(Mono.defer(() -> insert(
                        Objects.requireNonNull(toCome.get(false)), news -> repository.insertNews(news, owner()))))
                .doOnNext(added -> tally.added += added)
                .then(Mono.defer(() ->
                        insert(Objects.requireNonNull(toCome.get(true)), news -> repository.schedule(news, owner()))))
                .doOnNext(scheduled -> tally.scheduled += scheduled)
                .then();
    }

    private Mono<Integer> insert(List<Item> items, Insertion insertion) {
        if (items.isEmpty()) {
            return Mono.just(0);
        }
        List<String> wishes =
                items.stream().map(item -> Slug.of(item.title(), "nyhet")).toList();
        return newsSlugs
                .take(wishes)
                .map(slugs -> IntStream.range(0, items.size())
                        .mapToObj(i -> new Addressed(slugs.get(i), items.get(i)))
                        .toList())
                .flatMap(insertion::insert)
                .doOnNext(matcher::add)
                .map(List::size);
    }

    private interface Insertion {

        Mono<List<Long>> insert(List<Addressed> news);
    }

    private Mono<Void> addNamesOf(Collection<Item> items, Tally tally) {
        Stream<String> topics = items.stream().flatMap(item -> item.topics().stream());
        Stream<String> series = items.stream().map(Item::series).filter(Objects::nonNull);
        return addNames(Table.TOPIC, topicSlugs, "amne", topics)
                .doOnNext(added -> tally.topics += added)
                .then(Mono.defer(() -> addNames(Table.SERIES, seriesSlugs, "serie", series)))
                .doOnNext(added -> tally.series += added)
                .then();
    }

    private Mono<Integer> addNames(Table table, SlugSupply slugs, String fallback, Stream<String> named) {
        Collection<String> names = named.collect(Collectors.toMap(
                        name -> name.toLowerCase(Locale.ROOT),
                        name -> name,
                        (first, again) -> first,
                        LinkedHashMap::new))
                .values();
        return names.isEmpty()
                ? Mono.just(0)
                : repository.names(table, names).flatMap(stored -> {
                    List<String> missing = names.stream()
                            .filter(name -> !stored.contains(name))
                            .toList();
                    return addMissing(table, slugs, fallback, missing);
                });
    }

    /** Again where an editor has just taken a name or slug: the others see it then. */
    private Mono<Integer> addMissing(Table table, SlugSupply slugs, String fallback, List<String> names) {
        return names.isEmpty()
                ? Mono.just(0)
                : slugs.take(names.stream().map(name -> Slug.of(name, fallback)).toList())
                        .flatMap(taken -> repository.insertNames(table, names, taken))
                        .map(Math::toIntExact)
                        .flatMap(added -> added == names.size()
                                ? Mono.just(added)
                                : addNames(table, slugs, fallback, names.stream())
                                        .map(more -> added + more));
    }
}
