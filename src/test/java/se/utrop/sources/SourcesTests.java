package se.utrop.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.http.client.ReactorResourceFactory;
import se.utrop.Newsroom;
import se.utrop.UtropTest;
import se.utrop.sources.SourceRepository.State;

/** A node fetches sources as it should, whatever their servers send. */
@UtropTest
class SourcesTests {

    private static final String FEED = feed(item(1, "Ny bro"));

    private final Newsroom newsroom;
    private final ApplicationContext context;
    private final Polling polling;
    private final FeedServer server = new FeedServer();

    SourcesTests(Newsroom newsroom, ApplicationContext context) {
        this.newsroom = newsroom;
        this.context = context;
        this.polling = new Polling(context, null);
    }

    @BeforeEach
    void clear() {
        newsroom.clear();
        newsroom.run("delete from source");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aFeedIsStoredOnceAndThenAskedForConditionally() {
        String modified = "Tue, 13 Dec 2022 12:00:00 GMT";
        server.answers(200, Map.of("ETag", "\"a\"", "Last-Modified", modified), FEED);
        assertThat(poll(source()).lastError()).isNull();
        assertThat(titles()).containsExactly("Ny bro");
        assertThat(server.latest().header("User-Agent")).matches("Utrop(/\\S+)?");
        assertThat(server.latest().headers()).doesNotContainKeys("If-None-Match", "If-Modified-Since");

        server.answers(304, Map.of(), "");
        State state = poll(source());
        assertThat(server.latest().header("If-None-Match")).isEqualTo("\"a\"");
        assertThat(server.latest().header("If-Modified-Since")).isEqualTo(modified);
        assertThat(state.failures()).isZero();
        poll(source());
        assertThat(server.latest().header("If-None-Match")).isEqualTo("\"a\"");
        assertThat(fetches(Outcome.READ)).isEqualTo(1);
        assertThat(fetches(Outcome.UNCHANGED)).isEqualTo(2);
    }

    @Test
    void aFeedThatIsTheSameWithoutSayingSoIsNotImportedAgain() {
        server.answers(FEED);
        poll(source());
        poll(source());
        assertThat(fetches(Outcome.UNCHANGED)).isEqualTo(1);
        assertThat(newsroom.ask("select count(*) from import", Long.class)).containsExactly(1L);
    }

    @Test
    void otherSettingsBeginAnew() {
        server.answers(200, Map.of("ETag", "\"a\""), FEED);
        poll(source());
        poll(source("interval", "2m"));
        assertThat(server.latest().headers()).doesNotContainKey("If-None-Match");
    }

    @Test
    void permanentRedirectsAreRememberedUntilTheyLeadNowhere() {
        answersByPath(Map.of("/feed", "301 /moved", "/moved", "308 /there", "/there", FEED));
        poll(source());
        poll(source());
        assertThat(paths()).containsExactly("/feed", "/moved", "/there", "/there");

        server.answers(410, Map.of(), "");
        assertThat(poll(source()).failures()).isEqualTo(1);
        poll(source());
        assertThat(server.latest().address()).hasPath("/feed");
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 303, 307})
    void otherRedirectsAreFollowedEachTime(int status) {
        answersByPath(Map.of("/feed", status + " /now", "/now", "301 /there", "/there", FEED));
        poll(source());
        poll(source());
        assertThat(paths()).containsExactly("/feed", "/now", "/there", "/feed", "/now", "/there");
        assertThat(titles()).containsExactly("Ny bro");
    }

    @ParameterizedTest
    @ValueSource(strings = {"301 /feed", "302 file:///etc/passwd", "302 ftp://127.0.0.1/", "307 http://a:b@127.0.0.1/"})
    void redirectsHaveLimits(String redirect) {
        answersByPath(Map.of("/feed", redirect));
        assertThat(poll(source()).lastError())
                .containsAnyOf("more than 5 redirects", "leads to something other than an http or https address");
        assertThat(server.requests()).hasSizeLessThanOrEqualTo(6);
        assertThat(fetches(Outcome.FORBIDDEN)).isEqualTo(1);
    }

    private void answersByPath(Map<String, String> answers) {
        server.answers(exchange -> {
            String answer = answers.getOrDefault(exchange.getRequestURI().getPath(), "404 /");
            if (answer.startsWith("<")) {
                FeedServer.send(exchange, 200, Map.of(), answer);
            } else {
                FeedServer.send(
                        exchange,
                        Integer.parseInt(answer.substring(0, 3)),
                        Map.of("Location", answer.substring(4)),
                        "");
            }
        });
    }

