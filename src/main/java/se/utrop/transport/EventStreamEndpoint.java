package se.utrop.transport;

import graphql.language.OperationDefinition.Operation;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServerResponse;
import se.utrop.access.Caller;
import se.utrop.feed.Feed;
import se.utrop.feed.Feed.Opened;
import se.utrop.graphql.Documents;
import se.utrop.graphql.Errors;
import se.utrop.graphql.Limits;
import se.utrop.graphql.PersistedDocuments;
import se.utrop.graphql.Problem;
import se.utrop.graphql.RequestBody;
import tools.jackson.databind.json.JsonMapper;

/**
 * GraphQL over server-sent events, one operation a request, by POST and by GET, which is all that a browser's
 * EventSource can. Spring's own handler takes POST alone, gives no event an id, and says nothing of validation errors.
 */
@Component
@ConditionalOnWebApplication
class EventStreamEndpoint implements WebHandler {

    private static final Set<Operation> BY_GET = Set.of(Operation.QUERY, Operation.SUBSCRIPTION);

    private final Sockets sockets;
    private final Feed feed;
    private final PersistedDocuments persisted;
    private final Documents documents;
    private final Limits limits;
    private final JsonMapper json;

    EventStreamEndpoint(
            Sockets sockets,
            Feed feed,
            PersistedDocuments persisted,
            Documents documents,
            Limits limits,
            JsonMapper json) {
        this.sockets = sockets;
        this.feed = feed;
        this.persisted = persisted;
        this.documents = documents;
        this.limits = limits;
        this.json = json;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange) {
        ServerHttpRequest request = exchange.getRequest();
        if (request.getMethod().equals(HttpMethod.POST) && !isTaken(request.getHeaders())) {
            exchange.getResponse().getHeaders().set(HttpHeaders.ACCEPT_ENCODING, "identity");
            return refuse(exchange, HttpStatus.UNSUPPORTED_MEDIA_TYPE);
        }
        return body(request)
                .map(persisted::complete)
                .flatMap(body -> isAllowed(request, body)
                        ? serve(exchange, body)
                        : refuse(exchange, HttpStatus.METHOD_NOT_ALLOWED))
                .onErrorResume(DataBufferLimitException.class, e -> refuse(exchange, HttpStatus.CONTENT_TOO_LARGE))
                .onErrorResume(Problem.class, e -> refuse(exchange, e));
    }

    private static boolean isTaken(HttpHeaders headers) {
        return RequestBody.isJson(headers) && !RequestBody.isPacked(headers);
    }

    private Mono<RequestBody> body(ServerHttpRequest request) {
        return request.getMethod().equals(HttpMethod.GET)
                ? Mono.fromSupplier(() -> RequestBody.ofGet(request.getQueryParams(), json))
                : RequestBody.ofPost(request.getBody(), limits, json);
    }

    private boolean isAllowed(ServerHttpRequest request, RequestBody body) {
        return !request.getMethod().equals(HttpMethod.GET) || documents.isOf(BY_GET, body);
    }

    private static Mono<Void> refuse(ServerWebExchange exchange, HttpStatus status) {
        exchange.getResponse().setStatusCode(status);
        return exchange.getResponse().setComplete();
    }

    private Mono<Void> refuse(ServerWebExchange exchange, Problem problem) {
        ServerHttpResponse response = exchange.getResponse();
        response.setStatusCode(HttpStatus.BAD_REQUEST);
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        byte[] answer = json.writeValueAsBytes(Errors.answer(problem));
        return response.writeWith(Mono.just(response.bufferFactory().wrap(answer)));
    }

    private Mono<Void> serve(ServerWebExchange exchange, RequestBody body) {
        ServerHttpRequest request = exchange.getRequest();
        InetSocketAddress remote = Objects.requireNonNull(request.getRemoteAddress());
        String address = WebSocketEndpoint.address(remote);
        Sockets.@Nullable Refusal refusal = sockets.admit(address);
        if (refusal != null) {
            return refusal.code() == CloseCode.GOING_AWAY ? sendAway(exchange) : refuse(exchange);
        }
        long weight = Share.weight(body.query()) + Share.weight(body.variables()) + Share.weight(body.extensions());
        EventStreamClient client = new EventStreamClient(channel(exchange), sockets, address, weight, feed, json);
        sockets.add(client);
        return Caller.current()
                .flatMap(caller -> open(client, Sockets.client(caller, address), request, body))
                .flatMap(opened -> begin(exchange.getResponse(), client, opened))
                .doFinally(signal -> client.execute(() -> sockets.remove(client)));
    }

    /** Whatever is thrown while it is opened is told to the client, as is a time limit that nothing else has kept. */
    private Mono<Opened> open(EventStreamClient client, String counted, ServerHttpRequest request, RequestBody body) {
        return Guarded.mono(() -> {
                    client.count(counted);
                    return open(request, body);
                })
                .subscribeOn(Schedulers.fromExecutor(client.channel().eventLoop()))
                .timeout(limits.timeout().plus(Sockets.MARGIN))
                .onErrorResume(failure -> Mono.just(new Opened.Answered(Errors.answer(failure))));
    }

    /** A browser's EventSource comes back after an empty stream, but not after an error. */
    private Mono<Void> sendAway(ServerWebExchange exchange) {
        ServerHttpResponse response = exchange.getResponse();
        response.getHeaders().setContentType(MediaType.TEXT_EVENT_STREAM);
        byte[] retry = EventStreamClient.retry(sockets.limits().drain());
        return response.writeWith(Mono.just(response.bufferFactory().wrap(retry)));
    }

    private static Mono<Void> refuse(ServerWebExchange exchange) {
        exchange.getResponse().getHeaders().set(HttpHeaders.RETRY_AFTER, "5");
        return refuse(exchange, HttpStatus.SERVICE_UNAVAILABLE);
    }

    private static Channel channel(ServerWebExchange exchange) {
        Channel[] channel = new Channel[1];
        netty(exchange.getResponse()).withConnection(connection -> channel[0] = connection.channel());
        return channel[0];
    }

    private static HttpServerResponse netty(ServerHttpResponse response) {
        return ServerHttpResponseDecorator.getNativeResponse(response);
    }

    private Mono<Opened> open(ServerHttpRequest request, RequestBody body) {
        @Nullable String lastEventId = request.getHeaders().getFirst("Last-Event-ID");
        return feed.open(
                body.request(request.getURI(), request.getHeaders(), request.getRemoteAddress(), request.getId()),
                lastEventId);
    }

    /** The head goes out before anything else: with it the client knows where it started. */
    private static Mono<Void> begin(ServerHttpResponse response, EventStreamClient client, Opened opened) {
        HttpHeaders headers = response.getHeaders();
        headers.setContentType(MediaType.TEXT_EVENT_STREAM);
        headers.setCacheControl("no-cache, no-transform");
        headers.set("X-Accel-Buffering", "no");
        return response.setComplete()
                .then(Mono.defer(() -> netty(response).then()))
                .publishOn(Schedulers.fromExecutor(client.channel().eventLoop()))
                .then(Mono.defer(() -> {
                    client.begin(opened);
                    return client.end();
                }));
    }
}
