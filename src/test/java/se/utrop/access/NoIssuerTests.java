package se.utrop.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerProperties;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.ReactiveJwtAuthenticationConverter;
import reactor.core.publisher.Mono;
import se.utrop.graphql.ErrorCode;
import se.utrop.graphql.Problem;

/** A server on a database of its operator's own, where no issuer is set, or where that can't be asked. */
class NoIssuerTests {

    private final DefaultListableBeanFactory beans = new DefaultListableBeanFactory();

    @ParameterizedTest
    @ValueSource(strings = {"Bearer x.y.z", "bearer x", "x", ""})
    void noTokenCounts(String authorization) {
        assertRefused(authorization, ErrorCode.UNAUTHENTICATED);
    }

    @Test
    void aTokenThatCannotBeCheckedIsNotTakenAndNotBlamed() {
        beans.registerSingleton("decoder", (ReactiveJwtDecoder) token -> Mono.error(new JwtException("No keys")));
        assertRefused("Bearer x", ErrorCode.UNAVAILABLE);
    }

    private void assertRefused(String authorization, ErrorCode code) {
        Credentials credentials = new Credentials(
                beans.getBeanProvider(ReactiveJwtDecoder.class),
                beans.getBeanProvider(ReactiveJwtAuthenticationConverter.class),
                new OAuth2ResourceServerProperties());
        Problem refused = credentials
                .caller(authorization)
                .then(Mono.<Problem>empty())
                .onErrorResume(Problem.class, Mono::just)
                .blockOptional()
                .orElseThrow();
        assertThat(refused.code()).isEqualTo(code);
    }
}
