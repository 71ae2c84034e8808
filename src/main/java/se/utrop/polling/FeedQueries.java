package se.utrop.polling;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.graphql.server.WebGraphQlRequest;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import se.utrop.access.Credentials;
import se.utrop.feed.Feed;
import se.utrop.feed.Feed.Opened;
import se.utrop.feed.FeedQuery;
import se.utrop.graphql.OperationKey;
import se.utrop.graphql.RequestBody;
import se.utrop.graphql.RequestDocument;

/**
 * The subscriptions that requests ask for. To open one costs its client what a subscription costs on a socket. A request that
 * goes on from a position whose events are in memory is no further operation.
 */
@Component
@ConditionalOnWebApplication
class FeedQueries {

    private static final int MOST = 1_000;

    private final Feed feed;

    private final Cache<OperationKey, FeedQuery> opened;

    FeedQueries(Feed feed) {
        this.feed = feed;
        this.opened = Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfterAccess(Duration.ofMinutes(1))
                .executor(Runnable::run)
                .build();
    }

    /** The subscription can't be opened. */
    static final class Refused extends RuntimeException {

        private static final long serialVersionUID = 1;

        private final transient Map<String, Object> response;

        Refused(Map<String, Object> response) {
            super("The subscription can't be opened", null, false, false);
            this.response = response;
        }

        /** GraphQL's response, with errors. */
        Map<String, Object> response() {
            return response;
        }
    }

    /**
     * The subscription of a request.
     *
     * @param after the cursor that it goes on from
     * @return fails with {@link Refused} if it can't be opened
     */
    Mono<FeedQuery> get(ServerHttpRequest request, RequestBody body, RequestDocument document, @Nullable String after) {
        if (Credentials.arePresent(request.getHeaders())) {
            return open(request, body, document);
        }
        OperationKey key = body.key();
        FeedQuery known = after != null && feed.remembers(after) ? opened.getIfPresent(key) : null;
        return known == null
                ? open(request, body, document).doOnNext(query -> opened.put(key, query))
                : Mono.just(known);
    }

    private Mono<FeedQuery> open(ServerHttpRequest request, RequestBody body, RequestDocument document) {
        WebGraphQlRequest asked =
                body.request(request.getURI(), request.getHeaders(), request.getRemoteAddress(), request.getId());
        document.passTo(asked);
        return feed.open(asked, null).map(result -> switch (result) {
            case Opened.Following following -> following.query();
            case Opened.Answered answered -> throw new Refused(answered.response());
        });
    }
}
