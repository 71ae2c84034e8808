package se.utrop.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import se.utrop.Newsroom;
import se.utrop.Ports;
import se.utrop.UtropTest;

/** A real nginx with the configuration of {@code deploy}, but for addresses and paths. */
@UtropTest
@TestPropertySource(properties = {"utrop.answers.max-age=2s", "utrop.server.trusted-proxies=127.0.0.1"})
class DeployedProxyTests {

    private static final String PASSWORD = "changeit";

    /** Of a page of the site; nodes hear of the request by http. */
    private static final String ORIGIN = "https://localhost";

    private static final String FEED = "subscription { newsFeed { ... on NewsPublished { news { slug } } } }";

    /** Milliseconds between the ends of the feed's event streams: the default of utrop.feed.hold. */
    private static final long HOLD = 14_000;

    private final int plainPort = Ports.free();
    private final int port = Ports.free();
    private final int origin;
    private final Newsroom newsroom;

    private HttpClient client;

    private Process nginx;

    DeployedProxyTests(@LocalServerPort int origin, Newsroom newsroom) {
        this.origin = origin;
        this.newsroom = newsroom;
    }

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        newsroom.clear();
        newsroom.article("a", Instant.EPOCH);
        client = clientOf(certify(directory));
        Path configuration = directory.resolve("nginx.conf");
        Files.writeString(configuration, configuration(directory));
        nginx = new ProcessBuilder(
                        "nginx", "-c", configuration.toString(), "-e", directory + "/error.log", "-g", "daemon off;")
                .inheritIO()
                .start();
        Awaitility.await()
                .ignoreExceptions()
                .until(() -> get("/graphql?query=%7B__typename%7D").statusCode() == 200);
    }

    private String configuration(Path directory) throws IOException {
        String temporary = Stream.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
                .reduce("http {", (lines, name) -> "%s %s_temp_path %s/%2$s;".formatted(lines, name, directory));
        return "master_process off;\n"
                + Files.readString(Path.of("deploy/nginx.conf"))
                        .replaceAll("server one:8080", "server 127.0.0.1:" + origin)
                        .replaceAll(" +server two:8080.*\n", "")
                        .replace("listen 80;", "listen 127.0.0.1:%d;".formatted(plainPort))
                        .replace("listen 443 ", "listen 127.0.0.1:%d ".formatted(port))
                        .replace("/etc/nginx/tls", directory.toString())
                        .replace("/var/cache/nginx", directory.toString())
                        .replace("/var/run", directory.toString())
                        .replaceAll("/dev/std(?:out|err)", directory + "/nginx.log")
                        .replace("http {", temporary);
    }

    /** Writes the files that nginx reads, and returns what a client has to trust. */
    private static KeyStore certify(Path directory) throws Exception {
        Path file = directory.resolve("tls.p12");
        Process keytool = new ProcessBuilder((Path.of(System.getProperty("java.home"), "bin", "keytool")
                                + " -genkeypair -alias tls -keyalg EC"
                                + " -dname CN=localhost -ext san=dns:localhost -storetype PKCS12 -keystore "
                                + file + " -storepass " + PASSWORD)
                        .split(" "))
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore store = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
        write(
                directory.resolve("tls.key"),
                "PRIVATE KEY",
                store.getKey("tls", PASSWORD.toCharArray()).getEncoded());
        write(
                directory.resolve("tls.crt"),
                "CERTIFICATE",
                store.getCertificate("tls").getEncoded());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("tls", store.getCertificate("tls"));
        return trusted;
    }

    private static void write(Path file, String kind, byte[] content) throws IOException {
        String text = Base64.getMimeEncoder().encodeToString(content);
        Files.writeString(file, "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(kind, text));
    }

    private static HttpClient clientOf(KeyStore trusted) throws Exception {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(context).build();
    }

    @AfterEach
    void stop() throws InterruptedException {
        nginx.destroy();
        nginx.waitFor();
    }

    @Test
    void answersAreCachedForTheirAgeOverHttp2() throws Exception {
        String query = "/graphql?query=%7Bnews%7Bnodes%7Bslug%7D%7D%7D";
        HttpResponse<String> first = get(query);
        assertThat(first.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(first.body()).contains("\"a\"");
        HttpResponse<String> second = get(query);
        assertThat(second.headers().firstValue("X-Cache")).contains("HIT");
        assertThat(second.body()).isEqualTo(first.body());

        newsroom.article("b", Instant.EPOCH);
        Awaitility.await().until(() -> get(query).body().contains("\"b\""));
    }

    @Test
    void plainHttpLeadsToTls() throws Exception {
        HttpResponse<String> answer = client.send(
                HttpRequest.newBuilder(URI.create("http://localhost:" + plainPort + "/graphql"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(301);
        assertThat(answer.headers().firstValue("Location")).contains("https://localhost/graphql");
    }

    @Test
    void healthAndMetricsAreHidden() throws Exception {
        assertThat(get("/actuator/prometheus").statusCode()).isEqualTo(404);
        assertThat(get("/actuator/health").statusCode()).isEqualTo(404);
    }

    @Test
    void eventStreamsPassAtOnceAndBesideEachOther() throws Exception {
        HttpResponse<Stream<String>> one = stream();
        HttpResponse<Stream<String>> two = stream();
        newsroom.article("b", Instant.EPOCH);
        assertThat(firstEvent(one)).contains("\"b\"");
        assertThat(firstEvent(two)).contains("\"b\"");
    }

    /** nginx passes on what arrives, and gives no stream to anybody else. */
    @Test
    void eventStreamsOfTheFeedPassAtOnceAndBesideEachOther() throws Exception {
        Awaitility.await().until(() -> System.currentTimeMillis() % HOLD < HOLD - 2_000);
        String address = get("/feed?query=" + encoded(FEED) + "&stream=0")
                .body()
                .replaceFirst("(?s).*\"next\":\"([^\"]+)\".*", "$1");
        HttpResponse<Stream<String>> one = stream(address);
        HttpResponse<Stream<String>> two = stream(address);
        newsroom.article("b", Instant.EPOCH);
        for (HttpResponse<Stream<String>> stream : List.of(one, two)) {
            assertThat(stream.headers().firstValue("X-Cache")).contains("BYPASS");
            try (Stream<String> lines = stream.body()) {
                assertThat(lines.anyMatch(line -> line.contains("\"b\""))).isTrue();
            }
        }
    }

    private static String firstEvent(HttpResponse<Stream<String>> stream) {
        try (Stream<String> lines = stream.body()) {
            return lines.filter(line -> line.startsWith("data: {\""))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static String encoded(String document) {
        return document.replace(" ", "%20").replace("{", "%7B").replace("}", "%7D");
    }

    private HttpResponse<Stream<String>> stream() throws IOException, InterruptedException {
        return stream("/graphql?query=" + encoded(FEED));
    }

    private HttpResponse<Stream<String>> stream(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address("https", path))
                .header("Accept", "text/event-stream")
                .header("Origin", ORIGIN)
                .build();
        HttpResponse<Stream<String>> stream = client.send(request, HttpResponse.BodyHandlers.ofLines());
        assertThat(stream.statusCode()).isEqualTo(200);
        return stream;
    }

    /** A node decides which origins may send a token. */
    @Test
    void nodesSeeThePreflightRequestsOfTheFeed() throws Exception {
        String feed = "/feed?query=" + encoded(FEED);
        HttpRequest preflight = HttpRequest.newBuilder(address("https", feed))
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("Origin", "https://annan.example")
                .header("Access-Control-Request-Method", "GET")
                .header("Access-Control-Request-Headers", "authorization")
                .build();
        assertThat(client.send(preflight, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isEqualTo(200);
    }

    @Test
    void webSocketsPass() throws Exception {
        Messages messages = new Messages();
        WebSocket socket = client.newWebSocketBuilder()
                .subprotocols("graphql-transport-ws")
                .header("Origin", ORIGIN)
                .buildAsync(address("wss", "/graphql"), messages)
                .get(10, TimeUnit.SECONDS);
        socket.sendText("{\"type\":\"connection_init\"}", true).join();
        assertThat(messages.next()).contains("connection_ack");
        socket.sendText(
                        "{\"id\":\"1\",\"type\":\"subscribe\",\"payload\":{\"query\":\"{ news { nodes { slug } } }\"}}",
                        true)
                .join();
        assertThat(messages.next()).contains("\"a\"");
        socket.abort();
    }

    private static final class Messages implements WebSocket.Listener {

        private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                received.add(text.toString());
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        String next() throws InterruptedException {
            return Objects.requireNonNull(received.poll(30, TimeUnit.SECONDS), "Nothing came for 30 seconds");
        }
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(address("https", path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private URI address(String scheme, String path) {
        return URI.create("%s://localhost:%d%s".formatted(scheme, port, path));
    }
}
