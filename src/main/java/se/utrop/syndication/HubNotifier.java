package se.utrop.syndication;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.ChannelOption;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.stereotype.Component;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.util.retry.Retry;
import se.utrop.freshness.NewsroomVersion;
import se.utrop.freshness.NewsroomVersion.Known;

/**
 * Tells the WebSub hub which feeds have changed, so that it fetches them and passes them on.
 *
 * <p>It remembers only the position up to which the hub was notified. Changes while a call is under way or retried are
 * conflated: the next call names each changed feed once. Each node tells the hub, as soon as it serves the change itself: a
 * hub that fetches from a node that lags behind hears of the change again.
 *
 * @see <a href="https://www.w3.org/TR/websub/">WebSub</a>
 * @see <a href="https://pubsubhubbub.github.io/PubSubHubbub/pubsubhubbub-core-0.4.html#publishing">PubSubHubbub 0.4, 7</a>
 */
@Component
@ConditionalOnWebApplication
class HubNotifier implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(HubNotifier.class);

    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);

    private static final Duration LONGEST_BACKOFF = Duration.ofMinutes(5);

    /** Topics, and series, of whose feeds the hub is notified at a time. */
    private static final int MOST_LISTS = 1_000;

    /** Addresses that one call names. */
    private static final int MOST_ADDRESSES = 100;

    private final @Nullable URI hub;
    private final Publishers publishers;
    private final SyndicationRepository repository;
    private final NewsroomVersion version;
    private final MeterRegistry registry;
    private final WebClient client;

    /** The position of the log up to which the hub was notified; null before the first call. */
    private volatile @Nullable Long notifiedUpTo;

    private Disposable notifying = Disposables.disposed();

    HubNotifier(
            SyndicationProperties properties,
            Publishers publishers,
            SyndicationRepository repository,
            NewsroomVersion version,
            MeterRegistry registry) {
        this.hub = properties.hub();
        this.publishers = publishers;
        this.repository = repository;
        this.version = version;
        this.registry = registry;
        this.client = client();
        if (hub != null && publishers.ofSettings() == null) {
            throw new IllegalArgumentException("utrop.feeds.hub requires utrop.site.url, the address of the feeds");
        }
    }

    private static WebClient client() {
        HttpClient http = HttpClient.create()
                .proxyWithSystemProperties()
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) TIMEOUT.toMillis())
                .responseTimeout(TIMEOUT);
        return WebClient.builder()
                .clientConnector(new ReactorClientHttpConnector(http))
                .build();
    }

    @Override
    public void start() {
        Publisher publisher = publishers.ofSettings();
        URI address = hub;
        if (address != null && publisher != null) {
            notifying = Flux.interval(INTERVAL)
                    .onBackpressureDrop()
                    .concatMap(tick -> notifyOfChanges(address, publisher).retryWhen(backoff()), 1)
                    .subscribe();
        }
    }

    private static Retry backoff() {
        return Retry.backoff(Long.MAX_VALUE, FIRST_BACKOFF)
                .maxBackoff(LONGEST_BACKOFF)
                .jitter(0.5)
                .transientErrors(true);
    }

    private Mono<Void> notifyOfChanges(URI address, Publisher publisher) {
        return Mono.defer(() -> {
            Known known = version.current();
            if (known == null || Long.valueOf(known.feedPosition()).equals(notifiedUpTo)) {
                return Mono.empty();
            }
            return changed(known.feedPosition())
                    .flatMapIterable(lists -> addresses(publisher, lists))
                    .buffer(MOST_ADDRESSES)
                    .concatMap(feeds -> send(address, feeds))
                    .then()
                    .doOnSuccess(done -> notifiedUpTo = known.feedPosition());
        });
    }

    private Mono<List<FeedRequest>> changed(long latest) {
        Long from = notifiedUpTo;
        long position = from == null || from > latest ? latest : from;
        return Flux.concat(
                        repository.changedTopics(position, MOST_LISTS).map(FeedRequest::ofTopic),
                        repository.changedSeries(position, MOST_LISTS).map(FeedRequest::ofSeries))
                .collectList();
    }

    private static List<String> addresses(Publisher publisher, List<FeedRequest> lists) {
        List<String> addresses = new ArrayList<>();
        for (FeedFormat format : FeedFormat.values()) {
            Stream.concat(Stream.of(FeedRequest.ofAll()), lists.stream())
                    .map(feed -> FeedPage.address(publisher, format, feed))
                    .forEach(addresses::add);
        }
        return addresses;
    }

    private Mono<Void> send(URI address, List<String> feeds) {
        MultiValueMap<String, String> form = new LinkedMultiValueMap<>();
        form.add("hub.mode", "publish");
        form.addAll("hub.url", feeds);
        return client.post()
                .uri(address)
                .body(BodyInserters.fromFormData(form))
                .retrieve()
                .toBodilessEntity()
                .timeout(TIMEOUT)
                .doOnSuccess(response -> count("success"))
                .doOnError(e -> count("failure"))
                .doOnError(e -> log.warn("The hub can't be notified of changes, will try again: {}", e.toString()))
                .then();
    }

    private void count(String outcome) {
        registry.counter("utrop.feeds.pings", "outcome", outcome).increment();
    }

    @Override
    public void stop() {
        notifying.dispose();
    }

    @Override
    public boolean isRunning() {
        return !notifying.isDisposed();
    }
}
