package se.utrop.http;

import graphql.language.OperationDefinition.Operation;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Mono;
import se.utrop.cost.BudgetReservation;
import se.utrop.graphql.Admission;
import se.utrop.graphql.Documents;
import se.utrop.graphql.ErrorCode;
import se.utrop.graphql.ErrorResponse;
import se.utrop.graphql.Errors;
import se.utrop.graphql.FatalErrors;
import se.utrop.graphql.Limits;
import se.utrop.graphql.PersistedDocuments;
import se.utrop.graphql.Problem;
import se.utrop.graphql.RequestBody;
import se.utrop.graphql.RequestDocument;
import se.utrop.graphql.ResponseMediaType;
import se.utrop.graphql.UnreadableRequest;
import se.utrop.http.CachedResponse.ResponseOutcome;
import se.utrop.server.Origins;
import se.utrop.transport.EventStreams;
import tools.jackson.databind.json.JsonMapper;

/**
 * GraphQL over HTTP by POST and, except for mutations, by GET and QUERY. Spring's own handler supports only POST.
 * Subscriptions are sent as server-sent events, and so is everything for a client that accepts only those.
 *
 * @see <a href="https://graphql.github.io/graphql-over-http/draft/">GraphQL over HTTP</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc10008">RFC 10008</a> for QUERY
 */
@Component
@ConditionalOnWebApplication
class GraphQlEndpoint implements WebHandler {

    private static final Set<Operation> READING = Set.of(Operation.QUERY);

    private static final Set<Operation> BY_GET = Set.of(Operation.QUERY, Operation.SUBSCRIPTION);

    private static final String ACCEPT_QUERY = "Accept-Query";

    private final Origins origins;
    private final EventStreams streams;
    private final PersistedDocuments persisted;
    private final Documents documents;
    private final GraphQlResponses responses;
    private final ResponseWriter writer;
    private final JsonMapper json;
    private final Limits limits;
    private final Admission admission;
    private final OperationNames names;

    GraphQlEndpoint(
            Origins origins,
            EventStreams streams,
            PersistedDocuments persisted,
            Documents documents,
            GraphQlResponses responses,
            ResponseWriter writer,
            JsonMapper json,
            Limits limits,
            Admission admission,
            OperationNames names) {
        this.origins = origins;
        this.streams = streams;
        this.persisted = persisted;
        this.documents = documents;
        this.responses = responses;
        this.writer = writer;
        this.json = json;
        this.limits = limits;
        this.admission = admission;
        this.names = names;
        ContentCoding.prepare();
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange) {
        Mono<Void> served = FatalErrors.contain(Mono.defer(() -> serve(exchange)));
        return FatalErrors.contain(served.onErrorResume(failure -> fail(exchange, failure)));
    }

    private Mono<Void> serve(ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        if (origins.areConfigured() && origins.refuse(request)) {
            return refuseOrigin(exchange);
        }
        HttpMethod method = request.getMethod();
        if (ResponseWriter.isQuery(request)) {
            exchange.getResponse().getHeaders().set(ACCEPT_QUERY, MediaType.APPLICATION_JSON_VALUE);
        }
        if (method.equals(HttpMethod.POST) || ResponseWriter.isQuery(request)) {
            return RequestBody.isPacked(request.getHeaders()) ? refuseCompressed(exchange) : answerBody(exchange);
        }
        if (ResponseWriter.isReading(request)) {
            return answer(exchange, Mono.fromSupplier(() -> RequestBody.ofGet(request.getQueryParams(), json)));
        }
        exchange.getResponse().getHeaders().set(ACCEPT_QUERY, MediaType.APPLICATION_JSON_VALUE);
        return refuseMethod(exchange, "GET, HEAD, POST, QUERY", "Send the request by POST, GET or QUERY");
    }

    private Mono<Void> answerBody(ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        return RequestBody.isJson(request.getHeaders())
                ? answer(exchange, RequestBody.ofPost(request.getBody(), limits, json))
                : refuse(exchange, HttpStatus.UNSUPPORTED_MEDIA_TYPE, "Send the request as application/json in UTF-8");
    }

    /**
     * Refuses a compressed body, and says that only uncompressed ones are supported.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3">RFC 9110, 12.5.3</a>
     */
    private Mono<Void> refuseCompressed(ServerWebExchange exchange) {
        exchange.getResponse().getHeaders().set(HttpHeaders.ACCEPT_ENCODING, "identity");
        return refuse(exchange, HttpStatus.UNSUPPORTED_MEDIA_TYPE, "Send the body without a Content-Encoding");
    }

    /** Responds to an unexpected failure, unless the response is committed or the client has disconnected. */
    private Mono<Void> fail(ServerWebExchange exchange, Throwable failure) {
        if (ErrorResponse.isUnanswerable(exchange, failure)) {
            return Mono.error(failure);
        }
        ResponseWriter.forget(exchange.getResponse().getHeaders());
        return send(exchange, HttpStatus.INTERNAL_SERVER_ERROR, Errors.answer(failure));
    }

