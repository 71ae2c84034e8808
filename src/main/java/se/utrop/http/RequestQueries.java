package se.utrop.http;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.graphql.ResponseError;
import org.springframework.graphql.server.WebGraphQlHandler;
import org.springframework.graphql.server.WebGraphQlRequest;
import org.springframework.graphql.server.WebGraphQlResponse;
import org.springframework.http.server.reactive.ServerHttpRequest;
import reactor.core.publisher.Mono;
import se.utrop.cost.BudgetReservation;
import se.utrop.graphql.Documents;
import se.utrop.graphql.ErrorCode;
import se.utrop.graphql.Problem;
import se.utrop.graphql.RequestBody;
import se.utrop.graphql.RequestDocument;
import se.utrop.http.CachedResponse.ResponseOutcome;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The queries of one page or feed, on behalf of the client that requests it. */
final class RequestQueries implements Queries {

    private static final TypeReference<Map<String, @Nullable Object>> OBJECT = new TypeReference<>() {};

    private final WebGraphQlHandler handler;
    private final Documents documents;
    private final JsonMapper json;
    private final ServerHttpRequest request;
    private final BudgetReservation reservation;

    private final Set<String> surrogateKeys = new LinkedHashSet<>();

    private volatile ResponseOutcome outcome = ResponseOutcome.COMPLETE;

    RequestQueries(
            WebGraphQlHandler handler,
            Documents documents,
            JsonMapper json,
            ServerHttpRequest request,
            BudgetReservation reservation) {
        this.handler = handler;
        this.documents = documents;
        this.json = json;
        this.request = request;
        this.reservation = reservation;
    }

    @Override
    public Mono<Map<String, @Nullable Object>> execute(String text, Map<String, @Nullable Object> variables) {
        RequestDocument document = documents.read(text);
        addSurrogateKeys(document.surrogateKeys(null, variables));
        WebGraphQlRequest asked = new RequestBody(text, null, null, variables, Map.of())
                .request(request.getURI(), request.getHeaders(), request.getRemoteAddress(), request.getId());
        document.passTo(asked);
        return handler.handleRequest(asked).contextWrite(reservation::in).map(this::data);
    }

    private synchronized void addSurrogateKeys(String keys) {
        surrogateKeys.addAll(Arrays.asList(keys.split(" ", -1)));
    }

    /** What the response to the request contains, for CDNs that purge by key. */
    synchronized String surrogateKeys() {
        return String.join(" ", surrogateKeys);
    }

    /** The outcome of all queries: that of one that failed. */
    ResponseOutcome outcome() {
        return outcome;
    }

    private Map<String, @Nullable Object> data(WebGraphQlResponse response) {
        List<ResponseError> errors = response.getErrors();
        if (!errors.isEmpty()) {
            outcome = ResponseOutcome.of(response.getExecutionResult());
            ResponseError error = errors.getFirst();
            throw new Problem(
                    error.getErrorType() instanceof ErrorCode code ? code : ErrorCode.INTERNAL,
                    String.valueOf(error.getMessage()));
        }
        return json.readValue(json.writeValueAsBytes(response.getData()), OBJECT); // it has parts that are JSON already
    }
}
