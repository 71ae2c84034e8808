package se.utrop.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import se.utrop.Api;
import se.utrop.Editor;
import se.utrop.Ports;
import se.utrop.ServerProcess;
import se.utrop.TestNode;
import se.utrop.Tokens;
import se.utrop.embedded.RestartablePostgres;

/** A request that ends early doesn't end the wait of its COMMIT for a synchronous standby, which is away here. */
@Timeout(180)
class SynchronousCommitTests {

    private static final int PORT = Ports.free();

    @TempDir
    private static Path directory;

    private static RestartablePostgres database;

    private static ServerProcess server;

    @BeforeAll
    static void start() throws Exception {
        database = RestartablePostgres.start(directory);
        database.run("alter system set log_min_messages = 'warning'");
        server = new ServerProcess(
                PORT,
                Stream.of(
                                database.settings().stream(),
                                Tokens.settings().stream(),
                                Stream.of("--utrop.limits.timeout=3s", "--utrop.editing.schedule-poll=1h"))
                        .flatMap(settings -> settings)
                        .toList(),
                directory);
        server.awaitReady();
    }

    @AfterAll
    static void end() throws Exception {
        server.stop();
        database.close();
    }

    @BeforeEach
    void awaitAStandby() throws Exception {
        awaitStandby("nobody");
    }

    @AfterEach
    void awaitNone() throws Exception {
        awaitStandby("");
    }

    private static void awaitStandby(String name) throws Exception {
        database.run("alter system set synchronous_standby_names = '%s'".formatted(name));
        database.run("select pg_reload_conf()");
        Awaitility.await()
                .until(() -> database.ask("show synchronous_standby_names").equals(name));
    }

    @Test
    void aTimeLimitLeavesACommitAlone() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            String answer = client.send(publication("Ett tak"), HttpResponse.BodyHandlers.ofString())
                    .body();
            assertThat(answer).contains("\"TIMEOUT\"");
        }
        assertCommitGoesOn("ett-tak");
    }

    @Test
    void aClientThatGoesLeavesACommitAlone() throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        var _ = client.sendAsync(publication("En trappa"), HttpResponse.BodyHandlers.ofString());
        Awaitility.await().until(() -> waiting() == 1);
        client.shutdownNow();
        assertCommitGoesOn("en-trappa");
    }

    @Test
    void whoIsSetToPublishWithoutAStandbyWaitsForNone() throws Exception {
        try (TestNode node = TestNode.start(
                        Stream.concat(database.settings().stream(), Tokens.settings().stream())
                                .toList(),
                        "--utrop.database.publish.synchronous=local");
                HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest publication = Editor.request(
                            node.port(), "publishNews", Map.of("news", Editor.content("En dörr")))
                    .build();
            assertThat(client.send(publication, HttpResponse.BodyHandlers.ofString())
                            .body())
                    .contains("en-dorr");
            database.run(
                    "set synchronous_commit = local; insert into scheduled_news (id, slug, publish_at, content) select"
                            + " nextval(pg_get_serial_sequence('news', 'id')), 'ett-fonster', clock_timestamp(),"
                            + " '{\"title\": \"Ett fönster\", \"summary\": \"Ingress.\", \"kind\": \"ARTICLE\","
                            + " \"urgency\": \"ROUTINE\", \"topics\": [], \"figures\": []}'");
            Awaitility.await()
                    .until(() -> database.ask("select count(*) from news where slug = 'ett-fonster'")
                            .equals("1"));
            assertThat(waiting()).isZero();
        }
    }

    private static HttpRequest publication(String title) {
        return Editor.request(PORT, "publishNews", Map.of("news", Editor.content(title)))
                .build();
    }

    private static void assertCommitGoesOn(String slug) throws Exception {
        Awaitility.await().until(() -> server.metric("utrop_admission_running") == 0);
        assertThat(waiting()).isOne();
        awaitStandby("");
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> get("{ newsBySlug(slug: \"%s\") { slug } }".formatted(slug))
                        .contains(slug));
        assertThat(Files.readString(directory.resolve("postgresql.log")))
                .doesNotContain("canceling wait for synchronous replication");
    }

    private static int waiting() throws Exception {
        return Integer.parseInt(database.ask("select count(*) from pg_stat_activity where wait_event = 'SyncRep'"));
    }

    private static String get(String document) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(Api.get(PORT, document).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }
}
