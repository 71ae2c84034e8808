package se.utrop.sources;

import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.BodyExtractors;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import se.utrop.sources.SubscriptionRepository.Subscription;

/**
 * The address at which hubs verify subscriptions and announce content. An announcement that is signed makes the source due
 * at once; its body is not stored, because the feed itself is more recent than any announcement that arrives late.
 *
 * @see <a href="https://www.w3.org/TR/websub/#hub-verifies-intent">WebSub, Hub Verifies Intent of the Subscriber</a>
 * @see <a href="https://www.w3.org/TR/websub/#content-distribution">WebSub, Content Distribution</a>
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication
class HubCallback {

    private static final Logger log = LoggerFactory.getLogger(HubCallback.class);

    private static final Pattern CALLBACK = Pattern.compile("[\\w-]{43}");

    private static final int LONGEST_PARAMETER = 2_000;

    private static final Duration SHORTEST_LEASE = Duration.ofMinutes(1);
    private static final Duration LONGEST_LEASE = Duration.ofDays(365);

    private final SubscriptionRepository subscriptions;
    private final SourceRepository sources;
    private final SourcesProperties properties;
    private final SourceMetrics metrics;

    HubCallback(
            SubscriptionRepository subscriptions,
            SourceRepository sources,
            SourcesProperties properties,
            SourceMetrics metrics) {
        this.subscriptions = subscriptions;
        this.sources = sources;
        this.properties = properties;
        this.metrics = metrics;
    }

    @Bean
    RouterFunction<ServerResponse> hubCallbacks() {
        String path = HubSubscriber.CALLBACK_PATH + "{callback}";
        return RouterFunctions.route()
                .GET(path, this::verify)
                .POST(path, this::receive)
                .build();
    }

    private Mono<ServerResponse> verify(ServerRequest request) {
        String callback = callback(request);
        String topic = parameter(request, "hub.topic");
        return wanted(callback)
                .flatMap(subscription -> switch (parameter(request, "hub.mode")) {
                    case "subscribe" -> subscriptions.confirm(callback, topic, lease(request));
                    case "denied" ->
                        subscriptions
                                .deny(callback, topic, "the hub denied it: " + parameter(request, "hub.reason"))
                                .doOnNext(denied -> log.warn(
                                        "The hub of source {} denied the subscription", subscription.source()));
                    default -> Mono.just(false);
                })
                .filter(agreed -> agreed)
                .flatMap(agreed -> ServerResponse.ok()
                        .contentType(MediaType.TEXT_PLAIN)
                        .bodyValue(parameter(request, "hub.challenge")))
                .switchIfEmpty(ServerResponse.notFound().build());
    }

    private static String callback(ServerRequest request) {
        return request.pathVariable("callback");
    }

    private static String parameter(ServerRequest request, String name) {
        return request.queryParam(name)
                .filter(value -> value.length() <= LONGEST_PARAMETER)
                .orElse("");
    }

    private static Duration lease(ServerRequest request) {
        String seconds = parameter(request, "hub.lease_seconds");
        Duration lease = seconds.matches("\\d{1,9}") ? Duration.ofSeconds(Long.parseLong(seconds)) : SHORTEST_LEASE;
        return lease.compareTo(SHORTEST_LEASE) < 0
                ? SHORTEST_LEASE
                : lease.compareTo(LONGEST_LEASE) > 0 ? LONGEST_LEASE : lease;
    }

    /** A subscription of a source that this newsroom still follows. */
    private Mono<Subscription> wanted(String callback) {
        return CALLBACK.matcher(callback).matches()
                ? subscriptions.find(callback).filter(subscription -> settings(subscription) != null)
                : Mono.empty();
    }

    private @Nullable SourceSettings settings(Subscription subscription) {
        return properties
                .find(subscription.source())
                .filter(SourceSettings::websub)
                .orElse(null);
    }

    /** A hub learns no more than that the subscription is gone: it is not told whether a signature was right. */
    private Mono<ServerResponse> receive(ServerRequest request) {
        return wanted(callback(request))
                .flatMap(
                        subscription -> isSigned(request, subscription).flatMap(signed -> accept(subscription, signed)))
                .switchIfEmpty(ServerResponse.status(HttpStatus.GONE).build());
    }

    private Mono<Boolean> isSigned(ServerRequest request, Subscription subscription) {
        HubSignature signature =
                HubSignature.of(request.headers().firstHeader("X-Hub-Signature"), subscription.secret());
        if (signature == null) {
            return Mono.just(false);
        }
        SourceSettings settings = settings(subscription);
        long limit = settings == null ? 0 : settings.maxSize().toBytes();
        return request.body(BodyExtractors.toDataBuffers())
                .map(signature::update)
                .takeUntil(read -> read.size() > limit)
                .then(Mono.fromSupplier(() -> signature.size() <= limit && signature.isValid()));
    }

    private Mono<ServerResponse> accept(Subscription subscription, boolean signed) {
        metrics.announced(subscription.source(), signed ? "accepted" : "refused");
        Mono<Void> announced = signed ? sources.announce(subscription.source()) : Mono.empty();
        return announced.then(ServerResponse.accepted().build());
    }
}
