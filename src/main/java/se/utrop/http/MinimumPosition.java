package se.utrop.http;

import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
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

    MinimumPosition(Cursors cursors) {
        this.cursors = cursors;
    }

    /**
     * Null if the request demands none.
     *
     * @throws se.utrop.graphql.Problem CURSOR_INVALID if it is not a cursor of the feed
     */
    @Nullable
    Position of(ServerHttpRequest request) {
        String header = request.getHeaders().getFirst(HEADER);
        String parameter =
                ResponseWriter.isReading(request) ? request.getQueryParams().getFirst(PARAMETER) : null;
        if (parameter == null) {
            return header == null ? null : cursors.read(Cursors.FEED, HEADER, header);
        }
        Position asked = cursors.read(Cursors.FEED, PARAMETER, parameter);
        Position other = header == null ? asked : cursors.read(Cursors.FEED, HEADER, header);
        return other.key() > asked.key() ? other : asked;
    }
}
