package se.utrop.http;

import graphql.GraphQLError;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.graphql.server.WebGraphQlHandler;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import se.utrop.cost.BudgetReservation;
import se.utrop.graphql.Admission;
import se.utrop.graphql.Documents;
import se.utrop.graphql.ErrorCode;
import se.utrop.graphql.Errors;
import se.utrop.graphql.FatalErrors;
import se.utrop.graphql.OperationKey;
import se.utrop.graphql.Problem;
import se.utrop.http.CachedResponse.ResponseOutcome;
import se.utrop.paging.Position;
import tools.jackson.databind.json.JsonMapper;

/**
 * Serves pages and feeds that are rendered from the answers to queries. They are cached by the position of the feed,
 * coalesced, compressed once and revalidated like the answers themselves.
 */
@Component
@ConditionalOnWebApplication
public class RenderedResponses {

    /** The header with the keys by which a cache may purge a response. */
    public static final String SURROGATE_KEY = "Surrogate-Key";

    private static final Set<HttpStatusCode> CACHEABLE =
            Set.of(HttpStatus.OK, HttpStatus.MOVED_PERMANENTLY, HttpStatus.NOT_FOUND, HttpStatus.GONE);

    private static final MediaType TEXT = new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8);

    private final WebGraphQlHandler handler;
    private final Documents documents;
    private final SharedResponses responses;
    private final ResponseWriter writer;
    private final Admission admission;
    private final MinimumPosition minimumPosition;
    private final JsonMapper json;

    RenderedResponses(
            WebGraphQlHandler handler,
            Documents documents,
            SharedResponses responses,
            ResponseWriter writer,
            Admission admission,
            MinimumPosition minimumPosition,
            JsonMapper json) {
        this.handler = handler;
        this.documents = documents;
        this.responses = responses;
        this.writer = writer;
        this.admission = admission;
        this.minimumPosition = minimumPosition;
        this.json = json;
    }

    /**
     * Responds to a GET or HEAD request. A {@link Problem} that the renderer doesn't turn into a page becomes a line of text.
     *
     * @param key all that the response depends on except for the newsroom's data: the path, and the parameters in one order.
     *     It begins with a slash, so that it is no GraphQL document
     * @param renderer makes the response out of the answers to queries
     */
    public Mono<Void> serve(ServerWebExchange exchange, String key, Function<Queries, Mono<Rendering>> renderer) {
        BudgetReservation reservation = new BudgetReservation();
        Mono<Void> served = Mono.defer(() -> response(exchange, key, renderer, reservation))
                .onErrorResume(failure -> Mono.just(failed(failure)))
                .flatMap(response -> write(exchange, response, reservation));
        return FatalErrors.contain(served);
    }

    private Mono<CachedResponse> response(
            ServerWebExchange exchange,
            String key,
            Function<Queries, Mono<Rendering>> renderer,
            BudgetReservation reservation) {
        Position minimum = minimumPosition.of(exchange.getRequest());
        return minimum == null
                ? shared(exchange, key, renderer, reservation)
                : minimumPosition.atLeast(
                        minimum,
                        () -> shared(exchange, key, renderer, reservation),
                        cursor -> render(exchange, renderer, reservation, cursor));
    }

    private Mono<CachedResponse> shared(
            ServerWebExchange exchange,
            String key,
            Function<Queries, Mono<Rendering>> renderer,
            BudgetReservation reservation) {
        return responses.get(
                new OperationKey(key, null, Map.of()),
                reservation,
                cursor -> render(exchange, renderer, reservation, cursor));
    }

    private Mono<CachedResponse> render(
            ServerWebExchange exchange,
            Function<Queries, Mono<Rendering>> renderer,
            BudgetReservation reservation,
            @Nullable String feedCursor) {
        RequestQueries queries = new RequestQueries(handler, documents, json, exchange.getRequest(), reservation);
        return Mono.defer(() -> renderer.apply(queries))
                .onErrorResume(failure -> Mono.just(text(failure)))
                .map(rendering -> new CachedResponse(
                        rendering, outcome(rendering, queries), queries.surrogateKeys(), feedCursor));
    }

    private static ResponseOutcome outcome(Rendering rendering, RequestQueries queries) {
        return queries.outcome() == ResponseOutcome.COMPLETE && !CACHEABLE.contains(rendering.status())
                ? ResponseOutcome.REFUSED
                : queries.outcome();
    }

    /** A request that was not rendered: the node is overloaded, or fails. */
    private static CachedResponse failed(Throwable failure) {
        Rendering text = text(failure);
        return new CachedResponse(
                text,
                text.status().equals(HttpStatus.SERVICE_UNAVAILABLE)
                        ? ResponseOutcome.UNAVAILABLE
                        : ResponseOutcome.FAILED,
                "",
                null);
    }

    private static Rendering text(Throwable failure) {
        GraphQLError error = Errors.of(failure);
        return Rendering.of(
                error.getErrorType() instanceof ErrorCode code ? status(code) : HttpStatus.INTERNAL_SERVER_ERROR,
                TEXT,
                (error.getMessage() + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** The status of a page or feed that can't be rendered because of this. */
    public static HttpStatus status(ErrorCode code) {
        return switch (code) {
            case UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE;
            case TIMEOUT -> HttpStatus.GATEWAY_TIMEOUT;
            case RATE_LIMITED -> HttpStatus.TOO_MANY_REQUESTS;
            case INTERNAL -> HttpStatus.INTERNAL_SERVER_ERROR;
            default -> HttpStatus.BAD_REQUEST;
        };
    }

    private Mono<Void> write(ServerWebExchange exchange, CachedResponse response, BudgetReservation reservation) {
        if (reservation.isBegun() && !response.isComplete()) {
            reservation.describe(exchange.getResponse().getHeaders());
        }
        Mono<Void> written = Mono.defer(() -> writer.writeRendered(exchange, response));
        return response.outcome() == ResponseOutcome.UNAVAILABLE
                ? admission.pause().then(written)
                : written;
    }
}
