package se.utrop.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.test.web.server.LocalServerPort;
import se.utrop.Api;
import se.utrop.Newsroom;
import se.utrop.Statements;
import se.utrop.Tokens;
import se.utrop.UtropTest;
import se.utrop.feed.Feed;
import se.utrop.feed.FeedWithPlaces;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The feed over plain HTTP, as clients and caches see it. */
@UtropTest
class FeedOverHttpTests {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static final String FEED =
            "subscription Feed($types: [NewsEventType!]) { newsFeed(types: $types) { __typename cursor previousCursor"
                    + " ... on NewsPublished { news { slug title summary } } ... on NewsRetracted { slug } } }";

    private static final Instant DAY = Instant.parse("2023-01-01T12:00:00Z");

    /** Length of a bucket in milliseconds: the default of utrop.feed.hold. */
    private static final long HOLD = 14_000;

    private static final Duration LONG = Duration.ofSeconds(30);

    private final int port;
    private final Api api;
    private final Newsroom newsroom;
    private final MeterRegistry meters;
    private final Statements statements;
    private final Feed feed;
    private final BeanFactory node;

    FeedOverHttpTests(
            @LocalServerPort int port,
            Api api,
            Newsroom newsroom,
            MeterRegistry meters,
            Statements statements,
            Feed feed,
            BeanFactory node) {
        this.port = port;
        this.api = api;
        this.newsroom = newsroom;
        this.meters = meters;
        this.statements = statements;
        this.feed = feed;
        this.node = node;
    }

    @BeforeEach
    void clear() {
        newsroom.clear();
    }

    @Test
    void withoutACursorTheAnswerIsThePositionOfNow() throws Exception {
        newsroom.article("a", DAY);
        HttpResponse<String> response = send(first(Map.of()));
        JsonNode page = json(response);
        assertThat(page.get("events")).isEmpty();
        assertThat(page.get("cursor").asString()).isEqualTo(feedCursor());
        assertThat(page.propertyNames()).containsExactly("events", "cursor", "next");
        assertThat(next(page)).startsWith("/feed?query=subscription%20Feed").contains("&after=", "&live=");
        assertThat(response.headers().firstValue("Link")).contains("<" + next(page) + ">; rel=\"next\"");
    }

    @Test
    void eventsBehindTheCursorAreAnsweredAtOnceInOneChain() throws Exception {
        String start = feedCursor();
        newsroom.article("a", DAY);
        newsroom.article("b", DAY);
        newsroom.awaitFeedRead();
        JsonNode page = json(send(first(Map.of()) + "&after=" + start));
        assertThat(page.at("/events/0/data/newsFeed/news/slug").asString()).isEqualTo("a");
        assertThat(page.at("/events/0/data/newsFeed/previousCursor").asString()).isEqualTo(start);
        assertThat(page.at("/events/1/data/newsFeed/previousCursor"))
                .isEqualTo(page.at("/events/0/data/newsFeed/cursor"));
        assertThat(page.get("cursor")).isEqualTo(page.at("/events/1/data/newsFeed/cursor"));
        assertThat(next(page)).contains("&after=" + page.get("cursor").asString());
    }

    @Test
    void aRequestWaitsForTheNextEvent() throws Exception {
        JsonNode begun = json(send(first(Map.of())));
        try (TestOrigin origin = origin(LONG)) {
            JsonNode now = json(send(origin.at(next(begun).replaceAll("&live=.*", ""))));
            CompletableFuture<HttpResponse<String>> held = held(origin.at(next(now)));
            newsroom.article("a", DAY);
            JsonNode page = json(held.get());
            assertThat(page.at("/events/0/data/newsFeed/news/slug").asString()).isEqualTo("a");
            assertThat(page.at("/events/0/data/newsFeed/previousCursor")).isEqualTo(begun.get("cursor"));
            assertThat(live(page)).isGreaterThan(live(now));
        }
    }

