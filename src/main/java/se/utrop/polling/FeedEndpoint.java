package se.utrop.polling;

import graphql.language.OperationDefinition.Operation;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Mono;
import se.utrop.access.Caller;
import se.utrop.cost.BudgetReservation;
import se.utrop.feed.FeedMetrics;
import se.utrop.feed.FeedQuery;
import se.utrop.graphql.Documents;
import se.utrop.graphql.ErrorCode;
import se.utrop.graphql.ErrorResponse;
import se.utrop.graphql.Errors;
import se.utrop.graphql.FatalErrors;
import se.utrop.graphql.PersistedDocuments;
import se.utrop.graphql.Problem;
import se.utrop.graphql.RequestBody;
import se.utrop.graphql.RequestDocument;
import se.utrop.http.RenderedResponses;
import se.utrop.server.ClientNetwork;
import se.utrop.transport.Sockets;
import tools.jackson.databind.json.JsonMapper;

/** Serves {@code GET /feed}: the events of a subscription after a cursor, over plain HTTP. */
final class FeedEndpoint implements WebHandler {

    /** An address that proxies and CDNs still take, in characters. It is part of the answer and of its headers. */
    static final int LONGEST_ADDRESS = 6_000;

    /** Characters of the parameter {@code after} that the next address has. */
    private static final int ROOM_FOR_CURSOR = 60;

    /** Characters of its parameter {@code live}. */
    private static final int ROOM_FOR_TIME = 20;

    private final FeedQueries queries;
    private final FeedPages pages;
    private final FeedStreams streams;
    private final FeedPageWriter writer;
    private final PersistedDocuments persisted;
    private final Documents documents;
    private final Sockets sockets;
    private final FeedMetrics metrics;
    private final JsonMapper json;

    private final AtomicInteger held = new AtomicInteger();

    FeedEndpoint(
            FeedQueries queries,
            FeedPages pages,
            FeedStreams streams,
            FeedPageWriter writer,
            PersistedDocuments persisted,
            Documents documents,
            Sockets sockets,
            FeedMetrics metrics,
            JsonMapper json,
            MeterRegistry meters) {
        this.queries = queries;
        this.pages = pages;
        this.streams = streams;
        this.writer = writer;
        this.persisted = persisted;
        this.documents = documents;
        this.sockets = sockets;
        this.metrics = metrics;
        this.json = json;
        Gauge.builder("utrop.feed.held", held, AtomicInteger::get)
                .description("Requests for the feed over plain HTTP that may wait for an event")
                .register(meters);
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange) {
        BudgetReservation reservation = new BudgetReservation();
        Mono<Void> served =
                FatalErrors.contain(Mono.defer(() -> serve(exchange)).contextWrite(reservation::in));
        return FatalErrors.contain(served.onErrorResume(failure -> fail(exchange, failure, reservation)));
    }

    private Mono<Void> serve(ServerWebExchange exchange) {
        writer.allowOrigins(exchange);
        ServerHttpRequest request = exchange.getRequest();
        if (!request.getMethod().equals(HttpMethod.GET) && !request.getMethod().equals(HttpMethod.HEAD)) {
            exchange.getResponse().getHeaders().setAllow(Set.of(HttpMethod.GET, HttpMethod.HEAD));
            return refuse(exchange, HttpStatus.METHOD_NOT_ALLOWED, "Only GET and HEAD are allowed");
        }
        RequestBody body = RequestBody.ofGet(request.getQueryParams(), json);
        FeedAddress address = FeedAddress.of(request.getQueryParams(), body, json);
        return isTooLong(address)
                ? refuse(
                        exchange,
                        HttpStatus.URI_TOO_LONG,
                        "The next address would be longer than %d characters: send a documentId in place of the query"
                                .formatted(LONGEST_ADDRESS))
                : serve(exchange, address, persisted.complete(body));
    }

    /** The address that follows must fit too. */
    private static boolean isTooLong(FeedAddress address) {
        int added = (address.after() == null ? ROOM_FOR_CURSOR : 0) + (address.live() == 0 ? ROOM_FOR_TIME : 0);
        return address.text().length() + added > LONGEST_ADDRESS;
    }

