package se.utrop.graphql;

import java.util.Map;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.DisconnectedClientHelper;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Writes the response to a request that is refused or that fails. The caller sets any other headers. */
public final class ErrorResponse {

    /** Retry-After of a response that says UNAVAILABLE. */
    public static final String RETRY_SECONDS = "1";

    private ErrorResponse() {}

    public static Mono<Void> write(
            ServerHttpResponse response, HttpStatusCode status, MediaType type, Problem problem, JsonMapper json) {
        return write(response, status, type, Errors.answer(problem), json);
    }

    /** Writes a GraphQL response that has errors only. */
    public static Mono<Void> write(
            ServerHttpResponse response,
            HttpStatusCode status,
            MediaType type,
            Map<String, Object> answer,
            JsonMapper json) {
        response.getHeaders().setCacheControl("no-store");
        return ResponseContent.write(response, status, type, json.writeValueAsBytes(answer));
    }

    /** Whether a failure comes too late for a response: it is committed, or the client has disconnected. */
    public static boolean isUnanswerable(ServerWebExchange exchange, Throwable failure) {
        return exchange.getResponse().isCommitted() || DisconnectedClientHelper.isClientDisconnectedException(failure);
    }
}
