package se.utrop.transport;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.graphql.server.WebGraphQlRequest;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServerResponse;
import se.utrop.access.Caller;
import se.utrop.feed.Feed;
import se.utrop.feed.Feed.Opened;
import se.utrop.graphql.ErrorCode;
import se.utrop.graphql.ErrorResponse;
import se.utrop.graphql.Errors;
import se.utrop.graphql.FatalErrors;
import se.utrop.graphql.Limits;
import se.utrop.graphql.Problem;
import se.utrop.graphql.RequestBody;
import se.utrop.graphql.RequestDocument;
import tools.jackson.databind.json.JsonMapper;

/**
 * GraphQL over server-sent events, one operation per request. Spring's own handler sends no event ids, and hides
 * validation errors.
 */
@Component
@ConditionalOnWebApplication
public class EventStreams {

    private final Sockets sockets;
    private final Feed feed;
    private final Limits limits;
    private final JsonMapper json;

    EventStreams(Sockets sockets, Feed feed, Limits limits, JsonMapper json) {
        this.sockets = sockets;
        this.feed = feed;
        this.limits = limits;
        this.json = json;
    }

    /** Executes the operation and sends its results as events. */
    public Mono<Void> serve(ServerWebExchange exchange, RequestBody body, RequestDocument document) {
        ServerHttpRequest request = exchange.getRequest();
        InetSocketAddress remote = Objects.requireNonNull(request.getRemoteAddress());
        String address = WebSocketEndpoint.address(remote);
        Sockets.@Nullable Refusal refusal = sockets.admit(address);
        if (refusal != null) {
            return refusal.code() == CloseCode.GOING_AWAY ? letReconnect(exchange) : refuse(exchange, refusal.reason());
        }
        long weight = SocketMemory.weight(body.query())
                + SocketMemory.weight(body.variables())
                + SocketMemory.weight(body.extensions());
        boolean byGet = request.getMethod().equals(HttpMethod.GET);
        EventStreamClient client =
                new EventStreamClient(channel(exchange), sockets, address, weight, byGet, feed, json);
        sockets.add(client);
        return Caller.current()
                .flatMap(caller -> open(client, Sockets.client(caller, address), request, body, document))
                .flatMap(opened -> begin(exchange.getResponse(), client, opened))
                .doFinally(signal -> client.execute(() -> sockets.remove(client)));
    }

    /** Opens the operation. Reports any failure to the client, and a timeout that nothing else has enforced. */
    private Mono<Opened> open(
            EventStreamClient client,
            String counted,
            ServerHttpRequest request,
            RequestBody body,
            RequestDocument document) {
        return FatalErrors.contain(Mono.defer(() -> {
                    client.count(counted);
                    return open(request, body, document);
                }))
                .subscribeOn(Schedulers.fromExecutor(client.channel().eventLoop()))
                .timeout(limits.timeout().plus(Sockets.MARGIN))
                .onErrorResume(failure -> Mono.just(new Opened.Answered(Errors.answer(failure))));
    }

    /** Makes an EventSource reconnect: it does so after an empty stream, but not after an error. */
    private Mono<Void> letReconnect(ServerWebExchange exchange) {
        ServerHttpResponse response = exchange.getResponse();
        response.getHeaders().setContentType(MediaType.TEXT_EVENT_STREAM);
        byte[] retry = EventStreamClient.retry(sockets.limits().drain());
        return response.writeWith(Mono.just(response.bufferFactory().wrap(retry)));
    }

    private Mono<Void> refuse(ServerWebExchange exchange, String reason) {
        ServerHttpResponse response = exchange.getResponse();
        response.getHeaders().set(HttpHeaders.RETRY_AFTER, "5");
        Problem problem = new Problem(ErrorCode.UNAVAILABLE, reason);
        return ErrorResponse.write(response, HttpStatus.SERVICE_UNAVAILABLE, MediaType.APPLICATION_JSON, problem, json);
    }

    private static Channel channel(ServerWebExchange exchange) {
        Channel[] channel = new Channel[1];
        netty(exchange.getResponse()).withConnection(connection -> channel[0] = connection.channel());
        return channel[0];
    }

    private static HttpServerResponse netty(ServerHttpResponse response) {
        return ServerHttpResponseDecorator.getNativeResponse(response);
    }

    private Mono<Opened> open(ServerHttpRequest request, RequestBody body, RequestDocument document) {
        @Nullable String lastEventId = request.getHeaders().getFirst("Last-Event-ID");
        WebGraphQlRequest webRequest =
                body.request(request.getURI(), request.getHeaders(), request.getRemoteAddress(), request.getId());
        document.passTo(webRequest);
        return feed.open(webRequest, lastEventId == null || lastEventId.isEmpty() ? null : lastEventId);
    }

    /** Sends the headers and the start position before anything else. */
    private Mono<Void> begin(ServerHttpResponse response, EventStreamClient client, Opened opened) {
        HttpHeaders headers = response.getHeaders();
        headers.setContentType(MediaType.TEXT_EVENT_STREAM);
        headers.setCacheControl("no-cache, no-transform");
        headers.set("X-Accel-Buffering", "no");
        if (opened instanceof Opened.Following following) {
            headers.set(Feed.CURSOR_HEADER, feed.cursor(following.start()));
        }
        return response.setComplete()
                .then(Mono.defer(() -> netty(response).then()))
                .publishOn(Schedulers.fromExecutor(client.channel().eventLoop()))
                .then(Mono.defer(() -> {
                    client.begin(opened);
                    return client.end();
                }));
    }
}
