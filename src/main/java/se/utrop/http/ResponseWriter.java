package se.utrop.http;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import se.utrop.access.Credentials;
import se.utrop.feed.Feed;
import se.utrop.graphql.ErrorResponse;
import se.utrop.graphql.ResponseContent;
import se.utrop.http.CachedResponse.EncodedResponse;
import se.utrop.http.CachedResponse.ResponseOutcome;

/**
 * Writes responses with their caching headers, and evaluates conditional requests.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110">RFC 9110</a> for entity tags, codings and conditional requests
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9111">RFC 9111</a> for Cache-Control
 * @see <a href="https://graphql.github.io/graphql-over-http/draft/#sec-Status-Codes">GraphQL over HTTP</a> for statuses
 */
@Component
class ResponseWriter {

    /** Since when a response may be outdated, as an instant of RFC 3339; absent if it is fresh. */
    private static final String STALE_SINCE = "Feed-Stale-Since";

    /**
     * Because of its Age header, a stale response is already expired in every cache, and is revalidated on the next
     * request.
     */
    private static final String EXPIRED = "public, max-age=1";

    private static final String VALIDATED = "public, no-cache";

    private static final String VARY = "Accept, Accept-Encoding, " + MinimumPosition.HEADER;

    private static final String RENDERED_VARY = "Accept-Encoding, " + MinimumPosition.HEADER;

    private static final HttpMethod QUERY = HttpMethod.valueOf("QUERY");

    private static final HttpStatusCode PARTIAL_SUCCESS = HttpStatusCode.valueOf(294);

    private final String shared;

    private final boolean draftStatuses;

    ResponseWriter(ResponseProperties properties) {
        this.shared = shared(properties);
        this.draftStatuses = properties.draftStatuses();
    }

    private static String shared(ResponseProperties properties) {
        long maxAge = properties.maxAge().toSeconds();
        long revalidating = properties.staleWhileRevalidate().toSeconds();
        long failing = properties.staleIfError().toSeconds();
        return maxAge + revalidating + failing == 0
                ? VALIDATED
                : "public, max-age=" + maxAge
                        + (revalidating == 0 ? "" : ", stale-while-revalidate=" + revalidating)
                        + (failing == 0 ? "" : ", stale-if-error=" + failing);
    }

    /** Writes an answer to a GraphQL request. */
    Mono<Void> write(ServerWebExchange exchange, CachedResponse answer, MediaType type) {
        return write(exchange, answer, type, status(answer, type), VARY);
    }

    /** Writes what a page or a feed was rendered to. */
    Mono<Void> writeRendered(ServerWebExchange exchange, CachedResponse answer) {
        Rendering rendering = Objects.requireNonNull(answer.rendering());
        rendering.headers().forEach(exchange.getResponse().getHeaders()::set);
        return write(exchange, answer, rendering.mediaType(), rendering.status(), RENDERED_VARY);
    }

    private Mono<Void> write(
            ServerWebExchange exchange, CachedResponse answer, MediaType type, HttpStatusCode status, String vary) {
        ServerHttpRequest request = exchange.getRequest();
        ServerHttpResponse response = exchange.getResponse();
        HttpHeaders headers = response.getHeaders();
        EncodedResponse encoded =
                answer.encoded(ContentCoding.of(request.getHeaders().getFirst(HttpHeaders.ACCEPT_ENCODING)));
        headers.add(HttpHeaders.VARY, vary); // in addition to those of CORS
        describe(headers, request, answer);
        if (isReading(request) && answer.isComplete()) {
            headers.set(HttpHeaders.ETAG, encoded.entityTag());
            if (isKnown(request.getHeaders().get(HttpHeaders.IF_NONE_MATCH), encoded.entityTag())) {
                response.setStatusCode(HttpStatus.NOT_MODIFIED);
                return response.setComplete();
            }
        }
        if (encoded.coding() != ContentCoding.IDENTITY) {
            headers.set(HttpHeaders.CONTENT_ENCODING, encoded.coding().token());
        }
        return ResponseContent.write(response, status, type, encoded.content());
    }

