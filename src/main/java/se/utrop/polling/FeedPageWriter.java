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
import se.utrop.http.RenderedResponses;
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

    /** The one subscription of the schema. */
    private static final String FEED = "newsFeed";

    private static final String EXPOSED = "Link, Retry-After, Stream-Cursor, Stream-Next-Offset, Stream-Up-To-Date";

    private final Origins origins;

    FeedPageWriter(Origins origins) {
        this.origins = origins;
    }

    Mono<Void> write(ServerWebExchange exchange, FeedPage page) {
        HttpHeaders headers = exchange.getResponse().getHeaders();
        describe(exchange, shared(page));
        headers.add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        headers.set(HttpHeaders.LINK, "<%s>; rel=\"next\"".formatted(page.next().text()));
        describe(headers, page);
        ContentCoding coding =
                page.coding(ContentCoding.of(exchange.getRequest().getHeaders().getFirst(HttpHeaders.ACCEPT_ENCODING)));
        byte[] body = page.body(coding);
        if (coding != ContentCoding.IDENTITY) {
            headers.set(HttpHeaders.CONTENT_ENCODING, coding.token());
        }
        return write(exchange.getResponse(), body);
    }

    /**
     * The names of Durable Streams for what the body says.
     *
     * @see <a href="https://github.com/durable-streams/durable-streams/blob/main/PROTOCOL.md">Durable Streams</a>
     */
    private static void describe(HttpHeaders headers, FeedPage page) {
        headers.set("Stream-Next-Offset", page.cursor());
        if (page.isAtEnd()) {
            headers.set("Stream-Up-To-Date", "true");
        }
        if (page.next().live() != 0) {
            headers.set("Stream-Cursor", String.valueOf(page.next().live()));
        } else if (page.isAtEnd()) {
            headers.set(HttpHeaders.RETRY_AFTER, NOT_HELD_SECONDS);
        }
    }

    /** Writes an event stream. A cache may give it to others from its first byte on. */
    Mono<Void> write(ServerWebExchange exchange, FeedStream stream) {
        ServerHttpResponse response = exchange.getResponse();
        describe(exchange, shared(stream.fresh().toSeconds()));
        response.getHeaders().setContentType(MediaType.TEXT_EVENT_STREAM);
        response.getHeaders().set("X-Accel-Buffering", "no");
        return response.writeAndFlushWith(stream.events()
                .map(bytes -> Mono.fromSupplier(() -> response.bufferFactory().wrap(bytes))));
    }

    private static void describe(ServerWebExchange exchange, String shared) {
        HttpHeaders headers = exchange.getResponse().getHeaders();
        boolean signedIn = Credentials.arePresent(exchange.getRequest().getHeaders());
        headers.setDate(Instant.now().toEpochMilli());
        headers.setCacheControl(signedIn ? "private, no-store" : shared);
        headers.set(RenderedResponses.SURROGATE_KEY, FEED);
    }

    /** Pages of every origin may read answers and errors as soon as the operator allows any. */
    void allowOrigins(ServerWebExchange exchange) {
        if (!Credentials.arePresent(exchange.getRequest().getHeaders()) && origins.areConfigured()) {
            HttpHeaders headers = exchange.getResponse().getHeaders();
            headers.setAccessControlAllowOrigin("*");
            headers.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        }
    }

    /** For browsers it is never fresh: no client asks twice, and their time would come on top of that of a proxy. */
    private static String shared(FeedPage page) {
        return shared(page.hasEvents() && page.isCurrent() ? EVENTS_SECONDS : NOTHING_SECONDS);
    }

    private static String shared(long seconds) {
        return "public, max-age=0, s-maxage=" + seconds;
    }

    private static Mono<Void> write(ServerHttpResponse response, byte[] body) {
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        response.getHeaders().setContentLength(body.length);
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
    }
}
