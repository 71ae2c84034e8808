package se.utrop.access;

import io.micrometer.observation.ObservationRegistry;
import java.util.EnumSet;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.security.autoconfigure.actuate.web.reactive.EndpointRequest;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.reactive.JwkSetUriReactiveJwtDecoderBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.JwtTypeValidator;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.context.NoOpServerSecurityContextRepository;
import org.springframework.security.web.server.firewall.ServerWebExchangeFirewall;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher.MatchResult;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import se.utrop.server.Origins;
import se.utrop.tracing.Spans;
import tools.jackson.databind.json.JsonMapper;

/** Reading is public. A bearer token authenticates a single request; method security decides what its scopes permit. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication
@EnableWebFluxSecurity
class AccessConfiguration {

    private static final int BEFORE_TOKENS = 1;

    private static final String[] PUBLIC_ENDPOINTS = {"health", "info", "prometheus"};

    /**
     * Every other endpoint of Actuator requires the scope operate, on the server's port and on a management port of its
     * own alike: the matcher knows which of the two serves endpoints.
     */
    @Bean
    @Order(BEFORE_TOKENS)
    SecurityWebFilterChain endpoints(ServerHttpSecurity http, Credentials credentials, JsonMapper json) {
        TokenRefusal refusal = new TokenRefusal(json);
        return bearerTokens(http, credentials, refusal)
                .securityMatcher(EndpointRequest.toAnyEndpoint()
                        .excluding(PUBLIC_ENDPOINTS)
                        .excludingLinks())
                .authorizeExchange(requests -> requests.anyExchange().hasAuthority(TokenScope.OPERATE.authority()))
                .exceptionHandling(
                        refused -> refused.authenticationEntryPoint(refusal).accessDeniedHandler(refusal))
                .build();
    }

    @Bean
    SecurityWebFilterChain tokens(ServerHttpSecurity http, Credentials credentials, JsonMapper json, Origins origins) {
        return bearerTokens(http, credentials, new TokenRefusal(json))
                .securityMatcher(AccessConfiguration::isSigned)
                // Pages of other origins are to see why a token is refused.
                .cors(pages -> pages.configurationSource(origins))
                .build();
    }

    private static ServerHttpSecurity bearerTokens(
            ServerHttpSecurity http, Credentials credentials, TokenRefusal refusal) {
        return http.oauth2ResourceServer(server -> server.bearerTokenConverter(Credentials::presented)
                        .authenticationFailureHandler(refusal)
                        .jwt(jwt -> jwt.authenticationManager(credentials)))
                .securityContextRepository(NoOpServerSecurityContextRepository.getInstance())
                .csrf(ServerHttpSecurity.CsrfSpec::disable)
                .headers(ServerHttpSecurity.HeaderSpec::disable)
                .httpBasic(ServerHttpSecurity.HttpBasicSpec::disable)
                .formLogin(ServerHttpSecurity.FormLoginSpec::disable)
                .logout(ServerHttpSecurity.LogoutSpec::disable)
                .requestCache(ServerHttpSecurity.RequestCacheSpec::disable);
    }

    private static Mono<MatchResult> isSigned(ServerWebExchange exchange) {
        return Credentials.arePresent(exchange.getRequest().getHeaders())
                ? MatchResult.match()
                : MatchResult.notMatch();
    }

    /** Each request is observed once, as a whole. */
    @Bean
    SecurityObservationSettings noObservations() {
        return SecurityObservationSettings.noObservations();
    }

    /**
     * The one rule here that depends on a path matches it as Actuator does. The strict firewall refuses documents in an address
     * for their line breaks.
     */
    @Bean
    ServerWebExchangeFirewall firewall() {
        return ServerWebExchangeFirewall.INSECURE_NOOP;
    }

    /** Replaces the validator of Spring Security's, which accepts a token that never expires. */
    @Bean
    JwtTimestampValidator expiry() {
        return IssuedTokens.expiry();
    }

    /** Replaces the validator of Spring Security's, which accepts no access tokens of RFC 9068. */
    @Bean
    JwtTypeValidator types() {
        return IssuedTokens.types();
    }

    /** Whatever key pairs the issuer changes to: none of these is a shared secret. */
    @Bean
    JwkSetUriReactiveJwtDecoderBuilderCustomizer issuer(ObjectProvider<Spans> spans) {
        Spans present = spans.getIfAvailable();
        WebClient client = IssuerAnswers.client(present == null ? ObservationRegistry.NOOP : present.observations());
        return decoder -> decoder.webClient(client)
                .jwsAlgorithms(accepted -> accepted.addAll(EnumSet.allOf(SignatureAlgorithm.class)));
    }
}
