package se.utrop.syndication;

import java.util.function.Function;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import se.utrop.http.Queries;
import se.utrop.http.RenderedResponses;
import se.utrop.http.Rendering;

/**
 * Serves what has the absolute addresses of its publisher. Without {@code utrop.site.url} these are at the host that the client
 * names, and a client may name any. So such a response is cached here for each host by itself, and other caches must validate it
 * on each use: one that ignores the host would give the addresses of one client to all others (web cache poisoning).
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-17.1">RFC 9110, 17.1, Establishing Authority</a>
 */
@Component
@ConditionalOnWebApplication
class PublisherResponses {

    private final Publishers publishers;

    private final RenderedResponses responses;

    PublisherResponses(Publishers publishers, RenderedResponses responses) {
        this.publishers = publishers;
        this.responses = responses;
    }

    /** @param key all that the response depends on except for the publisher and the newsroom's data */
    Mono<Void> serve(
            ServerWebExchange exchange, String key, Publisher publisher, Function<Queries, Mono<Rendering>> renderer) {
        boolean isKnown = publishers.ofSettings() != null;
        return responses.serve(
                exchange,
                key + " " + publisher.origin(),
                queries ->
                        renderer.apply(queries).map(rendering -> isKnown ? rendering : rendering.validatedOnEachUse()));
    }
}
