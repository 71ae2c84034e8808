package se.utrop.access;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.server.ServerAuthenticationEntryPoint;
import org.springframework.security.web.server.WebFilterExchange;
import org.springframework.security.web.server.authentication.ServerAuthenticationFailureHandler;
import org.springframework.security.web.server.authorization.ServerAccessDeniedHandler;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import se.utrop.graphql.ErrorCode;
import se.utrop.graphql.ErrorResponse;
import se.utrop.graphql.Problem;
import se.utrop.graphql.ResponseMediaType;
import tools.jackson.databind.json.JsonMapper;

/**
 * Answers a request whose token is invalid, or that lacks the token or the scope that an endpoint requires.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6750#section-3">RFC 6750, 3</a>
 */
final class TokenRefusal
        implements ServerAuthenticationFailureHandler, ServerAuthenticationEntryPoint, ServerAccessDeniedHandler {

    private static final TokenScope SCOPE = TokenScope.OPERATE;

    private final JsonMapper json;

    TokenRefusal(JsonMapper json) {
        this.json = json;
    }

    @Override
    public Mono<Void> onAuthenticationFailure(WebFilterExchange exchange, AuthenticationException failure) {
        RefusedToken refused = failure instanceof RefusedToken known
                ? known
                : new RefusedToken(new Problem(ErrorCode.UNAUTHENTICATED, Credentials.FORM));
        ServerWebExchange asked = exchange.getExchange();
        ServerHttpResponse response = asked.getResponse();
        if (refused.problem().code() == ErrorCode.UNAVAILABLE) {
            response.getHeaders().set(HttpHeaders.RETRY_AFTER, ErrorResponse.RETRY_SECONDS);
            return write(asked, HttpStatus.SERVICE_UNAVAILABLE, refused.problem());
        }
        challenge(response, refused.challenge());
        return write(asked, HttpStatus.UNAUTHORIZED, refused.problem());
    }

    /** For a request without a token. */
    @Override
    public Mono<Void> commence(ServerWebExchange exchange, AuthenticationException required) {
        ServerHttpResponse response = exchange.getResponse();
        challenge(response, "Bearer");
        return write(
                exchange,
                HttpStatus.UNAUTHORIZED,
                new Problem(
                        ErrorCode.UNAUTHENTICATED,
                        "This endpoint requires a token with the scope %s: send it as Authorization: Bearer <token>"
                                .formatted(SCOPE)));
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, AccessDeniedException denied) {
        ServerHttpResponse response = exchange.getResponse();
        challenge(response, "Bearer error=\"insufficient_scope\", scope=\"%s\"".formatted(SCOPE));
        return write(exchange, HttpStatus.FORBIDDEN, Caller.lacks(SCOPE));
    }

    private static void challenge(ServerHttpResponse response, String challenge) {
        response.getHeaders().set(HttpHeaders.WWW_AUTHENTICATE, challenge);
    }

    private Mono<Void> write(ServerWebExchange exchange, HttpStatus status, Problem problem) {
        return ErrorResponse.write(
                exchange.getResponse(),
                status,
                ResponseMediaType.ofError(exchange.getRequest().getHeaders()),
                problem,
                json);
    }
}
