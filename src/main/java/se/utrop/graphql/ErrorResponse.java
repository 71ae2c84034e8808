package se.utrop.graphql;

import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes the response to a request that is refused before execution. The caller sets the status and any other headers.
 */
public final class ErrorResponse {

    private ErrorResponse() {}

    public static Mono<Void> write(ServerHttpResponse response, MediaType type, Problem problem, JsonMapper json) {
        response.getHeaders().setContentType(type);
        response.getHeaders().setCacheControl("no-store");
        byte[] body = json.writeValueAsBytes(Errors.answer(problem));
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
    }
}
