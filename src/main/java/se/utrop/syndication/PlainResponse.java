package se.utrop.syndication;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import se.utrop.graphql.Problem;
import se.utrop.server.Origins;

/** Refuses requests, with the reason as plain text. */
final class PlainResponse {

    private static final MediaType TEXT = new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8);

    private PlainResponse() {}

    static Mono<Void> badRequest(ServerWebExchange exchange, Problem problem) {
        return send(exchange, HttpStatus.BAD_REQUEST, String.valueOf(problem.getMessage()));
    }

    static Mono<Void> forbidden(ServerWebExchange exchange) {
        return send(exchange, HttpStatus.FORBIDDEN, Origins.REFUSAL);
    }

    static Mono<Void> notFound(ServerWebExchange exchange) {
        return send(exchange, HttpStatus.NOT_FOUND, "There is nothing at this address");
    }

    static Mono<Void> methodNotAllowed(ServerWebExchange exchange) {
        exchange.getResponse().getHeaders().setAllow(Set.of(HttpMethod.GET, HttpMethod.HEAD));
        return send(exchange, HttpStatus.METHOD_NOT_ALLOWED, "Only GET and HEAD are allowed");
    }

    private static Mono<Void> send(ServerWebExchange exchange, HttpStatus status, String reason) {
        byte[] content = (reason + "\n").getBytes(StandardCharsets.UTF_8);
        ServerHttpResponse response = exchange.getResponse();
        response.setStatusCode(status);
        response.getHeaders().setContentType(TEXT);
        response.getHeaders().setContentLength(content.length);
        response.getHeaders().setCacheControl("no-store");
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(content)));
    }
}
