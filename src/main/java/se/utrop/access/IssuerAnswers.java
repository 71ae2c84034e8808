package se.utrop.access;

import io.micrometer.observation.ObservationRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.ResponseEntity;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/**
 * Coalesces and caches requests for an issuer's metadata and keys for a few seconds. A decoder asks the issuer for every
 * token with an unknown key, and anybody can make such tokens up.
 */
final class IssuerAnswers implements ExchangeFilterFunction {

    private static final Logger log = LoggerFactory.getLogger(IssuerAnswers.class);

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** A new key is known after that at the latest. */
    private static final Duration FRESH = Duration.ofSeconds(5);

    private static final Duration FAILED = Duration.ofSeconds(1);

    private final Map<URI, Mono<ResponseEntity<String>>> answers = new ConcurrentHashMap<>();

    /**
     * A client that asks through the proxy of the system properties (https.proxyHost, http.proxyHost, http.nonProxyHosts),
     * and trusts the certificate authorities that the JVM trusts (javax.net.ssl.trustStore).
     */
    static WebClient client(ObservationRegistry observations) {
        HttpClient http = HttpClient.create().proxyWithSystemProperties();
        return WebClient.builder()
                .clientConnector(new ReactorClientHttpConnector(http))
                .observationRegistry(observations)
                .filter(new IssuerAnswers())
                .build();
    }

    @Override
    public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction issuer) {
        return answers.computeIfAbsent(request.url(), url -> ask(request, issuer))
                .map(answer -> ClientResponse.create(answer.getStatusCode())
                        .headers(headers -> headers.addAll(answer.getHeaders()))
                        .body(answer.hasBody() ? String.valueOf(answer.getBody()) : "")
                        .build());
    }

    private static Mono<ResponseEntity<String>> ask(ClientRequest request, ExchangeFunction issuer) {
        return issuer.exchange(request)
                .flatMap(response -> response.toEntity(String.class))
                .timeout(PATIENCE)
                .doOnError(e -> log.warn("The token issuer doesn't answer at {}: {}", request.url(), e.toString()))
                .cache(answer -> answer.getStatusCode().is2xxSuccessful() ? FRESH : FAILED, e -> FAILED, () -> FAILED);
    }
}
