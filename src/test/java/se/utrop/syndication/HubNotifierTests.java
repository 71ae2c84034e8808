package se.utrop.syndication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.MultiValueMap;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import se.utrop.Newsroom;
import se.utrop.UtropTest;
import se.utrop.freshness.NewsroomVersion;
import se.utrop.site.SiteProperties;

/** What a hub of the test's own is told. */
@UtropTest
class HubNotifierTests {

    private static final String ORIGIN = "https://news.example.org";

    private final Newsroom newsroom;
    private final SyndicationRepository repository;
    private final NewsroomVersion version;
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final BlockingQueue<String> calls = new LinkedBlockingQueue<>();
    private final AtomicBoolean down = new AtomicBoolean();
    private final DisposableServer hub = HttpServer.create()
            .port(0)
            .route(routes -> routes.post(
                    "/hub",
                    (request, response) -> request.receive()
                            .aggregate()
                            .asString()
                            .flatMap(form -> {
                                int status = down.getAndSet(false) ? 503 : 204;
                                calls.add(form);
                                return response.status(status).send();
                            })))
            .bindNow();

    private final HubNotifier notifier;

    HubNotifierTests(Newsroom newsroom, SyndicationRepository repository, NewsroomVersion version) {
        this.newsroom = newsroom;
        this.repository = repository;
        this.version = version;
        this.notifier = new HubNotifier(
                new SyndicationProperties(URI.create("http://localhost:" + hub.port() + "/hub")),
                new Publishers(new SiteProperties(
                        true, "Utrop", SiteProperties.Language.SV, URI.create(ORIGIN), null, List.of())),
                repository,
                version,
                registry);
    }

    @BeforeEach
    void start() {
        newsroom.clear();
        newsroom.topic("vard", "Vård");
        newsroom.topic("skola", "Skola");
        newsroom.series("rapport", "Rapport");
        newsroom.awaitHeard();
        notifier.start();
    }

    @AfterEach
    void stop() {
        notifier.stop();
        hub.disposeNow();
    }

    @Test
    void tellsOfEachFeedThatChangedAndTriesAgain() throws InterruptedException {
        assertThat(next()).containsExactlyElementsOf(addresses(""));

        down.set(true);
        newsroom.news("a", Instant.now(), "SITUATION_REPORT", "ROUTINE", "rapport", "vard");
        List<String> changed = addresses("", "?topics=vard", "?series=rapport");
        assertThat(next()).containsExactlyInAnyOrderElementsOf(changed);
        assertThat(next()).containsExactlyInAnyOrderElementsOf(changed);

        newsroom.run("delete from news where slug = 'a'");
        assertThat(next()).containsExactlyInAnyOrderElementsOf(changed);
        assertThat(calls("failure")).isEqualTo(1);
        Awaitility.await().until(() -> calls("success") == 3);
    }

    /** Subscribers may know a merged topic by its former slug. */
    @Test
    void tellsOfTheFeedsOfMergedTopics() throws InterruptedException {
        assertThat(next()).containsExactlyElementsOf(addresses(""));
        newsroom.news("a", Instant.now(), "SITUATION_REPORT", "ROUTINE", "rapport", "vard");
        newsroom.run("select merge_topics(former.id, present.id) from topic former, topic present"
                + " where former.slug = 'vard' and present.slug = 'skola'");
        newsroom.run("delete from news where slug = 'a'");
        List<String> changed = addresses("", "?topics=vard", "?topics=skola", "?series=rapport");
        Awaitility.await().until(() -> next().containsAll(changed));
    }

    private double calls(String outcome) {
        return registry.counter("utrop.feeds.pings", "outcome", outcome).count();
    }

    @Test
    void aHubNeedsTheAddressOfTheFeeds() {
        SiteProperties site = new SiteProperties(true, "Utrop", SiteProperties.Language.SV, null, null, List.of());
        SyndicationProperties hub = new SyndicationProperties(URI.create("https://hub.example/"));
        assertThatThrownBy(() -> new HubNotifier(hub, new Publishers(site), repository, version, registry))
                .hasMessageStartingWith("utrop.feeds.hub requires utrop.site.url");
        assertThatThrownBy(() -> new SyndicationProperties(URI.create("hub")))
                .hasMessageStartingWith("utrop.feeds.hub must be an absolute http or https address");
    }

    private static List<String> addresses(String... queries) {
        return List.of("/news.atom", "/news.rss", "/news.json").stream()
                .flatMap(path -> List.of(queries).stream().map(query -> ORIGIN + path + query))
                .toList();
    }

    private List<String> next() throws InterruptedException {
        String form = calls.poll(30, TimeUnit.SECONDS);
        MultiValueMap<String, String> parameters =
                UriComponentsBuilder.fromUriString("?" + form).build().getQueryParams();
        assertThat(parameters.getFirst("hub.mode")).isEqualTo("publish");
        return parameters.getOrDefault("hub.url", List.of()).stream()
                .map(address -> UriUtils.decode(address, StandardCharsets.UTF_8))
                .toList();
    }
}
