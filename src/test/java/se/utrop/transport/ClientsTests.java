package se.utrop.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import se.utrop.ServerProcess;
import se.utrop.Visit;
import se.utrop.database.RestartablePostgres;

/** The clients that people use follow the feed across a server that is killed, and another one that drains. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientsTests {

    private static final int PORT = 18_093;

    private static final Path SCRIPTS = Path.of("src/test/clients");

    private static final Path INSTALLED = Path.of("target/clients");

    private static final String EVENT_SOURCE = """
        (query) => {
          window.told = [];
          window.feed = new EventSource("/graphql?query=" + encodeURIComponent(query));
          window.feed.onopen = () => window.told.push("connected");
          window.feed.addEventListener("next", ({ data }) => window.told.push(JSON.parse(data).data.newsFeed.news.slug));
        }
        """;

    private RestartablePostgres database;

    private ServerProcess server;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        database = RestartablePostgres.start(directory);
        server = new ServerProcess(PORT, database.settings(), directory);
        server.awaitReady();
    }

    @AfterAll
    void stop() throws Exception {
        server.kill();
        database.close();
    }

    @BeforeEach
    void clear() throws SQLException {
        database.run("delete from news");
        database.run("delete from retraction");
    }

    @ParameterizedTest
    @ValueSource(strings = {"graphql-ws", "graphql-sse"})
    void clientsOfNpmGoOnFromTheirCursor(String library) throws Exception {
        install();
        try (Script script = new Script(library)) {
            if (library.equals("graphql-ws")) {
                assertThat(script.line()).isEqualTo("connected");
            }
            awaitSubscriptions(1);
            goThroughRestarts(script::line);
        }
    }

    @Test
    void anEventSourceOfABrowserGoesOnByItself() throws Exception {
        try (Visit visit = new Visit("http://localhost:" + PORT + "/graphiql")) {
            Page page = visit.page();
            page.evaluate(EVENT_SOURCE, "subscription { newsFeed { ... on NewsPublished { news { slug } } } }");
            awaitSubscriptions(1);
            goThroughRestarts(() -> {
                page.waitForCondition(() -> page.evaluate("told.length > 0").equals(true));
                return String.valueOf(page.evaluate("told.shift()"));
            });
        }
    }

    private interface Lines {

        String next() throws InterruptedException;
    }

    /** Publishes before, while and after the server is gone, once without notice and once with. */
    private void goThroughRestarts(Lines lines) throws Exception {
        publish("first", 3);
        assertTold(lines, "first", 3);

        server.kill();
        publish("killed", 5);
        server.start();
        assertTold(lines, "killed", 5);
        publish("back", 3);
        assertTold(lines, "back", 3);

        server.stop();
        publish("drained", 5);
        server.start();
        assertTold(lines, "drained", 5);
        publish("last", 3);
        assertTold(lines, "last", 3);
    }

    private void publish(String name, int count) throws SQLException {
        for (int i = 0; i < count; i++) {
            database.run(
                    "insert into news (slug, title, summary, published_at) values ('%s-%d', 'Titel', 'Ingress', now())"
                            .formatted(name, i));
        }
    }

    private static void assertTold(Lines lines, String name, int count) throws InterruptedException {
        for (String slug :
                IntStream.range(0, count).mapToObj(i -> name + "-" + i).toList()) {
            String line = lines.next();
            while (line.endsWith("connected")) {
                line = lines.next();
            }
            assertThat(line).isEqualTo(slug);
        }
    }

    private void awaitSubscriptions(int count) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> server.metric("utrop_feed_subscriptions") == count);
    }

    /** What the scripts need, from npm's registry. */
    private static void install() throws IOException, InterruptedException {
        Files.createDirectories(INSTALLED);
        for (String file : List.of("package.json", "follow.mjs")) {
            Files.copy(SCRIPTS.resolve(file), INSTALLED.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        Process npm = process("npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error");
        String output = new String(npm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(npm.waitFor()).as("npm install: %s", output).isZero();
    }

    private static Process process(String... command) throws IOException {
        try {
            return new ProcessBuilder(command)
                    .directory(INSTALLED.toFile())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            throw new IOException(
                    "Node.js 18 or later and npm are needed (Debian: apt install nodejs npm): " + e.getMessage(), e);
        }
    }

    private static final class Script implements AutoCloseable {

        private final Process process;

        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

        Script(String library) throws IOException {
            process = process("node", "follow.mjs", library, String.valueOf(PORT));
            Thread.ofVirtual().start(this::read);
        }

        private void read() {
            try (BufferedReader reader = process.inputReader()) {
                reader.lines().forEach(lines::add);
            } catch (IOException e) {
                lines.add(e.toString());
            }
        }

        String line() throws InterruptedException {
            @Nullable String line = lines.poll(60, TimeUnit.SECONDS);
            return line == null ? "(nothing came for a minute)" : line;
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