    /** Removes the headers of a response that can't be sent. */
    static void forget(HttpHeaders headers) {
        List.of(HttpHeaders.ETAG, HttpHeaders.CONTENT_ENCODING, Feed.CURSOR_HEADER, RenderedResponses.SURROGATE_KEY)
                .forEach(headers::remove);
    }

    private void describe(HttpHeaders headers, ServerHttpRequest request, CachedResponse answer) {
        headers.set(HttpHeaders.CACHE_CONTROL, cacheControl(request, answer));
        if (answer.feedCursor() != null) {
            headers.set(Feed.CURSOR_HEADER, answer.feedCursor());
        }
        if (answer.staleSince() != null) {
            headers.set(STALE_SINCE, answer.staleSince().toString());
            headers.set(
                    HttpHeaders.AGE,
                    String.valueOf(
                            Duration.between(answer.staleSince(), Instant.now()).toSeconds()));
        }
        if (answer.isComplete() && !answer.surrogateKeys().isEmpty()) {
            headers.set(RenderedResponses.SURROGATE_KEY, answer.surrogateKeys());
        }
        if (answer.outcome() == ResponseOutcome.UNAVAILABLE) {
            headers.set(HttpHeaders.RETRY_AFTER, ErrorResponse.RETRY_SECONDS);
        }
    }

    private String cacheControl(ServerHttpRequest request, CachedResponse answer) {
        if (!isReading(request) || !answer.isComplete()) {
            return "no-store";
        }
        boolean validated = answer.rendering() != null && answer.rendering().isValidatedOnEachUse();
        if (answer.staleSince() != null && !validated) {
            return EXPIRED;
        }
        if (isSignedIn(request)) {
            return "private, no-cache";
        }
        return validated ? VALIDATED : shared;
    }

    static boolean isSignedIn(ServerHttpRequest request) {
        return Credentials.arePresent(request.getHeaders());
    }

    /** Whether the method is safe, so that the response may be cached. */
    static boolean isReading(ServerHttpRequest request) {
        return request.getMethod().equals(HttpMethod.GET)
                || request.getMethod().equals(HttpMethod.HEAD)
                || isQuery(request);
    }

    /**
     * Whether the method is QUERY.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc10008">RFC 10008</a>
     */
    static boolean isQuery(ServerHttpRequest request) {
        return request.getMethod().equals(QUERY);
    }

    /** The status of a request that is invalid although its document can be parsed. */
    HttpStatusCode refusal(@Nullable MediaType type) {
        return draftStatuses && MediaType.APPLICATION_GRAPHQL_RESPONSE.equals(type)
                ? HttpStatus.UNPROCESSABLE_CONTENT
                : HttpStatus.BAD_REQUEST;
    }

    private HttpStatusCode status(CachedResponse answer, MediaType type) {
        return switch (answer.outcome()) {
            case COMPLETE, PERSONAL -> HttpStatus.OK;
            case PARTIAL -> draftStatuses && !type.equals(MediaType.APPLICATION_JSON) ? PARTIAL_SUCCESS : HttpStatus.OK;
            case TOO_COSTLY -> HttpStatus.BAD_REQUEST;
            case RATE_LIMITED -> HttpStatus.TOO_MANY_REQUESTS;
            case UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE;
            case UNPARSED -> unlessPlainJson(HttpStatus.BAD_REQUEST, type);
            case REFUSED -> unlessPlainJson(refusal(type), type);
            case TIMED_OUT -> unlessPlainJson(HttpStatus.GATEWAY_TIMEOUT, type);
            case FAILED -> unlessPlainJson(HttpStatus.INTERNAL_SERVER_ERROR, type);
        };
    }

    /** GraphQL over HTTP uses 200 in application/json, because an intermediary may have sent any other status. */
    private static HttpStatusCode unlessPlainJson(HttpStatusCode status, MediaType type) {
        return type.equals(MediaType.APPLICATION_JSON) ? HttpStatus.OK : status;
    }

    private static boolean isKnown(@Nullable List<String> ifNoneMatch, String entityTag) {
        return ifNoneMatch != null
                && ifNoneMatch.stream()
                        .flatMap(tags -> Arrays.stream(tags.split(",", -1)))
                        .map(String::strip)
                        .anyMatch(tag -> tag.equals("*") || tag.equals(entityTag) || tag.equals("W/" + entityTag));
    }
}
