package se.utrop.syndication;

import java.time.Instant;
import java.time.YearMonth;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Mono;

/** Serves the sitemaps of the reader's pages: an index, and its parts. */
@Component
@ConditionalOnWebApplication
class SitemapHandler implements WebHandler {

    static final String INDEX = "/sitemap.xml";

    static final String PARTS = "/sitemap/*";

    private final Sitemaps sitemaps;
    private final Publishers publishers;
    private final PublisherResponses responses;

    SitemapHandler(Sitemaps sitemaps, Publishers publishers, PublisherResponses responses) {
        this.sitemaps = sitemaps;
        this.publishers = publishers;
        this.responses = responses;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange) {
        Publisher publisher = publishers.of(exchange.getRequest());
        String path = exchange.getRequest().getPath().pathWithinApplication().value();
        if (!publisher.hasPages()) {
            return PlainResponse.notFound(exchange);
        }
        if (path.equals(INDEX)) {
            return responses.serve(exchange, path, publisher, queries -> sitemaps.index(publisher, queries));
        }
        return part(exchange, publisher, path.replaceFirst("^/sitemap/(.*)\\.xml$", "$1"));
    }

    private Mono<Void> part(ServerWebExchange exchange, Publisher publisher, String part) {
        String path = Sitemap.path(part);
        if (part.equals(Sitemap.LISTS)) {
            return responses.serve(exchange, path, publisher, queries -> sitemaps.lists(publisher, queries));
        }
        if (part.equals(Sitemap.LATEST)) {
            Instant since = Sitemaps.latestSince(Instant.now());
            return responses.serve(
                    exchange,
                    path + "?since=" + since,
                    publisher,
                    queries -> sitemaps.latest(publisher, since, queries));
        }
        YearMonth month = Sitemap.month(part);
        return month == null
                ? PlainResponse.notFound(exchange)
                : responses.serve(exchange, path, publisher, queries -> sitemaps.month(publisher, month, queries));
    }
}
