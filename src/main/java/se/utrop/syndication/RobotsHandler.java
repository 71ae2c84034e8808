package se.utrop.syndication;

import java.nio.charset.StandardCharsets;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Mono;
import se.utrop.http.Rendering;

/**
 * Serves robots.txt: crawlers find the sitemaps there, and stay away from the API and from searches.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9309">RFC 9309</a>
 */
@Component
@ConditionalOnWebApplication
class RobotsHandler implements WebHandler {

    static final String PATH = "/robots.txt";

    private static final String RULES = """
        User-agent: *
        Disallow: /graphql
        Disallow: /graphiql
        Disallow: /search
        """;

    private final Publishers publishers;

    private final PublisherResponses responses;

    RobotsHandler(Publishers publishers, PublisherResponses responses) {
        this.publishers = publishers;
        this.responses = responses;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange) {
        Publisher publisher = publishers.of(exchange.getRequest());
        return responses.serve(exchange, PATH, publisher, queries -> Mono.fromSupplier(() -> rules(publisher)));
    }

    private static Rendering rules(Publisher publisher) {
        String rules = publisher.hasPages() ? RULES + sitemaps(publisher) : RULES;
        return Rendering.of(
                HttpStatus.OK,
                new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8),
                rules.getBytes(StandardCharsets.UTF_8));
    }

    private static String sitemaps(Publisher publisher) {
        return "Sitemap: %s\nSitemap: %s\n"
                .formatted(publisher.address(SitemapHandler.INDEX), publisher.address(Sitemap.path(Sitemap.LATEST)));
    }
}
