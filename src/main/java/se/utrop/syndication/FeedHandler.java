package se.utrop.syndication;

import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Mono;
import se.utrop.graphql.Limits;
import se.utrop.graphql.Problem;

/** Serves the feeds. Equal filters share one cached response, however their addresses are written. */
@Component
@ConditionalOnWebApplication
class FeedHandler implements WebHandler {

    private final Feeds feeds;
    private final Publishers publishers;
    private final PublisherResponses responses;
    private final int highestLimit;

    FeedHandler(Feeds feeds, Publishers publishers, PublisherResponses responses, Limits limits) {
        this.feeds = feeds;
        this.publishers = publishers;
        this.responses = responses;
        this.highestLimit = Math.min(FeedRequest.HIGHEST_LIMIT, limits.pageSize());
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        FeedFormat format =
                FeedFormat.at(request.getPath().pathWithinApplication().value());
        try {
            return serve(exchange, format, FeedRequest.of(request.getQueryParams(), highestLimit));
        } catch (Problem e) {
            return PlainResponse.badRequest(exchange, e);
        }
    }

    private Mono<Void> serve(ServerWebExchange exchange, FeedFormat format, FeedRequest feed) {
        Publisher publisher = publishers.of(exchange.getRequest());
        return responses.serve(
                exchange,
                format.path() + "?" + feed.query(),
                publisher,
                queries -> feeds.render(format, feed, publisher, queries));
    }
}
