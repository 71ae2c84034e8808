package se.utrop.access;

import java.util.EnumSet;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.graphql.autoconfigure.GraphQlCorsProperties;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.reactive.JwkSetUriReactiveJwtDecoderBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.context.NoOpServerSecurityContextRepository;
import org.springframework.security.web.server.firewall.ServerWebExchangeFirewall;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher.MatchResult;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Everybody may read. Who shows a token is somebody, on this one request; what that one may do, the methods say. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication
@EnableWebFluxSecurity
class AccessConfiguration {

    @Bean
    SecurityWebFilterChain tokens(
            ServerHttpSecurity http, Credentials credentials, JsonMapper json, GraphQlCorsProperties cors) {
        return http.securityMatcher(AccessConfiguration::isSigned)
                .oauth2ResourceServer(server -> server.authenticationFailureHandler(new TokenRefusal(json))
                        .jwt(jwt -> jwt.authenticationManager(credentials)))
                // Pages of other origins are to see why a token is refused.
                .cors(pages -> pages.configurationSource(exchange -> cors.toCorsConfiguration()))
                .securityContextRepository(NoOpServerSecurityContextRepository.getInstance())
                .csrf(ServerHttpSecurity.CsrfSpec::disable)
                .headers(ServerHttpSecurity.HeaderSpec::disable)
                .httpBasic(ServerHttpSecurity.HttpBasicSpec::disable)
                .formLogin(ServerHttpSecurity.FormLoginSpec::disable)
                .logout(ServerHttpSecurity.LogoutSpec::disable)
                .requestCache(ServerHttpSecurity.RequestCacheSpec::disable)
                .build();
    }

    private static Mono<MatchResult> isSigned(ServerWebExchange exchange) {
        return exchange.getRequest().getHeaders().containsHeader(HttpHeaders.AUTHORIZATION)
                ? MatchResult.match()
                : MatchResult.notMatch();
    }

    /** Each request is observed once, as a whole. */
    @Bean
    SecurityObservationSettings noObservations() {
        return SecurityObservationSettings.noObservations();
    }

    /** No rule here depends on a path, and the strict one refuses documents in an address for their line breaks. */
    @Bean
    ServerWebExchangeFirewall firewall() {
        return ServerWebExchangeFirewall.INSECURE_NOOP;
    }

    /** Whatever key pairs the issuer changes to: none of these is a shared secret. */
    @Bean
    JwkSetUriReactiveJwtDecoderBuilderCustomizer issuer() {
        WebClient client = WebClient.builder().filter(new IssuerAnswers()).build();
        return decoder -> decoder.webClient(client)
                .jwsAlgorithms(accepted -> accepted.addAll(EnumSet.allOf(SignatureAlgorithm.class)));
    }
}
