package se.utrop.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import se.utrop.CrossOriginTest;
import se.utrop.Newsroom;
import se.utrop.Ports;
import tools.jackson.databind.json.JsonMapper;

/** A real Varnish with the configuration of {@code deploy}, but for addresses. */
@CrossOriginTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeployedVarnishTests {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** Of a request, by the settings of {@link CrossOriginTest}, in milliseconds. */
    private static final long HOLD = 3_000;

    private static final String FEED = "/feed?query="
            + encoded("subscription Proxied { newsFeed { __typename cursor ... on NewsPublished { news { slug } } } }");

    private static final String LIST = "/graphql?query=" + encoded("query Proxied { news { nodes { slug } } }");

    private final int port = Ports.free();
    private final int origin;
    private final Newsroom newsroom;
    private final MeterRegistry meters;

    private Process varnish;

    DeployedVarnishTests(@LocalServerPort int origin, Newsroom newsroom, MeterRegistry meters) {
        this.origin = origin;
        this.newsroom = newsroom;
        this.meters = meters;
    }

    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        Path configuration = directory.resolve("varnish.vcl");
        Files.writeString(
                configuration,
                Files.readString(Path.of("deploy/varnish.vcl"))
                        .replaceAll("\\.host = \"\\w+\"", ".host = \"127.0.0.1\"")
                        .replace(".port = \"8080\"", ".port = \"" + origin + "\""));
        try {
            varnish = new ProcessBuilder(command(configuration, directory))
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("varnish.log").toFile())
                    .start();
        } catch (IOException e) {
            throw new IOException("varnishd is needed (Debian: apt install varnish): " + e.getMessage(), e);
        }
        Awaitility.await().ignoreExceptions().until(() -> get("/robots.txt").statusCode() == 200);
    }

    private List<String> command(Path configuration, Path directory) {
        return List.of(
                "varnishd",
                "-j",
                "none",
                "-F",
                "-a",
                "127.0.0.1:" + port,
                "-f",
                configuration.toString(),
                "-n",
                directory.resolve("varnish").toString(),
                "-s",
                "malloc,16m",
                "-p",
                "thread_pool_min=20");
    }

    @AfterAll
    void stop() throws InterruptedException {
        varnish.destroy();
        varnish.waitFor();
    }

    @Test
    void operatorsAddressesAreHidden() throws Exception {
        for (String path : List.of("/actuator/health", "/%61ctuator/health", "//actuator/health")) {
            assertThat(get(path).statusCode()).as(path).isEqualTo(404);
        }
        assertThat(get("/archive?from=%32023-01-01").statusCode()).isEqualTo(200);
    }

    @BeforeEach
    void clear() throws Exception {
        newsroom.clear();
        newsroom.article("a", Instant.EPOCH);
        newsroom.article("b", Instant.EPOCH);
        newsroom.awaitHeard();
        newsroom.awaitFeedRead();
        for (String key : List.of("newsFeed", "news", "newsBySlug")) {
            purge(key);
        }
        Awaitility.await().until(() -> meters.get("utrop.feed.held").gauge().value() == 0);
    }

    @Test
    void purgingTheFeedForgetsARetractedText() throws Exception {
        String start = cursor(get(FEED));
        newsroom.article("hemlig", Instant.EPOCH);
        newsroom.awaitFeedRead();
        String address = FEED + "&after=" + start;
        assertThat(cache(get(address))).isEqualTo("MISS");
        newsroom.run("delete from news where slug = 'hemlig'");
        newsroom.awaitFeedRead();
        HttpResponse<String> kept = get(address);
        assertThat(cache(kept)).isEqualTo("HIT");
        assertThat(kept.body()).contains("hemlig");
        assertThat(purge("newsFeed")).isEqualTo(200);
        HttpResponse<String> anew = get(address);
        assertThat(cache(anew)).isEqualTo("MISS");
        assertThat(anew.body()).contains("NewsRetracted").doesNotContain("hemlig");
    }

    /** An answer is forgotten by each of its keys, but not by a part of one. */
    @ParameterizedTest
    @CsvSource({
        "newsBySlug/a, MISS",
        "newsBySlug, MISS",
        "newsBySlug/aa, HIT",
        "ewsBySlug/a, HIT",
        "newsBySlug/b, HIT",
        "newsFeed, HIT"
    })
    void purgingANewsItemForgetsItAlone(String key, String expected) throws Exception {
        String item = "/graphql?query=" + encoded("{ newsBySlug(slug: \"a\") { title } }");
        get(item);
        HttpResponse<String> kept = get(item);
        assertThat(cache(kept)).isEqualTo("HIT");
        assertThat(kept.headers().firstValue("Surrogate-Key").orElseThrow()).contains("newsBySlug/a");
        assertThat(purge(key)).isEqualTo(200);
        assertThat(cache(get(item))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"'', 400", "'a b', 400", "'.*', 400", "'a|b', 400", "'newsFeed\"', 400"})
    void aPurgeNamesOneKey(String key, int status) throws Exception {
        assertThat(purge(key)).isEqualTo(status);
    }

    /** The proxy that terminates TLS is on the same machine. It appends an address for each client. */
    @Test
    void clientsMayNotPurge() throws Exception {
        get(LIST);
        HttpRequest request = request(LIST)
                .method("PURGE", HttpRequest.BodyPublishers.noBody())
                .header("Surrogate-Key", "news")
                .header("X-Forwarded-For", "203.0.113.7")
                .build();
        assertThat(HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
                .isEqualTo(405);
        assertThat(cache(get(LIST))).isEqualTo("HIT");
    }

    @Test
    void oneOfTheRequestsThatWaitForAnEventReachesTheNode() throws Exception {
        Awaitility.await().until(() -> System.currentTimeMillis() % HOLD < HOLD / 3);
        String next = next(get(FEED));
        List<CompletableFuture<HttpResponse<String>>> held = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            held.add(HTTP.sendAsync(request(next).build(), HttpResponse.BodyHandlers.ofString()));
        }
        Awaitility.await().until(() -> meters.get("utrop.feed.held").gauge().value() == 1);
        newsroom.article("c", Instant.EPOCH);
        for (CompletableFuture<HttpResponse<String>> one : held) {
            assertThat(one.get().body()).contains("\"c\"");
        }
        assertThat(meters.get("utrop.feed.held").gauge().value()).isLessThanOrEqualTo(1);
    }

    @Test
    void anEventStreamIsSharedFromItsFirstByteAndOverWithItsBucket() throws Exception {
        String address = nextStream(get(FEED + "&stream=0").body());
        while (left(address) < 2_000) {
            Thread.sleep(left(address));
            address = nextStream(get(address).body());
        }
        try (Lines one = new Lines(address);
                Lines two = new Lines(address)) {
            assertThat(one.next("data: {\"cursor\"")).isEqualTo(two.next("data: {\"cursor\""));
            assertThat(meters.get("utrop.feed.held").gauge().value()).isEqualTo(1);
            newsroom.article("c", Instant.EPOCH);
            assertThat(one.next("\"c\"")).isEqualTo(two.next("\"c\""));
            assertThat(one.next("data: {\"next\"")).isEqualTo(two.next("data: {\"next\""));
        }
        HttpResponse<String> late = get(address);
        assertThat(cache(late)).isEqualTo("MISS");
        assertThat(late.body()).startsWith("event: end\n");
    }

    /** The lines of a stream while it arrives. */
    private final class Lines implements AutoCloseable {

        private final Stream<String> body;

        private final Iterator<String> lines;

        Lines(String address) throws IOException, InterruptedException {
            body = HTTP.send(request(address).build(), HttpResponse.BodyHandlers.ofLines())
                    .body();
            lines = body.iterator();
        }

        String next(String part) {
            String line = lines.next();
            while (!line.contains(part)) {
                line = lines.next();
            }
            return line;
        }

        @Override
        public void close() {
            body.close();
        }
    }

    /** Milliseconds until the bucket of this stream ends. */
    private static long left(String address) {
        long start = Long.parseLong(address.replaceFirst(".*&stream=", ""));
        return Math.max(0, start - start % HOLD + HOLD - System.currentTimeMillis());
    }

    private static String nextStream(String stream) {
        return stream.replaceFirst("(?s).*event: end\ndata: \\{\"next\":\"([^\"]+)\"}\n\n", "$1");
    }

    private static String next(HttpResponse<String> page) {
        return JsonMapper.shared().readTree(page.body()).get("next").asString();
    }

    private static String cursor(HttpResponse<String> page) {
        return JsonMapper.shared().readTree(page.body()).get("cursor").asString();
    }

    private static String cache(HttpResponse<?> response) {
        return response.headers().firstValue("X-Cache").orElse("none");
    }

    private int purge(String key) throws IOException, InterruptedException {
        HttpRequest request = request("/")
                .method("PURGE", HttpRequest.BodyPublishers.noBody())
                .header("Surrogate-Key", key)
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private HttpResponse<String> get(String address) throws IOException, InterruptedException {
        return HTTP.send(request(address).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String address) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + address));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
