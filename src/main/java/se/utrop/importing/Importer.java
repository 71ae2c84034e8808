package se.utrop.importing;

import static java.util.Objects.requireNonNull;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import se.utrop.news.NewsroomProperties;

/** Imports the news of a file that are new: those that can go in, or all or none. */
@Component
public class Importer {

    private static final int BATCH = 500;

    private final ImportRepository repository;
    private final TransactionalOperator transaction;
    private final NewsroomProperties newsroom;
    private final Clock clock = Clock.systemUTC();

    Importer(ImportRepository repository, TransactionalOperator transaction, NewsroomProperties newsroom) {
        this.repository = repository;
        this.transaction = transaction;
        this.newsroom = newsroom;
    }

    Mono<ImportReport> run(Source source) {
        return run(source, report -> {});
    }

    /** {@code progress} hears what has been done so far, now and then. */
    Mono<ImportReport> run(Source source, Consumer<ImportReport> progress) {
        return inTransaction(source, store(source, progress));
    }

    /** Empty where the source has been imported before. */
    Mono<ImportReport> runOnce(Source source) {
        return inTransaction(
                source,
                repository
                        .hasImport(source.name())
                        .flatMap(imported -> imported ? Mono.empty() : store(source, report -> {})));
    }

    private Mono<ImportReport> inTransaction(Source source, Mono<ImportReport> work) {
        return repository
                .setNoTimeLimit()
                .then(repository.lockImports())
                .then(repository.preferIndexes())
                .then(work)
                .as(transaction::transactional)
                .onErrorMap(ImportRefused.class, refused -> refused.in(source.place()));
    }

    private Mono<ImportReport> store(Source source, Consumer<ImportReport> progress) {
        return Mono.defer(() -> {
            ItemStore store = new ItemStore(repository);
            Faults faults = new Faults(source.place(), source.strict());
            return batches(source, faults)
                    .onErrorMap(ImportRefused.class, faults::refusal)
                    .concatMap(store::add, 1)
                    .scan(ImportReport.of(source.name()), ImportReport::plus)
                    .doOnNext(progress)
                    .last()
                    .filter(report -> !faults.refuse(report.read()))
                    .switchIfEmpty(Mono.error(faults::refusal))
                    .map(report -> report.with(faults))
                    .flatMap(repository::record);
        });
    }

    private Flux<List<Item>> batches(Source source, Faults faults) {
        Arrival arrival = new Arrival(clock.instant(), newsroom.zone());
        return Mono.fromCallable(() -> open(source, arrival, faults))
                .subscribeOn(Schedulers.boundedElastic())
                .flatMapMany(content -> switch (content) {
                    case SourceFormat.Feed feed -> batches(feed.reader());
                    case SourceFormat.Listing listing ->
                        batches(listing, new ListingDates(source.captured(), arrival.zone(), arrival.now()));
                });
    }

    private static SourceFormat open(Source source, Arrival arrival, Faults faults) {
        try {
            return SourceFormat.of(source.file().getInputStream(), arrival, faults);
        } catch (NoSuchFileException | FileNotFoundException e) {
            throw new ImportRefused("does not exist", e);
        } catch (AccessDeniedException e) {
            throw new ImportRefused("may not be read by this user", e);
        } catch (IOException e) {
            throw unreadable(e);
        } catch (UncheckedIOException e) {
            throw new ImportRefused("cannot be read: " + e.getMessage(), e);
        }
    }

    private static ImportRefused unreadable(IOException e) {
        return new ImportRefused("cannot be read: " + e.getMessage(), e);
    }

    private static Flux<List<Item>> batches(ItemReader feed) {
        return Flux.<List<Item>, ItemReader>generate(
                        () -> feed,
                        (reader, sink) -> {
                            List<Item> items = reader.read(BATCH);
                            if (items.isEmpty()) {
                                sink.complete();
                            } else {
                                sink.next(items);
                            }
                            return reader;
                        },
                        ItemReader::close)
                .subscribeOn(Schedulers.boundedElastic());
    }

    private Flux<List<Item>> batches(SourceFormat.Listing listing, ListingDates dates) {
        Map<String, ListingItem> items = listing.items().stream()
                .collect(Collectors.toMap(
                        ListingItem::importKey, Function.identity(), (first, again) -> first, LinkedHashMap::new));
        return repository
                .publicationTimes(items.keySet())
                .map(stored -> dated(items.values(), stored, dates))
                .flatMapIterable(instants -> listing.items().stream()
                        .flatMap(item ->
                                item
                                        .publishedAt(requireNonNull(instants.get(item.importKey())), listing.faults())
                                        .stream())
                        .toList())
                .buffer(BATCH);
    }

    private static Map<String, Instant> dated(
            Collection<ListingItem> items, Map<String, Instant> stored, ListingDates dates) {
        List<Instant> instants = dates.spread(items.stream()
                .map(item -> new ListingDates.Entry(item.line(), item.stated(), stored.get(item.importKey())))
                .toList());
        var instant = instants.iterator();
        return items.stream().collect(Collectors.toMap(ListingItem::importKey, item -> instant.next()));
    }
}