    @Test
    void aRequestWaitsUntilItsBucketEndsAndThePastIsAnsweredAtOnce() throws Exception {
        try (TestOrigin origin = origin(Duration.ofMillis(700))) {
            JsonNode begun = json(send(origin.at(first(Map.of()))));
            long asked = live(begun);
            JsonNode page = json(send(origin.at(next(begun))));
            assertThat(page.get("events")).isEmpty();
            assertThat(live(page)).isEqualTo(Math.floorDiv(System.currentTimeMillis(), 700) * 700);
            assertThat(live(page)).isGreaterThan(asked);
            long sent = System.nanoTime();
            JsonNode past = json(send(origin.at(next(begun))));
            assertThat(Duration.ofNanos(System.nanoTime() - sent)).isLessThan(Duration.ofMillis(600));
            assertThat(live(past)).isGreaterThan(asked);
            String future = next(page).replaceAll("&live=.*", "&live=" + (live(page) + 10_000_000));
            assertThat(live(json(send(origin.at(future))))).isEqualTo(live(page) + 10_000_001);
        }
    }

    /** Each answer of one of two nodes, with clocks that differ by seconds, leads on at the other. */
    @Test
    void nodesWhoseClocksDifferServeOneClient() throws Exception {
        Duration hold = Duration.ofMillis(500);
        try (TestOrigin ahead = origin(hold, Duration.ofMillis(30_200));
                TestOrigin behind = origin(hold, Duration.ZERO)) {
            String next = first(Map.of());
            List<Long> lives = new ArrayList<>();
            long end = System.nanoTime() + Duration.ofSeconds(4).toNanos();
            while (System.nanoTime() < end) {
                TestOrigin origin = ThreadLocalRandom.current().nextBoolean() ? ahead : behind;
                JsonNode page = json(send(origin.at(next)));
                lives.add(live(page));
                next = next(page);
            }
            assertThat(lives).isSorted().doesNotHaveDuplicates().hasSizeLessThan(4 * 2 * 4);
        }
    }

