package se.utrop.importing;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;
import se.utrop.importing.ImportRepository.Addressed;
import se.utrop.importing.ImportRepository.Table;
import se.utrop.text.Slug;

/** Stores items with their topics and series, in batches, within one transaction. */
final class ItemStore {

    private final ImportRepository repository;
    private final SlugSupply newsSlugs;
    private final SlugSupply topicSlugs;
    private final SlugSupply seriesSlugs;

    ItemStore(ImportRepository repository) {
        this.repository = repository;
        this.newsSlugs = new SlugSupply(repository, Table.NEWS);
        this.topicSlugs = new SlugSupply(repository, Table.TOPIC);
        this.seriesSlugs = new SlugSupply(repository, Table.SERIES);
    }

    Mono<ImportReport> add(List<Item> items) {
        Map<String, Item> unknown = new LinkedHashMap<>();
        items.forEach(item -> unknown.putIfAbsent(item.importKey(), item));
        return repository
                .publicationTimes(unknown.keySet())
                .doOnNext(stored -> unknown.keySet().removeAll(stored.keySet()))
                .then(Mono.defer(() -> addNew(List.copyOf(unknown.values()), items.size())));
    }

    private Mono<ImportReport> addNew(List<Item> items, int read) {
        if (items.isEmpty()) {
            return Mono.just(new ImportReport("", 0, read, 0, 0));
        }
        Stream<String> topics = items.stream().flatMap(item -> item.topics().stream());
        Stream<String> series = items.stream().map(Item::series).filter(Objects::nonNull);
        return addNames(Table.TOPIC, topicSlugs, "amne", topics)
                .flatMap(newTopics -> addNames(Table.SERIES, seriesSlugs, "serie", series)
                        .flatMap(newSeries -> insert(items)
                                .map(added -> new ImportReport("", added, read - added, newTopics, newSeries))));
    }

    private Mono<Integer> insert(List<Item> items) {
        List<String> wishes =
                items.stream().map(item -> Slug.of(item.title(), "nyhet")).toList();
        return newsSlugs
                .take(wishes)
                .map(slugs -> IntStream.range(0, items.size())
                        .mapToObj(i -> new Addressed(slugs.get(i), items.get(i)))
                        .toList())
                .flatMap(repository::insertNews);
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
