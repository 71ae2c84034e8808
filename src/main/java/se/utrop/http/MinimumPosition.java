package se.utrop.http;

import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import se.utrop.database.ReadDatabase;
import se.utrop.freshness.NewsroomVersion;
import se.utrop.paging.Cursors;
import se.utrop.paging.Position;

/**
 * The position that a request demands: its answer must be at least as new. A client that hands on the {@code Feed-Cursor} of
 * an earlier answer reads its own writes, whatever node it reaches.
 */
@Component
class MinimumPosition {

    static final String HEADER = "Feed-Cursor-At-Least";

    /** For GET, so that the demand is part of the address. */
    static final String PARAMETER = "at";

    private final Cursors cursors;
    private final NewsroomVersion version;

    MinimumPosition(Cursors cursors, NewsroomVersion version) {
        this.cursors = cursors;
        this.version = version;
    }

    /**
     * Null if the request demands none. An empty value is none, as an empty Last-Event-ID is.
     *
     * @throws se.utrop.graphql.Problem CURSOR_INVALID if it is not a cursor of the feed
     */
    @Nullable
    Position of(ServerHttpRequest request) {
        Position header = position(HEADER, request.getHeaders().getFirst(HEADER));
        Position parameter = ResponseWriter.isReading(request)
                ? position(PARAMETER, request.getQueryParams().getFirst(PARAMETER))
                : null;
        return header == null || (parameter != null && parameter.key() > header.key()) ? parameter : header;
    }

    /**
     * A response that is at least as new as the position: as this node reads, once it knows of the position, or else from the
     * primary.
     *
     * @param onPrimary reads from the primary; its argument is the feed cursor up to which the response is complete
     * @return fails with UNAVAILABLE if neither is possible
     */
    Mono<CachedResponse> atLeast(
            Position minimum, Supplier<Mono<CachedResponse>> here, Function<String, Mono<CachedResponse>> onPrimary) {
        return version.await(minimum)
                .flatMap(readable -> readable.primaryCursor() == null
                        ? here.get()
                        : onPrimary.apply(readable.primaryCursor()).contextWrite(ReadDatabase::onPrimary))
                .filter(response -> response.staleSince() == null)
                .switchIfEmpty(Mono.error(NewsroomVersion::unavailable));
    }

    private @Nullable Position position(String name, @Nullable String cursor) {
        return cursor == null || cursor.isEmpty() ? null : cursors.read(Cursors.FEED, name, cursor);
    }
}
