package se.utrop.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.http.server.WebsocketServerSpec;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;
import reactor.util.context.Context;
import se.utrop.access.Caller;
import se.utrop.access.Credentials;
import se.utrop.feed.Feed;
import se.utrop.graphql.ErrorCode;
import se.utrop.graphql.ErrorResponse;
import se.utrop.graphql.Limits;
import se.utrop.graphql.PersistedDocuments;
import se.utrop.graphql.Problem;
import se.utrop.server.ClientNetwork;
import se.utrop.server.Origins;
import tools.jackson.databind.json.JsonMapper;

/**
 * GraphQL over WebSocket. Spring's own handler executes each subscription separately, and processes 256 messages of a
 * socket at a time: with as many subscriptions it no longer reads complete. This endpoint hands the socket over to a
 * {@link WebSocketClient} on Reactor Netty's channel.
 */
@Component
@ConditionalOnWebApplication
class WebSocketEndpoint implements WebHandler {

    private static final String VERSION = "13";

    private final Origins origins;
    private final Sockets sockets;
    private final Credentials credentials;
    private final Feed feed;
    private final PersistedDocuments persisted;
    private final JsonMapper json;
    private final Duration timeout;
    private final int messageSize;

    WebSocketEndpoint(
            Origins origins,
            Sockets sockets,
            Credentials credentials,
            Feed feed,
            PersistedDocuments persisted,
            Limits limits,
            JsonMapper json) {
        this.origins = origins;
        this.sockets = sockets;
        this.credentials = credentials;
        this.feed = feed;
        this.persisted = persisted;
        this.json = json;
        this.timeout = limits.timeout().plus(Sockets.MARGIN);
        this.messageSize = Math.toIntExact(sockets.limits().messageSize().toBytes());
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange) {
        return origins.refuse(exchange.getRequest())
                ? refuse(exchange.getResponse())
                : Caller.current().flatMap(caller -> upgrade(exchange, caller));
    }

    private Mono<Void> refuse(ServerHttpResponse response) {
        Problem problem = new Problem(ErrorCode.FORBIDDEN, Origins.REFUSAL);
        return ErrorResponse.write(response, HttpStatus.FORBIDDEN, MediaType.APPLICATION_JSON, problem, json);
    }

    private Mono<Void> upgrade(ServerWebExchange exchange, Caller caller) {
        ServerHttpRequest request = exchange.getRequest();
        ServerHttpResponse response = exchange.getResponse();
        if (!isHandshake(request.getHeaders())) {
            response.setStatusCode(HttpStatus.UPGRADE_REQUIRED);
            response.getHeaders().set("Sec-WebSocket-Version", VERSION);
            return response.setComplete();
        }
        boolean known = speaksOurs(request);
        InetSocketAddress remote = Objects.requireNonNull(request.getRemoteAddress());
        HttpServerResponse netty = ServerHttpResponseDecorator.getNativeResponse(response);
        // The socket outlives the request, and would otherwise keep the request's context in memory.
        return response.setComplete()
                .then(Mono.defer(() -> netty.sendWebsocket(
                        (inbound, outbound) -> serve(inbound, outbound, remote, caller, known), specification(known))))
                .contextWrite(context -> Context.empty())
                .onErrorResume(WebSocketHandshakeException.class, e -> {
                    response.setStatusCode(HttpStatus.BAD_REQUEST);
                    return response.setComplete();
                });
    }

    /** Netty takes a handshake without a version for one of a pre-standard draft, and waits for more data. */
    private static boolean isHandshake(HttpHeaders headers) {
        return VERSION.equals(headers.getFirst("Sec-WebSocket-Version")) && headers.containsHeader("Sec-WebSocket-Key");
    }

    private static boolean speaksOurs(ServerHttpRequest request) {
        return request.getHeaders().getOrEmpty("Sec-WebSocket-Protocol").stream()
                .flatMap(protocols -> Arrays.stream(protocols.split(",")))
                .anyMatch(protocol -> protocol.strip().equals(WebSocketClient.PROTOCOL));
    }

    private WebsocketServerSpec specification(boolean known) {
        WebsocketServerSpec.Builder builder = WebsocketServerSpec.builder()
                .maxFramePayloadLength(messageSize)
                // the client answers pings itself, so that they count as messages and are subject to backpressure
                .handlePing(true);
        return known ? builder.protocols(WebSocketClient.PROTOCOL).build() : builder.build();
    }

    private Publisher<Void> serve(
            WebsocketInbound inbound,
            WebsocketOutbound outbound,
            InetSocketAddress remote,
            Caller caller,
            boolean known) {
        Sockets.@Nullable Refusal refusal = known
                ? sockets.admit(address(remote))
                : new Sockets.Refusal(CloseCode.SUBPROTOCOL_NOT_ACCEPTABLE, "Subprotocol not acceptable");
        if (refusal != null) {
            sockets.closed(refusal.code());
            return outbound.sendClose(refusal.code().number(), refusal.reason());
        }
        WebSocketClient client = client(inbound, remote, caller);
        return inbound.receiveFrames()
                .map(client::read)
                .concatMap(client::receive, 1)
                .then();
    }

    private WebSocketClient client(WebsocketInbound inbound, InetSocketAddress remote, Caller caller) {
        Channel[] channel = new Channel[1];
        inbound.withConnection(connection -> {
            connection.addHandlerLast(new WholeMessages(messageSize));
            channel[0] = connection.channel();
        });
        WebSocketClient client = new WebSocketClient(
                channel[0], sockets, address(remote), remote, credentials, caller, feed, persisted, timeout, json);
        sockets.add(client);
        return client;
    }

    /** Assembles messages from frames, and closes the socket if a message is too large. */
    private static final class WholeMessages extends WebSocketFrameAggregator {

        /** The maximum number of parts. Each part takes some 200 bytes of overhead, however short it is. */
        private static final int PARTS = 64;

        WholeMessages(int most) {
            super(most);
            setMaxCumulationBufferComponents(PARTS);
        }

        @Override
        protected void handleOversizedMessage(ChannelHandlerContext context, WebSocketFrame message) {
            context.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.MESSAGE_TOO_BIG))
                    .addListener(ChannelFutureListener.CLOSE);
        }
    }

    static String address(InetSocketAddress remote) {
        return ClientNetwork.of(remote);
    }
}
