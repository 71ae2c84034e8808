package se.utrop.access;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.oauth2.core.AbstractOAuth2Token;
import org.springframework.security.oauth2.jwt.JwtClaimNames;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import se.utrop.graphql.ErrorCode;
import se.utrop.graphql.Problem;

/**
 * The sender of a request.
 *
 * @param authentication the authentication by the token; null for the public
 * @param expiresAt when the token expires; null if it doesn't
 */
public record Caller(
        @Nullable Authentication authentication, @Nullable Instant expiresAt) {

    public static final Caller ANYBODY = new Caller(null, null);

    static Caller of(@Nullable Authentication authentication) {
        return new Caller(
                authentication,
                authentication != null && authentication.getCredentials() instanceof AbstractOAuth2Token token
                        ? token.getExpiresAt()
                        : null);
    }

    /** The one on whose behalf Reactor's context is. */
    public static Mono<Caller> current() {
        return ReactiveSecurityContextHolder.getContext()
                .mapNotNull(SecurityContext::getAuthentication)
                .map(Caller::of)
                .defaultIfEmpty(ANYBODY);
    }

    /** Issuer and subject, by which the record knows who it was. */
    public String name() {
        return authentication instanceof JwtAuthenticationToken token
                ? token.getToken().getClaimAsString(JwtClaimNames.ISS)
                        + " "
                        + token.getToken().getSubject()
                : "anybody";
    }

    /** Whether the token has the scope, or one that includes it. */
    public boolean has(TokenScope scope) {
        return authentication != null
                && authentication.getAuthorities().stream()
                        .anyMatch(granted -> scope.isGrantedBy(granted.getAuthority()));
    }

    /** Fails with a Problem, UNAUTHENTICATED or FORBIDDEN, where this one lacks the scope. */
    public void require(TokenScope scope) {
        if (authentication == null) {
            throw new Problem(
                    ErrorCode.UNAUTHENTICATED, "This is for editors: send a token as Authorization: Bearer <token>");
        }
        if (!has(scope)) {
            throw lacks(scope);
        }
    }

    static Problem lacks(TokenScope scope) {
        return new Problem(ErrorCode.FORBIDDEN, "The token lacks the scope " + scope);
    }

    /** The context, on this one's behalf. */
    public Context in(Context context) {
        return authentication == null
                ? context
                : context.putAll(ReactiveSecurityContextHolder.withAuthentication(authentication)
                        .readOnly());
    }
}
