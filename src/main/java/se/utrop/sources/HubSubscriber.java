package se.utrop.sources;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import se.utrop.sources.Claim.Progress;
import se.utrop.sources.SubscriptionRepository.Subscription;

/**
 * Subscribes to the hubs that feeds name, and renews the subscriptions before they end. Polling goes on meanwhile: a hub
 * that fails costs time, not news.
 *
 * @see <a href="https://www.w3.org/TR/websub/#subscribing-and-unsubscribing">WebSub, Subscribing and Unsubscribing</a>
 */
@Component
@ConditionalOnWebApplication
class HubSubscriber {

    private static final Logger log = LoggerFactory.getLogger(HubSubscriber.class);

    static final String CALLBACK_PATH = "/websub/";

    /** What the hub is asked for; it may grant another time. */
    private static final Duration LEASE = Duration.ofDays(10);

    private static final Duration RETRY = Duration.ofHours(1);

    private static final int SECRET_BYTES = 32;

    private final SubscriptionRepository repository;
    private final FeedClient client;
    private final @Nullable URI publicUrl;
    private final SecureRandom random = new SecureRandom();

    HubSubscriber(SubscriptionRepository repository, FeedClient client, SourcesProperties properties) {
        this.repository = repository;
        this.client = client;
        this.publicUrl = properties.publicUrl();
    }

    /** Asks the hub of a feed if it is time to. Completes whatever happens. */
    Mono<Void> subscribe(SourceSettings source, Progress progress) {
        URI hub = progress.hub();
        URI topic = progress.topic();
        if (publicUrl == null || !source.websub()) {
            return Mono.empty();
        }
        Mono<Void> done = hub == null || topic == null
                ? repository.forget(source.name())
                : repository
                        .request(new Subscription(source.name(), secret(), secret()), hub, topic, RETRY)
                        .flatMap(subscription -> ask(source, hub, topic, subscription));
        return done.onErrorResume(e -> {
            log.warn("The hub of source {} can't be asked, will try again: {}", source.name(), e.getMessage());
            return Mono.empty();
        });
    }

    private String secret() {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
    }

    private Mono<Void> ask(SourceSettings source, URI hub, URI topic, Subscription subscription) {
        String form = form(Map.of(
                "hub.mode",
                "subscribe",
                "hub.topic",
                topic.toString(),
                "hub.callback",
                callback(subscription),
                "hub.secret",
                subscription.secret(),
                "hub.lease_seconds",
                String.valueOf(LEASE.toSeconds())));
        return client.post(source, hub, form)
                .doOnNext(status -> {
                    if (status / 100 != 2) {
                        log.warn("The hub {} of source {} answered {}", hub, source.name(), status);
                    }
                })
                .then();
    }

    private String callback(Subscription subscription) {
        return String.valueOf(publicUrl).replaceFirst("/+$", "") + CALLBACK_PATH + subscription.callback();
    }

    private static String form(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }
}
