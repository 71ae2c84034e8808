package se.utrop.access;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerProperties;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtValidationException;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.security.oauth2.server.resource.authentication.ReactiveJwtAuthenticationConverter;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import se.utrop.graphql.ErrorCode;
import se.utrop.graphql.Problem;

/** Authenticates a bearer token, or says why it is refused. */
@Component
@ConditionalOnWebApplication
public class Credentials implements ReactiveAuthenticationManager {

    private static final Logger log = LoggerFactory.getLogger(Credentials.class);

    /** As RFC 6750 has it. */
    private static final Pattern BEARER = Pattern.compile("(?i)bearer +([\\w.~+/-]+=*)");

    /** For an issuer that has to be asked for its keys. */
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    private static final String SCHEME = "Bearer";

    static final String FORM = "Write Authorization as Bearer, a space, and the token: other schemes are not supported";

    private final @Nullable ReactiveJwtDecoder decoder;

    private final ReactiveJwtAuthenticationConverter converter;

    Credentials(
            ObjectProvider<ReactiveJwtDecoder> decoder,
            ObjectProvider<ReactiveJwtAuthenticationConverter> converter,
            OAuth2ResourceServerProperties properties) {
        this.decoder = decoder.getIfAvailable();
        this.converter = converter.getIfAvailable(ReactiveJwtAuthenticationConverter::new);
        warn(properties.getJwt());
    }

    private void warn(OAuth2ResourceServerProperties.Jwt settings) {
        if (decoder == null) {
            log.warn("Mutations are refused: no issuer of tokens is set"
                    + " (spring.security.oauth2.resourceserver.jwt.issuer-uri)");
        } else if (settings.getIssuerUri() != null && settings.getAudiences().isEmpty()) {
            log.warn(
                    "Every token of {} counts here, whatever its audience: set"
                            + " spring.security.oauth2.resourceserver.jwt.audiences",
                    settings.getIssuerUri());
        }
    }

    /** Whether a request has credentials. An empty header counts as none. */
    public static boolean arePresent(HttpHeaders headers) {
        return headers.getOrEmpty(HttpHeaders.AUTHORIZATION).stream().anyMatch(value -> !value.isBlank());
    }

    /**
     * Who sent this value of the header Authorization, or of its like in a socket's connection_init; with a Problem where
     * it doesn't count, or can't be checked.
     */
    public Mono<Caller> caller(String authorization) {
        Matcher bearer = BEARER.matcher(authorization);
        return bearer.matches() ? verified(bearer.group(1)) : Mono.error(() -> unauthenticated(FORM));
    }

    /** The token of a request, to be verified; empty where there is none. */
    static Mono<Authentication> presented(ServerWebExchange exchange) {
        HttpHeaders headers = exchange.getRequest().getHeaders();
        return arePresent(headers)
                ? Mono.fromCallable(() -> presented(headers.getOrEmpty(HttpHeaders.AUTHORIZATION)))
                : Mono.empty();
    }

    private static Authentication presented(List<String> values) {
        List<String> present = values.stream().filter(one -> !one.isBlank()).toList();
        String value = present.size() == 1 ? present.getFirst().strip() : "";
        Matcher bearer = BEARER.matcher(value);
        if (!bearer.matches()) {
            throw malformed(value);
        }
        return new BearerTokenAuthenticationToken(bearer.group(1));
    }

    /** RFC 6750, 3: a client that tried another method of authentication made no error with a token. */
    private static RefusedToken malformed(String authorization) {
        Problem problem = unauthenticated(FORM);
        return authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                ? new RefusedToken(problem)
                : new RefusedToken(problem, SCHEME);
    }

    @Override
    public Mono<Authentication> authenticate(Authentication presented) {
        return verified(((BearerTokenAuthenticationToken) presented).getToken())
                .mapNotNull(Caller::authentication)
                .onErrorMap(Problem.class, RefusedToken::new);
    }

    private Mono<Caller> verified(String token) {
        ReactiveJwtDecoder known = decoder;
        return known == null
                ? Mono.error(() -> unauthenticated("This server accepts no tokens: its operator has set no issuer"))
                : Mono.defer(() -> known.decode(token))
                        .timeout(PATIENCE)
                        .flatMap(this::converted)
                        .map(Caller::of)
                        .onErrorMap(Credentials::problem);
    }

    /** Claims are what the issuer makes them: numbers, for example, where the settings expect the names of scopes. */
    private Mono<AbstractAuthenticationToken> converted(Jwt token) {
        return Mono.defer(() -> converter.convert(token))
                .onErrorMap(e -> unauthenticated("The token's claims don't have the form that this server expects"));
    }

    private static Problem problem(Throwable failure) {
        return switch (failure) {
            case Problem known -> known;
            case JwtValidationException invalid -> unauthenticated("The token is not valid: " + reasons(invalid));
            case BadJwtException bad ->
                unauthenticated("The token is malformed, or not signed by the issuer that this server trusts");
            default -> new Problem(ErrorCode.UNAVAILABLE, "The token can't be verified now: try again in a moment");
        };
    }

    /** Told only of tokens that are rightly signed. */
    private static String reasons(JwtValidationException invalid) {
        return invalid.getErrors().stream().map(OAuth2Error::getDescription).collect(Collectors.joining("; "));
    }

    private static Problem unauthenticated(String message) {
        return new Problem(ErrorCode.UNAUTHENTICATED, message);
    }
}
