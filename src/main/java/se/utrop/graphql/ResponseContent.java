package se.utrop.graphql;

import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerResponse;

/** Writes a response whose content is known as a whole. */
public final class ResponseContent {

    private ResponseContent() {}

    /** Writes nothing if Netty has already refused the request, as it does within a body that is too large or malformed. */
    public static Mono<Void> write(ServerHttpResponse response, HttpStatusCode status, MediaType type, byte[] content) {
        HttpServerResponse netty = ServerHttpResponseDecorator.getNativeResponse(response);
        if (netty.hasSentHeaders()) {
            return Mono.empty();
        }
        response.setStatusCode(status);
        response.getHeaders().setContentType(type);
        response.getHeaders().setContentLength(content.length);
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(content)));
    }
}
