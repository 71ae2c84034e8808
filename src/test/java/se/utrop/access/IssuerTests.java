package se.utrop.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import se.utrop.Api;
import se.utrop.Editor;
import se.utrop.Ports;
import se.utrop.ServerProcess;
import se.utrop.embedded.RestartablePostgres;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A server and a real issuer, which comes up later, changes its key, and goes down again. */
class IssuerTests {

    private static final int PORT = Ports.free();

    private static final int ISSUER = Ports.free();

    private static final String JWT = "--spring.security.oauth2.resourceserver.jwt.";

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private int topics;

    @Test
    void theServerFollowsItsIssuer(@TempDir Path directory) throws Exception {
        try (RestartablePostgres database = RestartablePostgres.start(directory)) {
            List<String> trust =
                    List.of(JWT + "issuer-uri=" + RealIssuer.url(ISSUER), JWT + "audiences=" + RealIssuer.AUDIENCE);
            ServerProcess server = new ServerProcess(
                    PORT,
                    Stream.concat(database.settings().stream(), trust.stream()).toList(),
                    directory);
            server.awaitReady();
            try {
                follow(directory);
            } finally {
                server.stop();
            }
        }
    }

    /** The name of the issuer is known to the proxy only, and its certificate is signed by nobody whom the JVM knows. */
    @Test
    void theIssuerIsReachedThroughAProxyAndTrustedByTheOperatorsOwnAuthority(@TempDir Path directory) throws Exception {
        String url = "https://issuer.utrop.invalid";
        Path keys = keys(directory, "issuer.utrop.invalid");
        try (RestartablePostgres database = RestartablePostgres.start(directory);
                RealIssuer issuer = RealIssuer.start(url, ISSUER, keys, directory);
                RecordingProxy proxy = RecordingProxy.to(ISSUER)) {
            ServerProcess server =
                    new ServerProcess(PORT, options(proxy, keys, "127.*"), settings(database, url), directory);
            server.awaitReady();
            try {
                awaitEdit(issuer.accessToken("topics:write"), "200 done");
                assertThat(edit(issuer.accessToken("news:write"))).isEqualTo("200 FORBIDDEN");
            } finally {
                server.stop();
            }
            assertThat(proxy.asked()).isNotEmpty().allMatch("CONNECT issuer.utrop.invalid:443 HTTP/1.1"::equals);
        }
    }

    @Test
    void theProxyIsNotAskedForHostsThatAreExcepted(@TempDir Path directory) throws Exception {
        String url = "https://localhost:" + ISSUER;
        Path keys = keys(directory, "localhost");
        try (RestartablePostgres database = RestartablePostgres.start(directory);
                RealIssuer issuer = RealIssuer.start(url, ISSUER, keys, directory);
                RecordingProxy proxy = RecordingProxy.to(1)) {
            ServerProcess server =
                    new ServerProcess(PORT, options(proxy, keys, "*.local|local*"), settings(database, url), directory);
            server.awaitReady();
            try {
                awaitEdit(issuer.accessToken("topics:write"), "200 done");
            } finally {
                server.stop();
            }
            assertThat(proxy.asked()).isEmpty();
        }
    }

    private static List<String> options(RecordingProxy proxy, Path keys, String excepted) {
        return List.of(
                "-Dhttps.proxyHost=127.0.0.1",
                "-Dhttps.proxyPort=" + proxy.port(),
                "-Dhttp.nonProxyHosts=" + excepted,
                "-Djavax.net.ssl.trustStore=" + keys,
                "-Djavax.net.ssl.trustStorePassword=changeit");
    }

    private static List<String> settings(RestartablePostgres database, String issuer) {
        List<String> trust = List.of(JWT + "issuer-uri=" + issuer, JWT + "audiences=" + RealIssuer.AUDIENCE);
        return Stream.concat(database.settings().stream(), trust.stream()).toList();
    }

    /** A key pair with a certificate for this host that is signed by itself: the issuer's, and what the server trusts. */
    private static Path keys(Path directory, String host) throws Exception {
        Path keys = directory.resolve("issuer.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "issuer",
                        "-keyalg",
                        "RSA",
                        "-dname",
                        "CN=" + host,
                        "-ext",
                        "san=dns:" + host,
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "changeit",
                        "-keystore",
                        keys.toString())
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        return keys;
    }

    private void follow(Path directory) throws Exception {
        String token;
        try (RealIssuer issuer = RealIssuer.start(ISSUER, directory)) {
            token = issuer.token("topics:write");
        }
        assertThat(read()).as("without an issuer").contains("__typename");
        assertThat(edit(token)).isEqualTo("503 UNAVAILABLE");
        try (RealIssuer issuer = RealIssuer.start(ISSUER, directory)) {
            String counts = issuer.token("topics:write");
            awaitEdit(counts, "200 done");
            assertThat(edit(token)).as("of a key of before").isEqualTo("401 UNAUTHENTICATED");
            assertThat(edit(issuer.token("news:write"))).isEqualTo("200 FORBIDDEN");
            issuer.rotate();
            String next = issuer.token("topics:write");
            awaitEdit(next, "200 done");
            assertThat(edit(counts)).isEqualTo("401 UNAUTHENTICATED");
            token = next;
        }
        assertThat(edit(token)).as("while the issuer is down again").isEqualTo("200 done");
        assertThat(read()).contains("__typename");
    }

    private void awaitEdit(String token, String outcome) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(edit(token)).isEqualTo(outcome));
    }

    private static String read() throws Exception {
        return HTTP.send(Api.get(PORT, "{ __typename }").build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private String edit(String token) throws Exception {
        HttpRequest request = Editor.request(PORT, "createTopic", Map.of("name", "Ämne " + topics++))
                .setHeader("Authorization", "Bearer " + token)
                .build();
        HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        JsonNode answer = JsonMapper.shared().readTree(response.body());
        return response.statusCode() + " "
                + (answer.has("errors") ? answer.at("/errors/0/extensions/code").asString() : "done");
    }
}
