package se.utrop.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
import org.springframework.graphql.client.HttpGraphQlClient;
import org.springframework.graphql.client.WebSocketGraphQlClient;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.socket.client.ReactorNettyWebSocketClient;
import reactor.core.Disposable;
import reactor.core.Disposables;
import se.utrop.NodeScripts;
import se.utrop.Ports;
import se.utrop.ServerProcess;
import se.utrop.Visit;
import se.utrop.database.TcpProxy;
import se.utrop.embedded.RestartablePostgres;

/** The clients that people use follow the feed across a server that is killed, and another one that drains. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientsTests {

    private static final int PORT = Ports.free();

    private static final Path SCRIPTS = Path.of("src/test/clients");

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
        try (Script script = new Script("follow.mjs", library, String.valueOf(PORT))) {
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

    /** What {@code docs/clients.md} recommends, and the server's own module: nothing is lost, and nothing repeated. */
    @Test
    void recipesGoOnFromTheirCursor() throws Exception {
        try (TcpProxy proxy = new TcpProxy(PORT);
                Script script = new Script("recipes.mjs", String.valueOf(proxy.port()))) {
            Recipes recipes = new Recipes(script);
            Disposable springs = followWithSpring(proxy.port(), script);
            recipes.awaitPositions();

            proxy.refuse();
            publish("before-any-event", 2);
            proxy.admit();
            recipes.assertTold("before-any-event", 2);
            publish("live", 2);
            recipes.assertTold("live", 2);

            server.kill();
            publish("killed", 3);
            server.start();
            recipes.assertTold("killed", 3);

            proxy.refuse();
            publish("cut", 2);
            proxy.admit();
            recipes.assertTold("cut", 2);
            springs.dispose();
        }
    }

    private static Disposable followWithSpring(int port, Script script) {
        String address = "http://127.0.0.1:" + port + "/graphql";
        HttpGraphQlClient http = HttpGraphQlClient.create(WebClient.create(address));
        WebSocketGraphQlClient webSocket = WebSocketGraphQlClient.builder(
                        address.replace("http", "ws"), new ReactorNettyWebSocketClient())
                .build();
        return Disposables.composite(
                new FeedFollower(http).events().subscribe(event -> script.tell("spring-http", event)),
                new FeedFollower(webSocket).events().subscribe(event -> script.tell("spring-websocket", event)));
    }

    @Test
    void thePageForClientsQuotesTheRecipes() throws IOException {
        String page = Files.readString(Path.of("docs/clients.md"));
        try (Stream<Path> recipes = Files.list(SCRIPTS.resolve("recipes"))) {
            assertThat(recipes)
                    .isNotEmpty()
                    .allSatisfy(recipe -> assertThat(page).contains("```js\n" + Files.readString(recipe) + "```\n"));
        }
        String follower = Files.readString(Path.of("src/test/java/se/utrop/transport/FeedFollower.java"));
        assertThat(page).contains("```java\n" + follower.substring(follower.indexOf("/** Follows")) + "```\n");
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

    /** The slugs that each recipe has told. */
    private static final class Recipes {

        private static final String POSITION = "position";

        private static final List<String> NAMES = List.of(
                "apollo",
                "event-source",
                "graphql-sse",
                "graphql-ws",
                "module-event-stream",
                "module-http",
                "module-websocket",
                "relay",
                "spring-http",
                "spring-websocket",
                "urql");

        private final Script script;

        private final Map<String, List<String>> told =
                NAMES.stream().collect(Collectors.toMap(name -> name, name -> new ArrayList<>()));

        private final List<String> published = new ArrayList<>();

        Recipes(Script script) {
            this.script = script;
        }

        /** Each of them is told where it stands before anything happens. */
        void awaitPositions() throws InterruptedException {
            Set<String> lines = new TreeSet<>();
            while (lines.size() < NAMES.size()) {
                lines.add(script.line());
            }
            assertThat(lines)
                    .containsExactlyElementsOf(
                            NAMES.stream().map(name -> name + " " + POSITION).toList());
        }

        void assertTold(String name, int count) throws InterruptedException {
            IntStream.range(0, count).forEach(i -> published.add(name + "-" + i));
            while (told.values().stream().anyMatch(slugs -> slugs.size() < published.size())) {
                read(script.line());
            }
            assertThat(told)
                    .allSatisfy((recipe, slugs) -> assertThat(slugs).as(recipe).isEqualTo(published));
        }

        private void read(String line) {
            String[] parts = line.split(" ", 2);
            List<String> slugs = told.get(parts[0]);
            if (slugs == null) {
                throw new AssertionError(line);
            }
            if (!parts[1].equals(POSITION)) {
                slugs.add(parts[1]);
            }
        }
    }

    private static final class Script implements AutoCloseable {

        private final Process process;

        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

        Script(String... arguments) throws IOException {
            process = NodeScripts.start(
                    Stream.concat(Stream.of("node"), Stream.of(arguments)).toArray(String[]::new));
            Thread.ofVirtual().start(this::read);
        }

        private void read() {
            try (BufferedReader reader = process.inputReader()) {
                reader.lines().forEach(lines::add);
            } catch (IOException e) {
                lines.add(e.toString());
            }
        }

        /** As if the script had printed it. */
        void tell(String name, FeedFollower.FeedEvent event) {
            lines.add(name + " "
                    + (event.news() == null ? Recipes.POSITION : event.news().slug()));
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
