package se.utrop.polling;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import se.utrop.feed.Feed;
import se.utrop.feed.Feed.Opened;
import se.utrop.feed.FeedQuery;
import se.utrop.feed.SharedSubscription;
import se.utrop.graphql.ErrorCode;
import se.utrop.graphql.Problem;
import se.utrop.paging.Position;

/**
 * Event streams that end with their bucket, so that a cache may give one to all who ask for it in the bucket, and to nobody
 * afterwards. A stream begins with what happened since the bucket before. {@code previousCursor} tells a client that joins late
 * whether it has to fetch a gap.
 */
final class FeedStreams {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Feed feed;
    private final FeedPages pages;
    private final Buckets buckets;

    FeedStreams(Feed feed, FeedPages pages, Buckets buckets) {
        this.feed = feed;
        this.pages = pages;
        this.buckets = buckets;
    }

    /** The stream of the present bucket. One that is over only names the next. */
    Mono<FeedStream> open(FeedAddress address, FeedQuery query) {
        return buckets.isCurrent(address.live())
                ? feed.resume(query, buckets.startOfPrevious()).map(opened -> follow(address, opened))
                : Mono.fromSupplier(() -> new FeedStream(SECOND, end(address).flux()));
    }

    private FeedStream follow(FeedAddress address, Opened.Following opened) {
        SharedSubscription source = feed.share(opened.query());
        if (!source.isKept()) {
            throw new Problem(
                    ErrorCode.UNAVAILABLE,
                    "Too many different subscriptions here: follow the feed without stream, or try again later");
        }
        Mono<Void> over = pages.bucketEnd().cache();
        Flux<byte[]> events = events(opened.query(), new FeedReader(source, opened.start()), over)
                .takeUntilOther(over);
        Mono<byte[]> start = Mono.fromSupplier(() -> FeedStream.position(feed.cursor(opened.start())));
        return new FeedStream(feed.isCurrent() ? buckets.left() : SECOND, Flux.concat(start, events, end(address)));
    }

    private Flux<byte[]> events(FeedQuery query, FeedReader first, Mono<Void> over) {
        AtomicReference<FeedReader> reader = new AtomicReference<>(first);
        return Mono.defer(() -> pages.next(query, reader.get(), over))
                .doOnNext(read -> reader.set(read.following()))
                .repeat()
                .takeWhile(FeedReader::isAnswer)
                .map(FeedStream::events);
    }

    private Mono<byte[]> end(FeedAddress address) {
        return Mono.fromSupplier(
                () -> FeedStream.end(address.nextStream(buckets.next(address.live(), Position.START))));
    }
}
