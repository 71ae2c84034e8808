package se.utrop.importing;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.InputStreamSource;
import org.springframework.stereotype.Component;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import se.utrop.news.NewsroomProperties;

/** Imports the news of documents: those that can go in, or all or none. */
@Component
public class Importer {

    /** Items a transaction. While one commits, an editor who publishes waits. */
    private static final int BATCH = 1_000;

    private final ImportRepository repository;
    private final TransactionalOperator transaction;
    private final NewsroomProperties newsroom;
    private final Clock clock = Clock.systemUTC();

    Importer(ImportRepository repository, TransactionalOperator transaction, NewsroomProperties newsroom) {
        this.repository = repository;
        this.transaction = transaction;
        this.newsroom = newsroom;
    }

    /**
     * Imports a document of a source that is followed: RSS, Atom, JSON Feed, a news sitemap, CAP or any other format that the
     * command {@code import} reads. New items are published, or scheduled if they are dated in the future. Items that the source
     * has changed since it was imported last become revisions, and its tombstones retract, both as the source's rules say. An item
     * that is only no longer in the document stays. What an editor has revised stays, and is reported. So the same document
     * again changes nothing, and the order of events is that of the commits.
     *
     * <p>Nothing is stored unless the document can be read to its end. Then it is stored in transactions of 1,000 items. Imports
     * exclude each other during each transaction, on all nodes. If a transaction fails, those before it stay; the same document
     * again goes on from there.
     *
     * @param document its content as it was received, anew each time that it is opened; it is opened up to three times
     * @param sent the time by the source's own clock when it sent the document; null if it is not known. What the source dates
     *     no later than that has been published there, even if it lies in the future by the clock of this node
     * @return fails with {@link ImportRefused} if it can't be read, or if no item of it can go in, and with the exception of the
     *     database if that fails
     */
    public Mono<ImportReport> take(ImportedSource source, InputStreamSource document, @Nullable Instant sent) {
        return Mono.defer(() -> {
            LocalDate today = LocalDate.now(clock.withZone(newsroom.zone()));
            return run(new Source(source.name(), document, today, false, true, source, sent));
        });
    }

    Mono<ImportReport> run(Source source) {
        return run(source, report -> {});
    }

    /** {@code progress} gets what has been done so far, after each part. */
    Mono<ImportReport> run(Source source, Consumer<ImportReport> progress) {
        Mono<ImportReport> work = source.strict()
                ? inTransaction(store(source, progress, UnaryOperator.identity()))
                : store(source, progress, this::inTransaction);
        return work.onErrorMap(ImportRefused.class, refused -> refused.in(source.place()));
    }

    /** Empty where the source has been imported before. */
    Mono<ImportReport> runOnce(Source source) {
        return inTransaction(repository
                .hasImport(source.name())
                .flatMap(imported -> imported ? Mono.empty() : store(source, report -> {}, UnaryOperator.identity())));
    }

    private <T> Mono<T> inTransaction(Mono<T> work) {
        return repository
                .setNoTimeLimit()
                .then(repository.lockImports())
                .then(repository.preferIndexes())
                .then(work)
                .as(transaction::transactional);
    }

    private Mono<ImportReport> store(
            Source source, Consumer<ImportReport> progress, UnaryOperator<Mono<ImportReport>> part) {
        return Mono.defer(() -> {
            Arrival arrival = arrival(source);
            Faults faults = new Faults(source.place(), source.strict());
            ItemStore store = new ItemStore(repository, source, arrival.now(), faults);
            return batches(source, arrival, faults)
                    .onErrorMap(ImportRefused.class, faults::refusal)
                    .concatMap(batch -> part.apply(store.add(batch)), 1)
                    .scan(ImportReport.of(source.name()), ImportReport::plus)
                    .doOnNext(progress)
                    .last()
                    .filter(report -> !faults.refuse(report.read()))
                    .switchIfEmpty(Mono.error(faults::refusal))
                    .map(report -> report.with(faults))
                    .flatMap(report ->
                            source.isNamed() && !report.isChange() ? Mono.just(report) : repository.record(report));
        });
    }

    private Arrival arrival(Source source) {
        Instant now = clock.instant();
        return new Arrival(
                now,
                requireNonNullElse(source.sent(), now),
                newsroom.zone(),
                source.name(),
                source.isNamed(),
                new Attachments());
    }

    private Flux<Batch> batches(Source source, Arrival arrival, Faults faults) {
        return Mono.fromCallable(() -> openWhole(source, arrival, faults))
                .subscribeOn(Schedulers.boundedElastic())
                .flatMapMany(content -> switch (content) {
                    case SourceFormat.Feed feed -> batches(feed.reader());
                    case SourceFormat.Listing listing ->
                        batches(listing, new ListingDates(source.captured(), arrival.zone(), arrival.now()));
                });
    }

    /** What goes in part by part is read to its end first. */
    private static SourceFormat openWhole(Source source, Arrival arrival, Faults faults) {
        if (!source.strict()
                && open(source, arrival, new Faults(source.place(), false)) instanceof SourceFormat.Feed feed) {
            check(feed.reader(), source, arrival, faults);
        }
        return open(source, arrival, faults);
    }

    private static void check(ItemReader feed, Source source, Arrival arrival, Faults faults) {
        try (feed) {
            feed.check();
        } catch (ImportRefused e) {
            nameFaults(source, arrival, faults);
            throw e;
        }
    }

    /** Those before the one that refuses the document. */
    private static void nameFaults(Source source, Arrival arrival, Faults faults) {
        if (open(source, arrival, faults) instanceof SourceFormat.Feed feed) {
            try (ItemReader reader = feed.reader()) {
                while (!reader.next(BATCH).isEmpty()) {
                    // The faults are noted.
                }
            } catch (ImportRefused e) {
                // It is the one that is known.
            }
        }
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

    private static Flux<Batch> batches(ItemReader feed) {
        return Flux.<Batch, ItemReader>generate(
                        () -> feed,
                        (reader, sink) -> {
                            Batch batch = reader.next(BATCH);
                            if (batch.isEmpty()) {
                                sink.complete();
                            } else {
                                sink.next(batch);
                            }
                            return reader;
                        },
                        ItemReader::close)
                .subscribeOn(Schedulers.boundedElastic());
    }

    private Flux<Batch> batches(SourceFormat.Listing listing, ListingDates dates) {
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
                .buffer(BATCH)
                .map(part -> new Batch(part, List.of()));
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
