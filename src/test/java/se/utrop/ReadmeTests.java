package se.utrop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the README and the pages that it leads to show, on a server started as it says: in a process of its own, with the
 * sample newsroom.
 */
class ReadmeTests {

    private static final Path README = Path.of("README.md");

    private static final List<Path> PAGES = List.of(
            README,
            Path.of("docs/clients.md"),
            Path.of("docs/editors.md"),
            Path.of("docs/deploy.md"),
            Path.of("docs/operate.md"),
            Path.of("docs/upgrade.md"),
            Path.of("docs/architecture.md"),
            Path.of("CONTRIBUTING.md"));

    private static final int PORT = Ports.free();

    @TempDir
    private static Path directory;

    private static Process server;

    @BeforeAll
    static void start() throws IOException {
        server = java("--server.port=" + PORT, "--utrop.data=" + directory.resolve("data"))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        WebTestClient client = client();
        long start = System.nanoTime();
        while (!isReady(client)) {
            assertThat(server.isAlive()).as(log()).isTrue();
            assertThat(System.nanoTime() - start).as(log()).isLessThan(TimeUnit.SECONDS.toNanos(120));
        }
    }

    @AfterAll
    static void end() throws InterruptedException {
        server.destroy();
        assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void theLogEndsWithTheAddressesAndTheDatabase() throws IOException {
        assertThat(Files.readAllLines(directory.resolve("log")).getLast())
                .startsWith("Database: the embedded PostgreSQL 18");
        assertThat(log()).contains("http://localhost:" + PORT + "/graphiql");
    }

    @Test
    void everyQueryIsAnswered() throws IOException {
        List<String> queries = blocks("graphql").stream()
                .filter(block -> block.startsWith("query"))
                .toList();
        assertThat(queries).hasSizeGreaterThanOrEqualTo(5);
        for (String query : queries) {
            JsonNode answer = answer(JsonMapper.shared().writeValueAsString(Map.of("query", query)));
            assertThat(answer.get("errors")).as(query).isNull();
            assertThat(answer.get("data").valueStream().noneMatch(JsonNode::isNull))
                    .as("%s: %s", query, answer)
                    .isTrue();
        }
    }

    @Test
    void theFeedIsFollowedAsShown() throws IOException, InterruptedException {
        String subscription = blocks("graphql").stream()
                .filter(block -> block.startsWith("subscription"))
                .findFirst()
                .orElseThrow();
        String start = answer("{\"query\":\"{ news { feedCursor } }\"}")
                .at("/data/news/feedCursor")
                .asString();
        try (EventStream feed = EventStream.open(PORT, subscription, Map.of("after", start))) {
            importNews("Ny spårvagn");
            assertThat(feed.event().at("/news/title").asString()).isEqualTo("Ny spårvagn");
        }
    }

    @Test
    void newsArePublishedAndRevisedAsShown() throws IOException, InterruptedException {
        String request = JsonMapper.shared().writeValueAsString(Map.of("query", mutation("Publish")));
        assertThat(answer(request).at("/errors/0/extensions/code").asString()).isEqualTo("UNAUTHENTICATED");
        String token = token();
        JsonNode published = answer(request, token).at("/data/publishNews");
        assertThat(published.at("/news/slug").asString()).isEqualTo("ny-sparvagn-i-rusningen");
        Map<String, Object> variables =
                Map.of("id", published.at("/news/id").asString(), "revision", published.get("revision"));
        JsonNode revised = answer(
                JsonMapper.shared().writeValueAsString(Map.of("query", mutation("Revise"), "variables", variables)),
                token);
        assertThat(revised.at("/data/reviseNews").toString()).isEqualTo("{\"revision\":2,\"userErrors\":[]}");
        JsonNode retracted = answer(
                JsonMapper.shared().writeValueAsString(Map.of("query", mutation("Retract"), "variables", variables)),
                token);
        assertThat(retracted.at("/data/retractNews/newsId")).isEqualTo(published.at("/news/id"));
    }

    @Test
    void newsAreScheduledAsShown() throws IOException, InterruptedException {
        Map<String, Object> request =
                Map.of("query", mutation("Schedule"), "variables", Map.of("publishAt", "2099-12-31T12:00:00.000000Z"));
        JsonNode scheduled =
                answer(JsonMapper.shared().writeValueAsString(request), token()).at("/data/scheduleNews");
        assertThat(scheduled.get("userErrors")).isEmpty();
        assertThat(scheduled.get("publishAt").asString()).isEqualTo("2099-12-31T12:00:00.000000Z");
    }

    private static String mutation(String name) throws IOException {
        return blocks("graphql").stream()
                .filter(block -> block.startsWith("mutation " + name))
                .findFirst()
                .orElseThrow();
    }

    private static String token() throws IOException, InterruptedException {
        Process command = java(
                        "token",
                        "--scopes=news:write,news:retract,topics:write",
                        "--ttl=8h",
                        "--utrop.data=" + directory.resolve("data"))
                .start();
        try (InputStream out = command.getInputStream()) {
            String token = new String(out.readAllBytes(), StandardCharsets.UTF_8).strip();
            assertThat(command.waitFor()).isZero();
            return token;
        }
    }

    @Test
    void everyExampleOfGraphiqlFindsSomething() throws IOException {
        for (String name : List.of("FrontPage", "TopicPage", "SituationReports", "NewsItem", "Search", "Archive")) {
            Path file = Path.of("src/main/resources/graphiql/examples", name + ".graphql");
            JsonNode answer = answer(JsonMapper.shared().writeValueAsString(Map.of("query", Files.readString(file))));
            assertThat(answer.get("errors")).as(name).isNull();
            assertThat(answer.get("data").valueStream().noneMatch(field -> field.isNull() || field.isEmpty()))
                    .as("%s: %s", name, answer)
                    .isTrue();
        }
    }

    @Test
    void theRequestShownHasTheAnswerShown() throws IOException {
        String request = blocks("sh").stream()
                .filter(block -> block.contains("curl"))
                .findFirst()
                .orElseThrow()
                .replaceAll("(?s).*-d '(.*?)'.*", "$1");
        assertThat(answer(request))
                .isEqualTo(JsonMapper.shared().readTree(blocks("json").getFirst()));
    }

    @Test
    void theImportCommandRunsBesideTheServer() throws IOException, InterruptedException {
        importNews("Ny färja");
        assertThat(answer("{\"query\":\"{ newsBySlug(slug: \\\"ny-farja\\\") { title } }\"}")
                        .at("/data/newsBySlug/title")
                        .asString())
                .isEqualTo("Ny färja");
    }

    private static void importNews(String title) throws IOException, InterruptedException {
        Path listing = directory.resolve("nyheter.txt");
        Files.writeString(listing, "Nyheter\n\n • " + title + "\n\n  Den går från måndag.\n\n  Kollektivtrafik\n");
        Process command = java(
                        "import",
                        listing.toString(),
                        "--captured=2022-12-20",
                        "--utrop.data=" + directory.resolve("data"))
                .start();
        try (InputStream out = command.getInputStream()) {
            assertThat(new String(out.readAllBytes(), StandardCharsets.UTF_8)).contains("nyheter.txt: 1 ");
        }
        assertThat(command.waitFor()).isZero();
    }

    @Test
    void everyCommandShownIsOneOfThoseThatAreTried() throws IOException {
        assertThat(blocks("sh").stream().flatMap(String::lines).filter(line -> !line.startsWith("  ")))
                .containsExactly(
                        "./mvnw spring-boot:run",
                        "./mvnw -DskipTests package",
                        "java -jar target/utrop.jar",
                        "curl -s localhost:8080/graphql -H 'Content-Type: application/json' \\",
                        "java -jar target/utrop.jar token --scopes=news:write,news:retract,topics:write --ttl=8h",
                        "java -jar target/utrop.jar import nyheter.txt --captured=2022-12-20",
                        "./mvnw -B verify");
    }

    @Test
    void theReadmeIsShort() throws IOException {
        assertThat(Files.readAllLines(README)).hasSizeLessThanOrEqualTo(150);
    }

    @Test
    void theReadmeHasALineForEachPackage() throws IOException {
        try (Stream<Path> packages = Files.list(Path.of("src/main/java/se/utrop"))) {
            assertThat(Pattern.compile("(?m)^- `(\\w+)` ")
                            .matcher(Files.readString(README))
                            .results()
                            .map(line -> line.group(1)))
                    .containsExactlyInAnyOrderElementsOf(packages.filter(Files::isDirectory)
                            .map(path -> path.getFileName().toString())
                            .toList());
        }
    }

    private static ProcessBuilder java(String... arguments) {
        List<String> command = new ArrayList<>(UtropProgram.command("-Dfile.encoding=UTF-8"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    private static boolean isReady(WebTestClient client) {
        try {
            return client.get()
                    .uri("/actuator/health/readiness")
                    .exchange()
                    .returnResult(Void.class)
                    .getStatus()
                    .is2xxSuccessful();
        } catch (RuntimeException e) {
            return false;
        }
    }

    private static JsonNode answer(String request) {
        return answer(request, null);
    }

    private static JsonNode answer(String request, @Nullable String token) {
        byte[] body = client().post()
                .uri("/graphql")
                .headers(headers -> {
                    if (token != null) {
                        headers.setBearerAuth(token);
                    }
                })
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(request)
                .exchange()
                .expectBody()
                .returnResult()
                .getResponseBody();
        return JsonMapper.shared().readTree(body);
    }

    private static WebTestClient client() {
        return WebTestClient.bindToServer()
                .baseUrl("http://localhost:" + PORT)
                .responseTimeout(Duration.ofSeconds(30))
                .build();
    }

    private static List<String> blocks(String language) throws IOException {
        Pattern block = Pattern.compile("(?s)```" + language + "\\n(.*?)```");
        List<String> blocks = new ArrayList<>();
        for (Path page : PAGES) {
            block.matcher(Files.readString(page)).results().forEach(found -> blocks.add(found.group(1)));
        }
        return blocks;
    }

    private static String log() throws IOException {
        return Files.readString(directory.resolve("log"));
    }
}
