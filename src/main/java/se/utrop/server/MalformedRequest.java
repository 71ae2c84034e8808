package se.utrop.server;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderResultProvider;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import se.utrop.graphql.Errors;
import se.utrop.graphql.Problem;
import tools.jackson.databind.json.JsonMapper;

/**
 * Gives requests that never reach Spring GraphQL an error in the usual JSON format. Reactor Netty and Spring respond
 * with only a status.
 */
final class MalformedRequest {

    private final JsonMapper json;

    MalformedRequest(JsonMapper json) {
        this.json = json;
    }

    /** Passes a handler's response on, or adds the error if Spring could not parse the URL and set only the status. */
    Mono<Void> answer(Mono<Void> handled, Object exchange) {
        return exchange instanceof HttpServerResponse response
                        && response.status().equals(HttpResponseStatus.BAD_REQUEST)
                ? refuse(response, ((HttpServerRequest) exchange).uri())
                : handled;
    }

    private Mono<Void> refuse(HttpServerResponse response, String target) {
        byte[] body = body(
                RequestTarget.isBroken(target)
                        ? "The address has a % without two hexadecimal digits after it: write a percent sign as %25"
                        : "The address is malformed");
        describe(response.responseHeaders(), body);
        Publisher<Void> sent = response.sendByteArray(Mono.just(body));
        return Mono.from(sent);
    }

    private byte[] body(String message) {
        return json.writeValueAsBytes(Errors.answer(Problem.badInput(message)));
    }

    private static void describe(HttpHeaders headers, byte[] body) {
        headers.set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
                .set(HttpHeaderNames.CONTENT_LENGTH, body.length)
                .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE);
    }

    /**
     * Creates a handler that adds a body to the response to what the HTTP/1.1 decoder could not parse. Its place in the
     * pipeline is behind the decoder.
     */
    ChannelDuplexHandler handler() {
        return new Handler();
    }

    private final class Handler extends ChannelDuplexHandler {

        /** Whether decoding has failed. The decoder reads nothing more after that. */
        private boolean failed;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
            failed |= message instanceof DecoderResultProvider decoded
                    && decoded.decoderResult().isFailure();
            super.channelRead(context, message);
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
            boolean refused = failed && message instanceof FullHttpResponse response && isRefusal(response);
            super.write(context, refused ? withBody((FullHttpResponse) message) : message, promise);
        }

        private static boolean isRefusal(FullHttpResponse response) {
            return response.status().codeClass() == HttpStatusClass.CLIENT_ERROR
                    && !response.content().isReadable();
        }

        private FullHttpResponse withBody(FullHttpResponse empty) {
            byte[] body = body(message(empty.status()));
            FullHttpResponse full =
                    new DefaultFullHttpResponse(empty.protocolVersion(), empty.status(), Unpooled.wrappedBuffer(body));
            full.headers().set(empty.headers());
            describe(full.headers(), body);
            empty.release();
            return full;
        }

        private static String message(HttpResponseStatus status) {
            return switch (status.code()) {
                case 413 -> "The body is too large";
                case 414 -> "The address is too long: send the request by POST";
                case 431 -> "The headers are too long";
                default -> "The request is not valid HTTP: percent-encode spaces and control characters in the address";
            };
        }
    }
}