    private Mono<Void> answer(ServerWebExchange exchange, Mono<RequestBody> asked) {
        ServerHttpRequest request = exchange.getRequest();
        MediaType accepted = ResponseMediaType.of(request.getHeaders());
        if (accepted == null && !isStreamAccepted(request)) {
            return refuse(
                    exchange,
                    HttpStatus.NOT_ACCEPTABLE,
                    "Accept application/graphql-response+json or application/json");
        }
        return asked.flatMap(body -> answer(exchange, persisted.complete(body), accepted))
                .onErrorResume(
                        DataBufferLimitException.class,
                        e -> refuse(
                                exchange,
                                HttpStatus.CONTENT_TOO_LARGE,
                                "The body must not be larger than " + limits.body()))
                .onErrorResume(Problem.class, e -> refuse(exchange, e, accepted));
    }

    /** The kind of the operation decides which media types are acceptable. */
    private Mono<Void> answer(ServerWebExchange exchange, RequestBody body, @Nullable MediaType accepted) {
        RequestDocument document = documents.read(body.query());
        names.note(document.operation(body.operationName()), exchange.getAttributes());
        Set<Operation> kinds = document.kinds(body.operationName());
        if (ResponseWriter.isReading(exchange.getRequest()) && !BY_GET.containsAll(kinds)) {
            return refuseMethod(
                    exchange,
                    "POST",
                    exchange.getRequest().getMethod() + " is for queries only: send this operation by POST");
        }
        boolean subscribes = kinds.contains(Operation.SUBSCRIPTION);
        if (accepted != null && !subscribes) {
            return answer(exchange, body, document, READING.containsAll(kinds), accepted);
        }
        return isStreamAccepted(exchange.getRequest())
                ? stream(exchange, body, document)
                : refuse(
                        exchange,
                        HttpStatus.BAD_REQUEST,
                        "Send a subscription by WebSocket (graphql-transport-ws), or by a request that accepts"
                                + " text/event-stream");
    }

    private static boolean isStreamAccepted(ServerHttpRequest request) {
        return !request.getMethod().equals(HttpMethod.HEAD)
                && ResponseMediaType.isEventStreamAccepted(request.getHeaders());
    }

    /** By default, event streams are limited to pages of the same host. */
    private Mono<Void> stream(ServerWebExchange exchange, RequestBody body, RequestDocument document) {
        return origins.refuse(exchange.getRequest()) ? refuseOrigin(exchange) : streams.serve(exchange, body, document);
    }

    private Mono<Void> refuseOrigin(ServerWebExchange exchange) {
        return refuse(exchange, HttpStatus.FORBIDDEN, new Problem(ErrorCode.FORBIDDEN, Origins.REFUSAL));
    }

    private Mono<Void> answer(
            ServerWebExchange exchange, RequestBody body, RequestDocument document, boolean reads, MediaType accepted) {
        GraphQlRequest request = new GraphQlRequest(exchange.getRequest(), body, document);
        return responses.respond(request, reads).flatMap(made -> {
            describe(request.reservation(), made, exchange);
            return made.outcome() == ResponseOutcome.UNAVAILABLE
                    ? admission.pause().then(Mono.defer(() -> writer.write(exchange, made, accepted)))
                    : writer.write(exchange, made, accepted);
        });
    }

    /** Leaves the headers out of a cacheable response: the budget of one client means nothing to another. */
    private static void describe(BudgetReservation reservation, CachedResponse answer, ServerWebExchange exchange) {
        if (reservation.isBegun() && !(answer.isComplete() && ResponseWriter.isReading(exchange.getRequest()))) {
            reservation.describe(exchange.getResponse().getHeaders());
        }
    }

    /** Refuses an invalid request, with the status that GraphQL over HTTP defines. */
    private Mono<Void> refuse(ServerWebExchange exchange, Problem problem, @Nullable MediaType accepted) {
        boolean isUsual = problem.code() == ErrorCode.PERSISTED_QUERY_NOT_FOUND;
        if (isUsual && MediaType.APPLICATION_JSON.equals(accepted)) {
            return refuse(exchange, HttpStatus.OK, problem);
        }
        return refuse(
                exchange,
                problem instanceof UnreadableRequest ? HttpStatus.BAD_REQUEST : writer.refusal(accepted),
                problem);
    }

    private Mono<Void> refuse(ServerWebExchange exchange, HttpStatusCode status, String message) {
        return refuse(exchange, status, Problem.badInput(message));
    }

    private Mono<Void> refuse(ServerWebExchange exchange, HttpStatusCode status, Problem problem) {
        return send(exchange, status, Errors.answer(problem));
    }

    private Mono<Void> refuseMethod(ServerWebExchange exchange, String allowed, String message) {
        exchange.getResponse().getHeaders().set(HttpHeaders.ALLOW, allowed);
        return refuse(exchange, HttpStatus.METHOD_NOT_ALLOWED, message);
    }

    private Mono<Void> send(ServerWebExchange exchange, HttpStatusCode status, Map<String, Object> answer) {
        return ErrorResponse.write(
                exchange.getResponse(),
                status,
                ResponseMediaType.ofError(exchange.getRequest().getHeaders()),
                answer,
                json);
    }
}
