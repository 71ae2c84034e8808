package se.utrop.http;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.graphql.server.WebGraphQlHandler;
import org.springframework.graphql.server.WebGraphQlResponse;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import se.utrop.freshness.NewsroomVersion;
import se.utrop.freshness.NewsroomVersion.Known;
import se.utrop.graphql.ErrorCode;
import se.utrop.graphql.Errors;
import se.utrop.graphql.Problem;
import se.utrop.http.CachedResponse.ResponseOutcome;
import se.utrop.paging.Position;
import tools.jackson.databind.json.JsonMapper;

/** The responses to operations. Those to queries are shared by all clients that send no token. */
@Component
@ConditionalOnWebApplication
class GraphQlResponses {

    private final WebGraphQlHandler handler;
    private final SharedResponses shared;
    private final NewsroomVersion version;
    private final MinimumPosition minimumPosition;
    private final JsonMapper json;

    GraphQlResponses(
            WebGraphQlHandler handler,
            SharedResponses shared,
            NewsroomVersion version,
            MinimumPosition minimumPosition,
            JsonMapper json) {
        this.handler = handler;
        this.shared = shared;
        this.version = version;
        this.minimumPosition = minimumPosition;
        this.json = json;
    }

    /** The response to a query, no older than the position that the request names, or to a mutation. */
    Mono<CachedResponse> respond(GraphQlRequest request, boolean isQuery) {
        Position minimum = minimumPosition.of(request.http());
        if (!isQuery) {
            return execute(request, null).map(response -> response.at(feedCursor()));
        }
        return minimum == null ? current(request) : atLeast(minimum, request);
    }

    private Mono<CachedResponse> atLeast(Position minimum, GraphQlRequest request) {
        return minimumPosition
                .atLeast(minimum, () -> current(request), cursor -> execute(request, cursor))
                .onErrorResume(Problem.class, problem -> Mono.just(unavailable(problem)));
    }

    private Mono<CachedResponse> current(GraphQlRequest request) {
        return request.isPersonal() ? execute(request, feedCursor()) : shared(request);
    }

    private Mono<CachedResponse> shared(GraphQlRequest request) {
        return shared.get(request.cacheKey(), request.reservation(), cursor -> execute(request, cursor))
                .onErrorResume(
                        Problem.class,
                        problem -> problem.code() == ErrorCode.UNAVAILABLE
                                ? Mono.just(unavailable(problem))
                                : Mono.error(problem));
    }

    private CachedResponse unavailable(Problem problem) {
        return new CachedResponse(
                json.writeValueAsBytes(Errors.answer(problem)), ResponseOutcome.UNAVAILABLE, "", null);
    }

    private Mono<CachedResponse> execute(GraphQlRequest request, @Nullable String feedCursor) {
        return handler.handleRequest(request.forExecution())
                .contextWrite(request.reservation()::in)
                .map(response -> new CachedResponse(
                        json.writeValueAsBytes(response.toMap()),
                        outcome(response, request),
                        request.surrogateKeys(),
                        feedCursor));
    }

    private static ResponseOutcome outcome(WebGraphQlResponse response, GraphQlRequest request) {
        ResponseOutcome outcome = ResponseOutcome.of(response.getExecutionResult());
        return outcome == ResponseOutcome.COMPLETE && request.asksForBudget() ? ResponseOutcome.PERSONAL : outcome;
    }

    /** The position up to which what is read from now on is complete; null if this node doesn't know it. */
    private @Nullable String feedCursor() {
        Known known = version.current();
        return known == null ? null : known.feedCursor();
    }
}