    private List<String> paths() {
        return server.requests().stream()
                .map(request -> request.address().getPath())
                .toList();
    }

    @Test
    void whatIsNoFeedChangesNothing() {
        server.answers(200, Map.of("ETag", "\"a\""), FEED);
        poll(source());
        List<String> rubbish = List.of(
                "",
                "Service unavailable",
                "- Ett\n- Två",
                "<!DOCTYPE html><html><body><p>404</p></body></html>",
                "{\"error\": \"gone\"}",
                "[]",
                "\u0000\u0001\u0002",
                feed(item(2, "Halv")).replace("</channel></rss>", ""),
                "<rss version='2.0'>" + item(2, "Utan kanal"));
        for (int i = 0; i < rubbish.size(); i++) {
            server.answers(200, Map.of("ETag", "\"b\""), rubbish.get(i));
            State state = poll(source());
            assertThat(state.failures()).as(rubbish.get(i)).isEqualTo(i + 1);
            assertThat(state.lastError()).isNotBlank();
            assertThat(server.latest().header("If-None-Match")).isEqualTo("\"a\"");
        }
        assertThat(fetches(Outcome.UNREADABLE)).isEqualTo(rubbish.size());
        assertThat(titles()).containsExactly("Ny bro");
        assertThat(newsroom.ask("select count(*) from import", Long.class)).containsExactly(1L);
        server.answers(feed(item(1, "Ny bro"), item(2, "Hel")));
        assertThat(poll(source()).failures()).isZero();
        assertThat(titles()).containsExactly("Hel", "Ny bro");
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 206, 400, 404, 410, 500, 503})
    void aServerThatFailsChangesNothing(int status) {
        server.answers(status, Map.of(), status == 204 ? "" : FEED);
        State state = poll(source());
        assertThat(state.lastError()).contains("answered " + status);
        assertThat(fetches(Outcome.REFUSED)).isEqualTo(1);
        assertThat(titles()).isEmpty();
    }

    @Test
    void aServerThatCannotBeReachedChangesNothing() {
        server.close();
        assertThat(poll(source()).failures()).isEqualTo(1);
        assertThat(fetches(Outcome.UNREACHABLE)).isEqualTo(1);
        poll(source("url", "http://host.invalid/feed"));
        assertThat(fetches(Outcome.UNREACHABLE)).isEqualTo(2);
    }

    @Test
    void anAnswerThatIsBrokenOffChangesNothing() {
        server.answers(exchange -> {
            exchange.sendResponseHeaders(200, FEED.length() + 100L);
            exchange.getResponseBody().write(FEED.getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
        });
        poll(source());
        assertThat(fetches(Outcome.UNREACHABLE)).isEqualTo(1);
        assertThat(titles()).isEmpty();
    }

    @Test
    void slowServersAreGivenUp() {
        server.answers(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            trickle(exchange);
        });
        long start = System.nanoTime();
        assertThat(poll(source("timeout", "400ms")).lastError()).isEqualTo("no complete answer within 400 ms");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
        assertThat(fetches(Outcome.TIMEOUT)).isEqualTo(1);
    }

    private static void trickle(HttpExchange exchange) throws IOException {
        try (OutputStream out = exchange.getResponseBody()) {
            while (true) {
                out.write(' ');
                out.flush();
                Thread.sleep(20);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void largeAnswersAreGivenUp() {
        server.answers(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            for (int i = 0; i < 10_000; i++) {
                exchange.getResponseBody().write(new byte[10_000]);
            }
        });
        assertThat(poll(source("max-size", "1MB")).lastError()).isEqualTo("the answer has more than 1,048,576 bytes");
        assertThat(fetches(Outcome.TOO_LARGE)).isEqualTo(1);
    }

    @Test
    void theSizeOfCompressedAnswersIsThatOfTheirContent() {
        server.answers(exchange ->
                FeedServer.send(exchange, 200, Map.of("Content-Encoding", "gzip"), gzip(new byte[20_000_000])));
        poll(source("max-size", "1MB"));
        assertThat(fetches(Outcome.TOO_LARGE)).isEqualTo(1);

        server.answers(exchange -> FeedServer.send(
                exchange, 200, Map.of("Content-Encoding", "gzip"), gzip(FEED.getBytes(StandardCharsets.UTF_8))));
        poll(source("max-size", "1MB"));
        assertThat(titles()).containsExactly("Ny bro");
        assertThat(server.latest().header("Accept-Encoding")).contains("gzip");
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(content);
        }
        return compressed.toByteArray();
    }

    @Test
    void privateAddressesAreRefusedByNumberAndByName() {
        server.answers(FEED);
        int port = server.address("/").getPort();
        for (String host : List.of("127.0.0.1", "localhost", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]")) {
            SourceSettings source =
                    source("url", "http://%s:%d/feed".formatted(host, port), "allow-private-addresses", "false");
            assertThat(poll(source).lastError()).as(host).contains("is not a public address");
        }
        assertThat(server.requests()).isEmpty();
        assertThat(fetches(Outcome.FORBIDDEN)).isEqualTo(5);
    }

    @Test
    void privateAddressesAreRefusedBehindARedirect() {
        try (FeedServer inside = new FeedServer()) {
            inside.answers(FEED);
            server.answers(302, Map.of("Location", inside.address("/feed").toString()), "");
            int outside = server.address("/").getPort();
            SourceSettings source = source("allow-private-addresses", "false");
            FeedClient client =
                    new FeedClient(
                            context.getBean(ReactorResourceFactory.class),
                            context.getBeanProvider(BuildProperties.class),
                            polling.properties(source)) {
                        @Override
                        AddressGuard guard() {
                            return new AddressGuard(address -> address.getPort() == outside);
                        }
                    };
            assertThat(polling.poll(source, client).lastError()).contains("is not a public address");
            assertThat(server.requests()).hasSize(1);
            assertThat(inside.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "93.184.216.34, true",
        "2606:2800:220:1:248:1893:25c8:1946, true",
        "10.1.2.3, false",
        "100.64.0.1, false",
        "127.8.9.1, false",
        "169.254.169.254, false",
        "172.16.0.1, false",
        "172.32.0.1, true",
        "192.168.1.1, false",
        "198.18.0.1, false",
        "224.0.0.1, false",
        "255.255.255.255, false",
        "0.0.0.0, false",
        "::, false",
        "::1, false",
        "::ffff:10.0.0.1, false",
        "::10.0.0.1, false",
        "64:ff9b::a00:1, false",
        "2002:a00:1::, false",
        "2001:0:1::, false",
        "2001:db8::1, false",
        "fe80::1, false",
        "fc00::1, false",
        "fd12:3456::1, false",
        "ff02::1, false"
    })
    void onlyPublicAddressesAreTaken(String address, boolean isPublic) {
        assertThat(AddressGuard.isPublic(new InetSocketAddress(address, 80))).isEqualTo(isPublic);
    }

    @Test
    void oneNodeFetchesASourceUntilItsLeaseExpires() {
        SourceSettings source = source();
        polling.repository.register(List.of(source)).block();
        Claim first = polling.claim(source);
        assertThat(polling.repository
                        .claim(List.of(source), SourceFollower.LEASE)
                        .block())
                .isNull();
        assertThat(polling.repository.renew(first, SourceFollower.LEASE).block())
                .isTrue();
        newsroom.run("update source set leased_until = clock_timestamp()");
        Claim second = polling.claim(source);
        assertThat(polling.repository.renew(first, SourceFollower.LEASE).block())
                .isFalse();

        server.answers(feed(item(1, "Ny bro"), item(2, "Nyare")));
        polling.read(source, second);
        server.answers(feed(item(1, "Gammal bro"), item(3, "Försenad")));
        polling.read(source, first);
        assertThat(titles()).containsExactly("Nyare", "Ny bro");
        assertThat(polling.state().failures()).isZero();
    }

    @Test
    void aNodeWithOtherSettingsThanThoseRegisteredLastFetchesNothing() {
        SourceSettings source = source();
        polling.repository.register(List.of(source)).block();
        polling.repository.register(List.of(source("interval", "2m"))).block();
        assertThat(polling.repository
                        .claim(List.of(source), SourceFollower.LEASE)
                        .block())
                .isNull();
        assertThat(polling.repository.untilDue(List.of(source)).block()).isNull();
    }

    @Test
    void whatIsAnnouncedDuringAFetchIsFetchedAfterIt() {
        SourceSettings source = source();
        polling.repository.register(List.of(source)).block();
        Claim claim = polling.claim(source);
        polling.repository.announce(source.name()).block();
        server.answers(FEED);
        polling.read(source, claim);
        assertThat(polling.claim(source).announced()).isTrue();
    }

    @Test
    void itemsGetTheTopicsOfTheirSource() {
        server.answers(FEED);
        poll(source("topics", "Broar"));
        assertThat(newsroom.ask(
                        "select t.name from news_topic join topic t on t.id = topic_id order by position",
                        String.class))
                .containsExactly("Trafik", "Broar");
    }

    @Test
    void titlesDecideOnTheSeriesOfItems() {
        server.answers(feed(item(1, "Lägesrapport 1"), item(2, "Ny bro")));
        poll(source("series[0].name", "Lägesrapporter", "series[0].title", "^Lägesrapport \\d+"));
        assertThat(newsroom.ask(
                        "select n.title || ': ' || s.name from news n join series s on s.id = series_id", String.class))
                .containsExactly("Lägesrapport 1: Lägesrapporter");
    }

    @ParameterizedTest
    @CsvSource({"true, 0, 1", "false, 1, 0"})
    void whatIsDeclaredDeletedIsRetractedIfThatIsSet(String setting, long news, long retractions) {
        SourceSettings source = source("retract-deleted", setting);
        server.answers(
                atom("<entry><id>urn:1</id><title>Ny bro</title><updated>2022-12-13T12:00:00Z</updated></entry>"));
        poll(source);
        server.answers(atom("<at:deleted-entry ref='urn:1' when='2022-12-14T12:00:00Z'/>"));
        poll(source);
        assertThat(newsroom.ask("select count(*) from news", Long.class)).containsExactly(news);
        assertThat(newsroom.ask("select count(*) from retraction", Long.class)).containsExactly(retractions);
    }

    private static String atom(String entries) {
        return "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:at='http://purl.org/atompub/tombstones/1.0'>"
                + "<id>urn:kommun</id><title>Kommun</title>" + entries + "</feed>";
    }

    @Test
    void whatChangesBecomesARevisionAndWhatHasLeftTheFeedStays() {
        server.answers(feed(item(1, "Ny bro"), item(2, "Ny väg")));
        poll(source());
        server.answers(feed(item(1, "Ännu en bro")));
        poll(source());
        assertThat(newsroom.ask("select title || revision from news order by published_at", String.class))
                .containsExactly("Ännu en bro2", "Ny väg1");
        assertThat(items("added")).isEqualTo(2);
        assertThat(items("revised")).isEqualTo(1);
    }

    private double items(String outcome) {
        return polling.meters
                .counter("utrop.sources.items", "outcome", outcome, "source", TestSource.NAME)
                .count();
    }

    @ParameterizedTest
    @CsvSource({
        "name, Två ord",
        "url, file:///etc/passwd",
        "url, https://user:password@example.org/",
        "interval, 0s",
        "max-interval, 0s",
        "max-size, 0B",
        "max-size, 1GB",
        "timeout, 0s",
        "series[0].name, Utan titel",
        "series[0].title, ("
    })
    void settingsThatMakeNoSenseAreRefused(String setting, String value) {
        assertThatThrownBy(() -> source(setting, value)).isInstanceOf(BindException.class);
    }

    @Test
    void noPasswordOfASourceIsPrinted() {
        assertThatThrownBy(() -> source("url", "https://user:hemligt@kommun.example/feed"))
                .hasRootCauseMessage("utrop.sources[].url must be an http or https address without a password");
    }

    @Test
    void healthTellsOfFailuresAndStaysUp() {
        server.answers(503, Map.of(), "");
        SourceSettings source = source();
        poll(source);
        Health health = new SourcesHealthIndicator(polling.repository, polling.properties(source))
                .health()
                .blockOptional()
                .orElseThrow();
        assertThat(health.getStatus()).isEqualTo(Status.UP);
        assertThat(health.getDetails()).extractingByKey("kommun").asString().contains("answered 503", "failures=1");
    }

    @Test
    void theAgeOfTheLastSuccessIsThatOfAnyNode() {
        server.answers(FEED);
        SourceSettings source = source();
        SourceMetrics metrics = new SourceMetrics(polling.meters, polling.properties(source));
        poll(source);
        newsroom.run("update source set succeeded_at = now() - interval '1 hour'");
        metrics.observe(polling.state());
        assertThat(polling.meters.get("utrop.sources.success.age").timeGauge().value())
                .isBetween(3600.0, 3700.0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0 | PT0S | PT5M",
                "0 | PT10M | PT10M",
                "0 | PT1M | PT5M",
                "0 | PT10H | PT1H",
                "1 | PT0S | PT5M",
                "2 | PT0S | PT10M",
                "3 | PT0S | PT20M",
                "30 | PT0S | PT1H",
                "1 | PT2H | PT2H",
                "1 | PT9999H | PT24H"
            })
    void pausesAreBounded(int failures, Duration asked, Duration pause) {
        PollInterval intervals = new PollInterval(() -> Long.MAX_VALUE);
        SourceSettings source = source("interval", "5m");
        assertThat(
                        failures == 0
                                ? intervals.afterSuccess(source, asked)
                                : intervals.afterFailure(source, failures, asked))
                .isBetween(pause, pause.multipliedBy(11).dividedBy(10));
    }

    @Test
    void aServerIsLeftAloneForAsLongAsItAsks() {
        server.answers(200, Map.of("Cache-Control", "public, max-age=1200", "Age", "300"), FEED);
        assertThat(pauseAfter(poll(source()))).isBetween(Duration.ofMinutes(14), Duration.ofMinutes(17));
        server.answers(200, Map.of("Cache-Control", "public, max-age=1200", "Age", "999999999"), FEED);
        assertThat(pauseAfter(poll(source()))).isBetween(Duration.ofMinutes(4), Duration.ofMinutes(6));
        server.answers(200, Map.of("Cache-Control", "no-cache, max-age=1200"), FEED);
        assertThat(pauseAfter(poll(source()))).isLessThan(Duration.ofMinutes(6));
        server.answers(feed("<ttl>30</ttl>" + item(1, "Ny bro")));
        assertThat(pauseAfter(poll(source()))).isBetween(Duration.ofMinutes(29), Duration.ofMinutes(34));
        server.answers(503, Map.of("Retry-After", "7200"), "");
        assertThat(pauseAfter(poll(source()))).isBetween(Duration.ofMinutes(119), Duration.ofMinutes(121));
    }

    @ParameterizedTest
    @CsvSource({
        "7200, PT2H",
        "-1, PT0S",
        "soon, PT0S",
        "'Mon, 12 Dec 2022 14:00:00 GMT', PT2H",
        "'Mon, 12 Dec 2022 11:00:00 GMT', PT0S"
    })
    void theTimeOfAServerIsThatOfItsOwnClock(String retryAfter, Duration pause) {
        HttpHeaders headers = new DefaultHttpHeaders()
                .set("Date", "Mon, 12 Dec 2022 12:00:00 GMT")
                .set("Retry-After", retryAfter);
        assertThat(CachingHeaders.retryAfter(headers, Instant.now())).isEqualTo(pause);
        headers.remove("Date");
        assertThat(CachingHeaders.retryAfter(headers, Instant.parse("2022-12-12T12:00:00Z")))
                .isEqualTo(pause);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // modified | the server's time | the time here | what it dates is past until
                "12:00:00 | 13:00:00 | 13:00:00 | true  | 13:00:00",
                "12:00:00 |          | 13:00:00 | true  |",
                "         | 12:00:00 | 13:00:00 | false | 12:00:00",
                "12:00:00 | 12:00:59 | 13:00:00 | false | 12:00:59",
                "12:00:00 | 12:01:00 | 13:00:00 | true  | 12:01:00",
                "12:00:00 | 11:00:00 | 13:00:00 | false | 11:00:00",
                "12:00:00 | 13:00:00 | 11:00:00 | false | 13:00:00",
                "12:00:00 | 23:00:00 | 13:00:00 | true  | 23:00:00"
            })
    void aTimeOfChangeIsAValidatorOnceItIsPast(
            @Nullable String modified,
            @Nullable String server,
            String here,
            boolean isValidator,
            @Nullable String sent) {
        HttpHeaders headers = new DefaultHttpHeaders();
        setTime(headers, "Last-Modified", modified);
        setTime(headers, "Date", server);
        Instant now = Instant.parse("2022-12-12T%sZ".formatted(here));
        assertThat(CachingHeaders.lastModified(headers, now) != null).isEqualTo(isValidator);
        assertThat(CachingHeaders.sent(headers, now))
                .isEqualTo(sent == null ? null : Instant.parse("2022-12-12T%sZ".formatted(sent)));
        assertThat(CachingHeaders.sent(headers, now.minus(Duration.ofDays(2)))).isNull();
    }

    private static void setTime(HttpHeaders headers, String name, @Nullable String time) {
        if (time != null) {
            headers.set(name, "Mon, 12 Dec 2022 %s GMT".formatted(time));
        }
    }

    @Test
    void theClockOfASourceSchedulesNothing() {
        try (WrongClock clock = new WrongClock(server.address("/").getPort(), Duration.ofHours(3))) {
            SourceSettings source = TestSource.of(clock.address("/feed"));
            Instant written = clock.now().minusSeconds(60);
            server.answers(feed(item(1, "Ny bro", written), item(2, "Ny väg", written.plus(Duration.ofDays(1)))));
            assertThat(poll(source).lastError()).isNull();
            assertThat(titles()).containsExactly("Ny bro");
            assertThat(items("scheduled")).isEqualTo(1);
            server.answers(feed(item(1, "Ny bro", written), item(3, "Nyare", written.plusSeconds(30))));
            poll(source);
            assertThat(newsroom.ask("""
                select concat_ws(' ', title, revision, published_at_precision, published_at <= clock_timestamp())
                from news order by published_at desc\
                """, String.class)).containsExactly("Nyare 1 ESTIMATED t", "Ny bro 1 ESTIMATED t");

            server.answers(
                    503, Map.of("Retry-After", WrongClock.date(clock.now().plus(Duration.ofHours(2)))), "");
            assertThat(pauseAfter(poll(source))).isBetween(Duration.ofMinutes(119), Duration.ofMinutes(121));
        }
    }

    private static Duration pauseAfter(State state) {
        return Duration.between(Instant.now(), state.nextRequest());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "<rss xmlns:a='http://www.w3.org/2005/Atom'><channel><ttl>15</ttl><a:link rel='hub'"
                    + " href='https://h/'/><a:link rel='self' href='/f'/><item><link rel='hub' href='https://no/'/> |"
                    + " 15 | https://h/ | http://s/f",
                "<feed xmlns='http://www.w3.org/2005/Atom'><link rel='self hub' href='https://h/x'/> | 0 | https://h/x"
                        + " | https://h/x",
                "<feed><link rel='hub' href='javascript:1'/></feed> | 0 | |",
                "{\"items\": [{}], \"feed_url\": \"http://s/f\", \"hubs\": [{\"type\": \"rssCloud\", \"url\":"
                        + " \"http://no\"},{\"type\": \"WebSub\", \"url\": \"https://h/\"}]} | 0 | https://h/ |"
                        + " http://s/f",
                "{\"items\": | 0 | |",
                "<html><link rel='hub' href='https://h/'></html> | 0 | |"
            })
    void hintsOfAFeedAreRead(String feed, int minutes, @Nullable URI hub, @Nullable URI self) {
        assertThat(FeedHints.of(feed.getBytes(StandardCharsets.UTF_8), URI.create("http://s/")))
                .isEqualTo(new FeedHints(Duration.ofMinutes(minutes), new HubLinks(hub, self)));
    }

    @Test
    void linksOfHeadersAreRead() {
        assertThat(HubLinks.ofHeaders(
                        List.of("<https://h/>; rel=\"hub\", </f>;rel=self;type=\"a\"", "<https://two/>; rel=hub"),
                        URI.create("http://s/x")))
                .isEqualTo(new HubLinks(URI.create("https://h/"), URI.create("http://s/f")));
    }

    private State poll(SourceSettings source) {
        return polling.poll(source);
    }

    private double fetches(Outcome outcome) {
        return polling.fetches(outcome);
    }

    /** Of the server, with these settings instead of the usual ones. */
    private SourceSettings source(String... settings) {
        return TestSource.of(server.address("/feed"), settings);
    }

    private List<String> titles() {
        return newsroom.ask("select title from news order by published_at desc", String.class);
    }

    private static String feed(String... items) {
        return "<rss version='2.0'><channel>" + String.join("", items) + "</channel></rss>";
    }

    private static String item(int number, String title) {
        return item(number, title, Instant.parse("2022-12-13T12:00:00Z").plusSeconds(number));
    }

    private static String item(int number, String title, Instant published) {
        return """
            <item><guid>%d</guid><title>%s</title><category>Trafik</category><description>Text.</description>
            <pubDate>%s</pubDate></item>
            """.formatted(number, title, published);
    }
}
