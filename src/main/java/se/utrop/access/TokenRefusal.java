package se.utrop.access;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.server.WebFilterExchange;
import org.springframework.security.web.server.authentication.ServerAuthenticationFailureHandler;
import reactor.core.publisher.Mono;
import se.utrop.graphql.ErrorCode;
import se.utrop.graphql.Errors;
import se.utrop.graphql.Problem;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers a request whose token doesn't count.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6750#section-3">RFC 6750, 3</a>
 */
final class TokenRefusal implements ServerAuthenticationFailureHandler {

    private static final String SECONDS_TO_WAIT = "1";

    private final JsonMapper json;

    TokenRefusal(JsonMapper json) {
        this.json = json;
    }

    @Override
    public Mono<Void> onAuthenticationFailure(WebFilterExchange exchange, AuthenticationException failure) {
        Problem problem = failure instanceof RefusedToken refused
                ? refused.problem()
                : new Problem(ErrorCode.UNAUTHENTICATED, "Write Authorization as Bearer, a space, and the token");
        ServerHttpResponse response = exchange.getExchange().getResponse();
        describe(response, problem);
        byte[] body = json.writeValueAsBytes(Errors.answer(problem));
        return response.writeWith(
                Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
    }

    private static void describe(ServerHttpResponse response, Problem problem) {
        HttpHeaders headers = response.getHeaders();
        headers.setContentType(MediaType.APPLICATION_JSON);
        headers.setCacheControl("no-store");
        if (problem.code() == ErrorCode.UNAVAILABLE) {
            response.setStatusCode(HttpStatus.SERVICE_UNAVAILABLE);
            headers.set(HttpHeaders.RETRY_AFTER, SECONDS_TO_WAIT);
        } else {
            response.setStatusCode(HttpStatus.UNAUTHORIZED);
            headers.set(HttpHeaders.WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"");
        }
    }
}