    @Test
    void anEventCostsOneRenderingWhateverTheNumberOfRequests() throws Exception {
        awaitBucket(HOLD); // for all requests and the event
        JsonNode begun = json(send(first(Map.of("types", List.of("PUBLISHED", "REVISED")))));
        List<CompletableFuture<HttpResponse<String>>> held = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            held.add(HTTP.sendAsync(request(at(next(begun))).build(), HttpResponse.BodyHandlers.ofString()));
        }
        Awaitility.await().until(() -> meters.get("utrop.feed.held").gauge().value() == 30);
        assertThat(meters.get("utrop.feed.subscriptions").gauge().value()).isEqualTo(1);
        double rendered = meters.get("utrop.feed.messages.rendered").counter().count();
        double reads = meters.get("utrop.feed.log.reads").counter().count();
        statements.forget();
        newsroom.article("a", DAY);
        for (CompletableFuture<HttpResponse<String>> one : held) {
            assertThat(json(one.get()).at("/events/0/data/newsFeed/news/slug").asString())
                    .isEqualTo("a");
        }
        send(next(begun)); // of another cache, which comes late
        assertThat(meters.get("utrop.feed.messages.rendered").counter().count()).isEqualTo(rendered + 1);
        assertThat(meters.get("utrop.feed.log.reads").counter().count()).isEqualTo(reads + 1);
        Awaitility.await().until(() -> meters.get("utrop.feed.held").gauge().value() == 0);
    }

    @Test
    void cachesKeepEventsForAMinuteAndNothingForASecond() throws Exception {
        HttpResponse<String> nothing = send(first(Map.of()));
        assertThat(nothing.headers().firstValue("Cache-Control")).contains("public, max-age=0, s-maxage=1");
        newsroom.article("a", DAY);
        newsroom.awaitFeedRead();
        HttpResponse<String> events = send(next(json(nothing)));
        assertThat(json(events).get("events")).hasSize(1);
        assertThat(events.headers().firstValue("Cache-Control")).contains("public, max-age=0, s-maxage=60");
        for (HttpResponse<String> response : List.of(nothing, events)) {
            assertThat(response.headers().allValues("Vary")).containsExactly("Accept-Encoding");
            assertThat(response.headers().firstValue("Surrogate-Key")).contains("newsFeed");
            assertThat(response.headers().firstValue("Date")).isPresent();
            assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
        }
    }

    @Test
    void errorsAreNeverKept() throws Exception {
        for (Map.Entry<String, Integer> refused : Map.of(
                        first(Map.of()) + "&after=x",
                        410,
                        "/feed?query=%7B%20__typename%20%7D",
                        400,
                        "/feed?query=subscription%20%7B",
                        400,
                        "/feed?query=subscription%20%7B%20newsFeed%20%7B%20nothing%20%7D%20%7D",
                        400,
                        "/feed?documentId=sha256:" + "0".repeat(64),
                        400,
                        "/feed",
                        400,
                        first(Map.of()) + "%23" + "x".repeat(6_000),
                        414)
                .entrySet()) {
            HttpResponse<String> response = send(refused.getKey());
            assertThat(response.statusCode()).as(refused.getKey()).isEqualTo(refused.getValue());
            assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
            assertThat(json(response).at("/errors/0/extensions/code").asString())
                    .isNotEmpty();
        }
        assertThat(json(send(first(Map.of()) + "&after=x"))
                        .at("/errors/0/extensions/feedCursor")
                        .asString())
                .isEqualTo(feedCursor());
    }

    @Test
    void answersToClientsWithTokensAreTheirOwn() throws Exception {
        HttpRequest.Builder request =
                request(at(first(Map.of()))).header("Authorization", "Bearer " + Tokens.ofEditor());
        HttpResponse<String> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Cache-Control")).contains("private, no-store");
    }

    /** Whoever writes an address by hand is led to the one that caches keep. */
    @Test
    void theNextAddressHasTheParametersInOneOrder() throws Exception {
        String document = "query=" + encoded(FEED);
        String variables = encoded("{\"types\": [\"PUBLISHED\"]}");
        String start = feedCursor();
        JsonNode page = json(
                send("/feed?live=1&after=" + start + "&variables=" + variables + "&operationName=Feed&" + document));
        assertThat(next(page))
                .matches(
                        "/feed\\?query=[^&]+&variables=%7B%22types%22%3A%5B%22PUBLISHED%22%5D%7D&operationName=Feed&after="
                                + start + "&live=\\d+");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "&live=-1",
                "&live=1.5",
                "&live=9223372036854775808",
                "&live=%00",
                "&after=a&after=b",
                "&_=1",
                "&variables=%5B%5D",
                "&variables=%FF",
                "&extensions=%7B%7D",
                "&stream=1&after=x",
                "&stream=1&live=1",
                "&stream=x",
                "&after=x&offset=x"
            })
    void hostileParametersAreRefused(String parameter) throws Exception {
        HttpResponse<String> response = send(first(Map.of()) + parameter);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
        assertThat(response.body()).contains("BAD_USER_INPUT");
    }

    @Test
    void headIsAnsweredAtOnceAndOtherMethodsAreRefused() throws Exception {
        URI held = at(next(json(send(first(Map.of())))));
        HttpResponse<String> head = HTTP.send(request(held).HEAD().build(), HttpResponse.BodyHandlers.ofString());
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValue("Cache-Control")).contains("public, max-age=0, s-maxage=1");
        HttpResponse<String> post = HTTP.send(
                request(held).POST(HttpRequest.BodyPublishers.noBody()).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(post.statusCode()).isEqualTo(405);
        assertThat(post.headers().firstValue("Allow").orElseThrow()).contains("GET", "HEAD");
    }

    @Test
    void answersAreCompressed() throws Exception {
        String start = feedCursor();
        for (int i = 0; i < 10; i++) {
            newsroom.article("a" + i, DAY);
        }
        newsroom.awaitFeedRead();
        URI address = at(first(Map.of()) + "&after=" + start);
        HttpResponse<byte[]> packed = HTTP.send(
                request(address).header("Accept-Encoding", "gzip").build(), HttpResponse.BodyHandlers.ofByteArray());
        assertThat(packed.headers().firstValue("Content-Encoding")).contains("gzip");
        String text = new String(
                new GZIPInputStream(new ByteArrayInputStream(packed.body())).readAllBytes(), StandardCharsets.UTF_8);
        assertThat(JsonMapper.shared().readTree(text).get("events")).hasSize(10);
    }

    /** The names of Durable Streams for the cursor and the bucket. */
    @Test
    void positionsAreAlsoInHeaders() throws Exception {
        String start = feedCursor();
        newsroom.article("a", DAY);
        newsroom.awaitFeedRead();
        HttpResponse<String> response = send(first(Map.of()) + "&offset=" + start);
        JsonNode page = json(response);
        assertThat(page.get("events")).hasSize(1);
        assertThat(response.headers().firstValue("Stream-Next-Offset"))
                .contains(page.get("cursor").asString());
        assertThat(response.headers().firstValue("Stream-Cursor")).contains(String.valueOf(live(page)));
        assertThat(response.headers().firstValue("Stream-Up-To-Date")).contains("true");
        assertThat(json(send(first(Map.of()) + "&offset=now")).get("events")).isEmpty();
    }

    @Test
    void aPageIsLimitedAndTheNextGoesOnBehindIt() throws Exception {
        String start = feedCursor();
        newsroom.run("insert into news (slug, title, summary, published_at, updated_at)"
                + " select 'n' || n, 'Titel', 'Ingress', now(), now() from generate_series(1, 130) n");
        newsroom.awaitHeard();
        newsroom.awaitFeedRead();
        HttpResponse<String> response = send(first(Map.of()) + "&after=" + start);
        assertThat(json(response).get("events")).hasSize(100);
        assertThat(response.headers().firstValue("Stream-Up-To-Date")).isEmpty();
        JsonNode rest = json(send(next(json(response))));
        assertThat(rest.get("events")).hasSize(30);
        assertThat(rest.at("/events/0/data/newsFeed/previousCursor"))
                .isEqualTo(json(response).get("cursor"));
    }

    /** What a cache would keep of a stream, from the bucket before to the address of the next. */
    @Test
    void aStreamEndsWithItsBucketAndBeginsWithTheBucketBefore() throws Exception {
        try (TestOrigin origin = origin(Duration.ofMillis(2_500))) {
            awaitBucket(2_500);
            newsroom.article("a", DAY);
            newsroom.awaitFeedRead();
            HttpResponse<String> past = send(origin.at(first(Map.of()) + "&stream=0"));
            assertThat(past.headers().firstValue("Cache-Control")).contains("public, max-age=0, s-maxage=1");
            assertThat(past.body()).startsWith("event: end\ndata: {\"next\":\"/feed?");
            CompletableFuture<HttpResponse<String>> stream = held(origin.at(nextStream(past)));
            newsroom.article("b", DAY);
            HttpResponse<String> response = stream.get();
            assertThat(response.headers().firstValue("Content-Type").orElseThrow())
                    .startsWith("text/event-stream");
            assertThat(response.headers().firstValue("Cache-Control").orElseThrow())
                    .matches("public, max-age=0, s-maxage=[0-2]");
            String[] blocks = response.body().strip().split("\n\n", -1);
            assertThat(blocks).hasSizeGreaterThanOrEqualTo(4);
            assertThat(blocks[0]).matches("event: position\nid: ([\\w-]+)\ndata: \\{\"cursor\":\"\\1\"}");
            JsonNode first = data(blocks[blocks.length - 3]);
            JsonNode second = data(blocks[blocks.length - 2]);
            assertThat(first.at("/data/newsFeed/news/slug").asString()).isEqualTo("a");
            assertThat(second.at("/data/newsFeed/news/slug").asString()).isEqualTo("b");
            assertThat(second.at("/data/newsFeed/previousCursor")).isEqualTo(first.at("/data/newsFeed/cursor"));
            assertThat(streamOf(nextStream(response))).isGreaterThan(streamOf(nextStream(past)));
        }
    }

    /** Waits until most of a bucket of so many milliseconds is left. */
    private static void awaitBucket(long length) {
        Awaitility.await()
                .atMost(LONG)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> System.currentTimeMillis() % length < length / 3);
    }

    private static JsonNode data(String block) {
        return JsonMapper.shared().readTree(block.substring(block.indexOf("data: ") + "data: ".length()));
    }

    private static String nextStream(HttpResponse<String> stream) {
        String[] blocks = stream.body().strip().split("\n\n", -1);
        return data(blocks[blocks.length - 1]).get("next").asString();
    }

    private static long streamOf(String address) {
        return Long.parseLong(address.replaceAll(".*&stream=", ""));
    }

    @Test
    void whatIsRetractedIsToldAsRetracted() throws Exception {
        String start = feedCursor();
        newsroom.article("hemlig", DAY);
        newsroom.awaitFeedRead();
        String address = first(Map.of()) + "&after=" + start;
        assertThat(send(address).body()).contains("Titel hemlig");
        newsroom.run("delete from news where slug = 'hemlig'");
        newsroom.awaitFeedRead();
        assertThat(send(address).body()).doesNotContain("Titel hemlig").contains("NewsRetracted");
    }

    /** The place of an idle one is free for others: none of them keeps it for itself. */
    @Test
    void withoutAPlaceARequestIsAnsweredAtOnceAndPaced() throws Exception {
        FeedWithPlaces one = FeedWithPlaces.of(1, node);
        try (TestOrigin origin = new TestOrigin(node, one.feed(), LONG, Clock.systemUTC())) {
            JsonNode begun = json(send(origin.at(first(Map.of()))));
            CompletableFuture<HttpResponse<String>> held = held(origin.at(next(begun)), one::subscribers);
            String others = first(Map.of("types", List.of("REVISED", "PUBLISHED")));
            HttpResponse<String> refused = send(origin.at(others));
            assertThat(refused.statusCode()).isEqualTo(200);
            assertThat(refused.headers().firstValue("Retry-After")).contains("5");
            String next = next(json(refused));
            assertThat(next).doesNotContain("live=");
            newsroom.article("a", DAY);
            assertThat(json(held.get()).get("events")).hasSize(1);
            JsonNode later = json(send(origin.at(next)));
            assertThat(later.get("events")).hasSize(1);
            assertThat(next(later)).contains("&live=");
        }
    }

    @Test
    void whatWasMissedIsReadAtOnceThoughThereIsNoPlace() throws Exception {
        FeedWithPlaces one = FeedWithPlaces.of(1, node);
        try (TestOrigin origin = new TestOrigin(node, one.feed(), LONG, Clock.systemUTC())) {
            JsonNode begun = json(send(origin.at(first(Map.of("types", List.of("RETRACTED"))))));
            CompletableFuture<HttpResponse<String>> held = held(origin.at(next(begun)), one::subscribers);
            String others = next(json(send(origin.at(first(Map.of("types", List.of("REVISED", "PUBLISHED")))))));
            newsroom.run("""
                insert into news (slug, title, summary, published_at)
                select 'm' || i, 'T', 'I', now() from generate_series(1, 101) i
                """);
            newsroom.awaitFeedRead();
            HttpResponse<String> full = send(origin.at(others));
            assertThat(json(full).get("events")).hasSize(100);
            assertThat(full.headers().firstValue("Retry-After")).isEmpty();
            HttpResponse<String> rest = send(origin.at(next(json(full))));
            assertThat(json(rest).get("events")).hasSize(1);
            assertThat(rest.headers().firstValue("Retry-After")).contains("5");
            origin.drain();
            assertThat(json(held.get()).get("events")).isEmpty();
        }
    }

    @Test
    void aNodeThatStopsAnswersAllThatWait() throws Exception {
        try (TestOrigin origin = origin(LONG)) {
            JsonNode begun = json(send(origin.at(first(Map.of()))));
            CompletableFuture<HttpResponse<String>> held = held(origin.at(next(begun)));
            origin.drain();
            JsonNode page = json(held.get());
            assertThat(page.get("events")).isEmpty();
            assertThat(live(page)).isGreaterThan(live(begun));
        }
    }

    @Test
    void nothingIsLeftOfRequestsThatClientsCutOff() throws Exception {
        JsonNode begun = json(send(first(Map.of("types", List.of("RETRACTED")))));
        HttpClient client = HttpClient.newHttpClient();
        for (int i = 0; i < 20; i++) {
            var _ = client.sendAsync(request(at(next(begun))).build(), HttpResponse.BodyHandlers.ofString());
        }
        Awaitility.await().until(() -> meters.get("utrop.feed.held").gauge().value() == 20);
        client.shutdownNow();
        Awaitility.await().until(() -> meters.get("utrop.feed.held").gauge().value() == 0);
        assertThat(meters.get("utrop.feed.subscriptions").gauge().value()).isZero();
    }

    /** Clients that join when they like, through a cache before two nodes of which one is half a minute ahead. */
    @Test
    void everyClientOfACacheSeesEveryEventOnceInOrder() throws Exception {
        int events = 40;
        String start = feedCursor();
        Duration hold = Duration.ofMillis(600);
        try (TestOrigin ahead = origin(hold, Duration.ofSeconds(30));
                TestOrigin behind = origin(hold, Duration.ZERO);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            SharedCache cache = new SharedCache(List.of(ahead, behind));
            List<Future<List<String>>> clients = IntStream.range(0, 40)
                    .mapToObj(i -> threads.submit(() -> follow(cache, start, events)))
                    .toList();
            for (int i = 0; i < events; i++) {
                newsroom.article("n" + i, DAY);
                Thread.sleep(ThreadLocalRandom.current().nextInt(100));
            }
            List<String> log = cursors(start);
            assertThat(log).hasSize(events);
            for (Future<List<String>> client : clients) {
                assertThat(client.get()).isEqualTo(log);
            }
            assertThat(ahead.requests() + behind.requests()).isLessThan(6 * events);
        }
    }

    private List<String> follow(SharedCache cache, String start, int events) throws Exception {
        Thread.sleep(ThreadLocalRandom.current().nextInt(2_000));
        List<String> seen = new ArrayList<>();
        String cursor = start;
        String next = first(Map.of()) + "&after=" + start;
        while (seen.size() < events) {
            HttpResponse<String> response = cache.get(next);
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            JsonNode page = json(response);
            for (JsonNode event : page.get("events")) {
                assertThat(event.at("/data/newsFeed/previousCursor").asString()).isEqualTo(cursor);
                cursor = event.at("/data/newsFeed/cursor").asString();
                seen.add(cursor);
            }
            cursor = page.get("cursor").asString();
            next = next(page);
        }
        return seen;
    }

    private List<String> cursors(String start) {
        return api.data(
                        "query($after: String) { changes(after: $after, first: 100) { events { cursor } } }",
                        Map.of("after", start))
                .at("/changes/events")
                .valueStream()
                .map(event -> event.get("cursor").asString())
                .toList();
    }

    private TestOrigin origin(Duration hold) {
        return origin(hold, Duration.ZERO);
    }

    private TestOrigin origin(Duration hold, Duration ahead) {
        return new TestOrigin(node, feed, hold, Clock.offset(Clock.systemUTC(), ahead));
    }

    /** A request that waits. */
    private CompletableFuture<HttpResponse<String>> held(URI address) {
        return held(
                address, () -> meters.get("utrop.feed.subscriptions").gauge().value());
    }

    private CompletableFuture<HttpResponse<String>> held(URI address, Callable<Double> subscribers) {
        CompletableFuture<HttpResponse<String>> held =
                HTTP.sendAsync(request(address).build(), HttpResponse.BodyHandlers.ofString());
        Awaitility.await().until(() -> subscribers.call() > 0);
        assertThat(held).isNotDone();
        return held;
    }

    /** Of all that has been committed: before the node hears of it, its answer may be a kept one. */
    private String feedCursor() {
        newsroom.awaitHeard();
        newsroom.awaitFeedRead();
        return api.data("{ news { feedCursor } }").at("/news/feedCursor").asString();
    }

    /** The address with which a client begins. */
    private static String first(Map<String, ?> variables) {
        return "/feed?query=" + encoded(FEED)
                + (variables.isEmpty()
                        ? ""
                        : "&variables=" + encoded(JsonMapper.shared().writeValueAsString(variables)));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String next(JsonNode page) {
        return page.get("next").asString();
    }

    private static long live(JsonNode page) {
        return Long.parseLong(next(page).replaceAll(".*&live=", ""));
    }

    private URI at(String address) {
        return URI.create("http://localhost:" + port + address);
    }

    private HttpResponse<String> send(String address) throws Exception {
        return send(at(address));
    }

    private static HttpResponse<String> send(URI address) throws Exception {
        return HTTP.send(request(address).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(URI address) {
        return HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(40));
    }

    private static JsonNode json(HttpResponse<String> response) {
        return JsonMapper.shared().readTree(response.body());
    }
}
