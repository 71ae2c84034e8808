package se.utrop.polling;

import java.time.Instant;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import se.utrop.access.Credentials;
import se.utrop.http.ContentCoding;
import se.utrop.server.Origins;

/**
 * Writes answers with their caching headers.
 *
 * <p>The headers depend on the address alone, never on the client, because a cache gives an answer to all. So pages of every
 * origin may read it as soon as the operator allows any.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9111">RFC 9111</a> for Cache-Control
 */
@Component
@ConditionalOnWebApplication
class FeedPageWriter {

    /** The text of an item that is retracted meanwhile is in no cache for longer. */
    private static final int EVENTS_SECONDS = 60;

    /** Just long enough for a cache to answer all who wait. */
    private static final int NOTHING_SECONDS = 1;

    private static final String NOT_HELD_SECONDS = "5";

    private static final String SURROGATE_KEY = "Surrogate-Key";

    private final Origins origins;

    FeedPageWriter(Origins origins) {
        this.origins = origins;
    }

    Mono<Void> write(ServerWebExchange exchange, FeedPage page, String surrogateKeys) {
        HttpHeaders asked = exchange.getRequest().getHeaders();
        HttpHeaders headers = exchange.getResponse().getHeaders();
        boolean signedIn = Credentials.arePresent(asked);
        headers.add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        headers.setDate(Instant.now().toEpochMilli());
        headers.setCacheControl(signedIn ? "private, no-store" : shared(page));
        headers.set(HttpHeaders.LINK, "<%s>; rel=\"next\"".formatted(page.next().text()));
        headers.set(SURROGATE_KEY, surrogateKeys);
        if (page.next().live() == 0) {
            headers.set(HttpHeaders.RETRY_AFTER, NOT_HELD_SECONDS);
        }
        if (!signedIn && origins.areConfigured()) {
            headers.setAccessControlAllowOrigin("*");
            headers.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, "Link, Retry-After");
        }
        ContentCoding coding = page.coding(ContentCoding.of(asked.getFirst(HttpHeaders.ACCEPT_ENCODING)));
        if (coding != ContentCoding.IDENTITY) {
            headers.set(HttpHeaders.CONTENT_ENCODING, coding.token());
        }
        return write(exchange.getResponse(), page.body(coding));
    }

    /** For browsers it is never fresh: no client asks twice, and their time would come on top of that of a proxy. */
    private static String shared(FeedPage page) {
        return "public, max-age=0, s-maxage="
                + (page.hasEvents() && page.isCurrent() ? EVENTS_SECONDS : NOTHING_SECONDS);
    }

    private static Mono<Void> write(ServerHttpResponse response, byte[] body) {
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        response.getHeaders().setContentLength(body.length);
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
    }
}
