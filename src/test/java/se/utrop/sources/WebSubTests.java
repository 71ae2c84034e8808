package se.utrop.sources;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.context.ApplicationContext;
import org.springframework.test.web.reactive.server.WebTestClient;
import se.utrop.Newsroom;
import se.utrop.UtropTest;

/** A node subscribes to hubs, and takes from them what it has asked for. */
@UtropTest
class WebSubTests {

    private static final URI PUBLIC_URL = URI.create("https://nyheter.example/");

    private final Newsroom newsroom;
    private final Polling polling;
    private final FeedServer server = new FeedServer();
    private final SourceSettings source = TestSource.of(server.address("/feed"), "max-size", "100KB");
    private final WebTestClient callbacks;

    private final WebTestClient served;

    WebSubTests(Newsroom newsroom, ApplicationContext context, WebTestClient served) {
        this.newsroom = newsroom;
        this.served = served;
        this.polling = new Polling(context, PUBLIC_URL);
        SourcesProperties properties = polling.properties(source);
        HubCallback callback = new HubCallback(
                polling.subscriptions, polling.repository, properties, new SourceMetrics(polling.meters, properties));
        this.callbacks =
                WebTestClient.bindToRouterFunction(callback.hubCallbacks()).build();
    }

    @BeforeEach
    void subscribe() {
        newsroom.clear();
        newsroom.run("delete from source");
        answerAsFeedAndHub(202, Map.of());
        polling.poll(source);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void answerAsFeedAndHub(int status, Map<String, String> headers) {
        String feed = """
            <feed xmlns="http://www.w3.org/2005/Atom"><title>Kommun</title><link rel="self" href="/topic"/>
            <link rel="hub" href="/hub"/></feed>
            """;
        server.answers(exchange -> {
            boolean isHub = exchange.getRequestURI().getPath().equals("/hub");
            FeedServer.send(exchange, isHub ? status : 200, isHub ? Map.of() : headers, isHub ? "" : feed);
        });
    }

    @Test
    void theHubIsAskedForASubscription() {
        Map<String, String> form = form();
        assertThat(form)
                .containsEntry("hub.mode", "subscribe")
                .containsEntry("hub.topic", server.address("/topic").toString())
                .containsEntry("hub.lease_seconds", "864000");
        assertThat(form.get("hub.callback")).matches("https://nyheter.example/websub/[\\w-]{43}");
        assertThat(secret()).hasSize(43);
    }

    @Test
    void theHubIsNotAskedAgainBeforeItsTime() {
        polling.poll(source);
        polling.poll(source);
        assertThat(requestsToHub()).isEqualTo(1);
        Map<String, String> first = form();
        newsroom.run("update source_subscription set renew_at = now()");
        polling.poll(source);
        assertThat(requestsToHub()).isEqualTo(2);
        assertThat(form()).isEqualTo(first);
    }

    @Test
    void aSubscriptionEndsWhereTheFeedNamesNoHubAnyMore() {
        server.answers("<feed xmlns='http://www.w3.org/2005/Atom'><title>Kommun</title></feed>");
        polling.poll(source);
        assertThat(newsroom.ask("select count(*) from source_subscription", Long.class))
                .containsExactly(0L);
        distribute("sha256", secret(), "x").expectStatus().isEqualTo(410);
    }

    @Test
    void aSubscriptionIsConfirmedAndRenewedAfterHalfOfItsTime() {
        verify("subscribe", topic(), "1000")
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .isEqualTo("<Hej>");
        assertThat(newsroom.ask("""
            select round(extract(epoch from confirmed_until - now())) between 990 and 1000
                and round(extract(epoch from renew_at - now())) between 490 and 500
            from source_subscription\
            """, Boolean.class)).containsExactly(true);
        assertThat(polling.state().subscribedUntil()).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({
        "subscribe, http://other.example/",
        "unsubscribe, ",
        "subscribe, ''",
        "'', ",
        "denied, http://other.example/"
    })
    void whatWasNotAskedForIsNotConfirmed(String mode, @Nullable String topic) {
        verify(mode, topic == null ? topic() : topic, "1000").expectStatus().isNotFound();
        assertThat(polling.state().subscribedUntil()).isNull();
    }

    @Test
    void aDeniedSubscriptionIsTriedAgainAfterADay() {
        verify("subscribe", topic(), "1000").expectStatus().isOk();
        verify("denied", topic(), "").expectStatus().isOk();
        assertThat(polling.state().subscribedUntil()).isNull();
        polling.poll(source);
        assertThat(requestsToHub()).isEqualTo(1);
    }

    @Test
    void callbacksOfNobodyAreUnknown() {
        String other = "/websub/" + "a".repeat(43);
        callbacks
                .get()
                .uri(other + "?hub.mode=subscribe&hub.challenge=x&hub.topic=" + topic())
                .exchange()
                .expectStatus()
                .isNotFound();
        callbacks.post().uri(other).bodyValue("x").exchange().expectStatus().isEqualTo(410);
        callbacks
                .post()
                .uri("/websub/x")
                .bodyValue("x")
                .exchange()
                .expectStatus()
                .isEqualTo(410);
    }

    /** The server of the test follows nothing. */
    @Test
    void theServerKnowsTheAddressesOfCallbacks() {
        served.post().uri(callback()).bodyValue("x").exchange().expectStatus().isEqualTo(410);
        served.get()
                .uri(callback() + "?hub.mode=subscribe&hub.challenge=x&hub.topic=" + topic())
                .exchange()
                .expectStatus()
                .isNotFound();
    }

    @ParameterizedTest
    @CsvSource({"sha256, true", "sha384, true", "SHA512, true", "sha1, false"})
    void signedContentMakesTheSourceDue(String method, boolean counts) {
        distribute(method, secret(), "innehåll").expectStatus().isAccepted();
        assertThat(isDue()).isEqualTo(counts);
    }

    @Test
    void contentWithAWrongSignatureIsIgnored() {
        distribute("sha256", "another secret", "x").expectStatus().isAccepted();
        callbacks
                .post()
                .uri(callback())
                .header("X-Hub-Signature", "sha256=zz")
                .bodyValue("x")
                .exchange()
                .expectStatus()
                .isAccepted();
        callbacks
                .post()
                .uri(callback())
                .bodyValue("x")
                .exchange()
                .expectStatus()
                .isAccepted();
        assertThat(isDue()).isFalse();
    }

    @Test
    void contentThatIsTooLargeIsIgnored() {
        distribute("sha256", secret(), "x".repeat(200_000)).expectStatus().isAccepted();
        assertThat(isDue()).isFalse();
    }

    @Test
    void anAnnouncedFeedIsAskedForPastCaches() {
        distribute("sha256", secret(), "x").expectStatus().isAccepted();
        polling.read(source, polling.claim(source));
        assertThat(server.latest().header("Cache-Control")).isEqualTo("no-cache");
    }

    @Test
    void aHubThatFailsChangesNothing() {
        newsroom.run("delete from source");
        answerAsFeedAndHub(500, Map.of());
        assertThat(polling.poll(source).failures()).isZero();
        assertThat(polling.state().subscribedUntil()).isNull();
    }

    @Test
    void theHubOfTheHeadersComesFirst() {
        newsroom.run("delete from source");
        answerAsFeedAndHub(202, Map.of("Link", "</hub?2>; rel=hub, </other>; rel=self"));
        polling.poll(source);
        assertThat(server.latest().address()).hasToString("/hub?2");
        assertThat(form()).containsEntry("hub.topic", server.address("/other").toString());
    }

    @Test
    void nothingIsAskedOfHubsWhereTheOperatorWantsNone() {
        newsroom.run("delete from source");
        long before = requestsToHub();
        polling.poll(TestSource.of(server.address("/feed"), "websub", "false"));
        assertThat(requestsToHub()).isEqualTo(before);
    }

    private WebTestClient.ResponseSpec verify(String mode, String topic, String seconds) {
        return callbacks
                .get()
                .uri(address -> address.path(callback())
                        .queryParam("hub.mode", "{mode}")
                        .queryParam("hub.topic", "{topic}")
                        .queryParam("hub.challenge", "{challenge}")
                        .queryParam("hub.lease_seconds", "{seconds}")
                        .build(mode, topic, "<Hej>", seconds))
                .exchange();
    }

    private WebTestClient.ResponseSpec distribute(String method, String secret, String content) {
        return callbacks
                .post()
                .uri(callback())
                .header("X-Hub-Signature", method + "=" + signature(method, secret, content))
                .bodyValue(content)
                .exchange();
    }

    private static String signature(String method, String secret, String content) {
        try {
            Mac mac = Mac.getInstance("Hmac" + method);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), method));
            return HexFormat.of().formatHex(mac.doFinal(content.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private boolean isDue() {
        return newsroom.ask("select due_at <= clock_timestamp() and announced from source", Boolean.class)
                .getFirst();
    }

    private String topic() {
        return server.address("/topic").toString();
    }

    private String secret() {
        return String.valueOf(form().get("hub.secret"));
    }

    private String callback() {
        return URI.create(String.valueOf(form().get("hub.callback"))).getPath();
    }

    private long requestsToHub() {
        return server.requests().stream()
                .filter(request -> request.address().getPath().equals("/hub"))
                .count();
    }

    /** What the hub was asked last. */
    private Map<String, String> form() {
        String body = server.requests().stream()
                .filter(request -> request.address().getPath().equals("/hub"))
                .reduce((first, next) -> next)
                .orElseThrow()
                .body();
        return Stream.of(body.split("&"))
                .map(field -> field.split("=", 2))
                .collect(Collectors.toMap(
                        field -> field[0], field -> URLDecoder.decode(field[1], StandardCharsets.UTF_8)));
    }
}