    private Mono<Void> serve(ServerWebExchange exchange, FeedAddress address, RequestBody body) {
        RequestDocument document = documents.read(body.query());
        if (!Set.of(Operation.SUBSCRIPTION).containsAll(document.kinds(body.operationName()))) {
            return refuse(
                    exchange, HttpStatus.BAD_REQUEST, "Only subscriptions are served here: send others to GraphQL");
        }
        return queries.get(exchange.getRequest(), body, document, address.after())
                .flatMap(query -> serve(exchange, asked(exchange.getRequest(), address), query));
    }

    /** HEAD never waits. */
    private static FeedAddress asked(ServerHttpRequest request, FeedAddress address) {
        return request.getMethod().equals(HttpMethod.HEAD) ? address.atOnce() : address;
    }

    private Mono<Void> serve(ServerWebExchange exchange, FeedAddress address, FeedQuery query) {
        if (address.isStream()) {
            Mono<Void> stream = streams.open(address, query).flatMap(opened -> writer.write(exchange, opened));
            return held(exchange.getRequest(), stream);
        }
        Mono<FeedPage> page = pages.get(address, query);
        return (isHeld(address) ? held(exchange.getRequest(), page.doOnNext(this::delivered)) : page)
                .flatMap(made -> writer.write(exchange, made));
    }

    /** A node that drains holds no request. It answers at once, so that the client goes on at another node. */
    private boolean isHeld(FeedAddress address) {
        return sockets.isRunning() && pages.mayWait(address);
    }

    private void delivered(FeedPage page) {
        page.messages().forEach(metrics::delivered);
    }

    /** A request that may wait counts as a subscriber. */
    private <T> Mono<T> held(ServerHttpRequest request, Mono<T> work) {
        String network = ClientNetwork.of(request.getRemoteAddress());
        return Caller.current()
                .map(caller -> Sockets.client(caller, network))
                .flatMap(client -> Mono.using(
                        () -> {
                            sockets.hold(network, client);
                            return held.incrementAndGet();
                        },
                        count -> work,
                        count -> {
                            held.decrementAndGet();
                            sockets.release(network, client);
                        }));
    }

    /** Responds to a failure, unless the response is committed or the client has disconnected. */
    private Mono<Void> fail(ServerWebExchange exchange, Throwable failure, BudgetReservation reservation) {
        if (ErrorResponse.isUnanswerable(exchange, failure)) {
            return Mono.error(failure);
        }
        HttpHeaders headers = exchange.getResponse().getHeaders();
        Map<String, Object> answer =
                failure instanceof FeedQueries.Refused refused ? refused.response() : Errors.answer(failure);
        HttpStatus status = status(answer);
        if (status.equals(HttpStatus.SERVICE_UNAVAILABLE)) {
            headers.set(HttpHeaders.RETRY_AFTER, ErrorResponse.RETRY_SECONDS);
        }
        if (reservation.isBegun()) {
            reservation.describe(headers);
        }
        return send(exchange.getResponse(), status, answer);
    }

    /** A cursor that the log doesn't hold is gone: the client starts again. */
    private static HttpStatus status(Map<String, Object> answer) {
        return answer.get("errors") instanceof List<?> errors
                        && errors.getFirst() instanceof Map<?, ?> error
                        && error.get("extensions") instanceof Map<?, ?> extensions
                ? status(ErrorCode.valueOf(String.valueOf(extensions.get("code"))))
                : HttpStatus.INTERNAL_SERVER_ERROR;
    }

    private static HttpStatus status(ErrorCode code) {
        return code == ErrorCode.CURSOR_INVALID ? HttpStatus.GONE : RenderedResponses.status(code);
    }

    private Mono<Void> refuse(ServerWebExchange exchange, HttpStatus status, String message) {
        return send(exchange.getResponse(), status, Errors.answer(Problem.badInput(message)));
    }

    private Mono<Void> send(ServerHttpResponse response, HttpStatus status, Map<String, Object> answer) {
        return ErrorResponse.write(response, status, MediaType.APPLICATION_JSON, answer, json);
    }
}
