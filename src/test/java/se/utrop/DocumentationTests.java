package se.utrop;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.io.ClassPathResource;
import org.springframework.test.web.reactive.server.WebTestClient;
import se.utrop.graphql.ErrorCode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The pages in {@code docs}: their GraphQL documents are answered without errors, their tables have every setting, metric
 * and error code, and their links lead somewhere.
 */
@UtropTest
class DocumentationTests {

    private static final Path PAGES = Path.of("docs");

    private static final Pattern BLOCK = Pattern.compile("(?s)```graphql\\n(.*?)```");

    private static final Path SOURCES = Path.of("src/main/java");

    /** Meters that are registered when they count for the first time. */
    private static final Pattern LATE_COUNTER =
            Pattern.compile("registry\\.counter\\(\\s*\"(utrop[^\"]+)\"((?:,\\s*\"\\w+\",[^,;]+)+)\\)");

    private static final Pattern TAG = Pattern.compile("\"(\\w+)\",");

    /** Gauges of what is set to be watched. */
    private static final Pattern LATE_GAUGE =
            Pattern.compile("TimeGauge\\.builder\\(\\s*\"(utrop[^\"]+)\"[^;]*\\.tag\\(\"(\\w+)\"");

    private static final Pattern LINK = Pattern.compile("]\\(([^)#\\s]*)(?:#([^)\\s]*))?\\)");

    private static final Pattern FILE = Pattern.compile("`((?:src|db|docs|bench|graphql-schema|\\.ci)/[^`*…]*)`");

    /** The first line of a table and the line after it. */
    private static final Pattern TABLE = Pattern.compile("(?m)(?<!\\|\\n)^\\|.*\\n(.*)");

    private final Api api;

    private final Newsroom newsroom;

    private final MeterRegistry meters;

    private final WebTestClient client;

    private final int port;

    DocumentationTests(
            Api api, Newsroom newsroom, MeterRegistry meters, WebTestClient client, @LocalServerPort int port) {
        this.api = api;
        this.client = client;
        this.newsroom = newsroom;
        this.meters = meters;
        this.port = port;
    }

    @BeforeEach
    void fill() {
        newsroom.clear();
        newsroom.topic("kollektivtrafik", "Kollektivtrafik");
    }

    @Test
    void everyQueryIsAnswered() throws IOException {
        assertAnswered(api, page -> !page.endsWith("editors.md"));
        assertAnswered(api.with(Tokens.ofEditor()), page -> page.endsWith("editors.md"));
    }

    private static void assertAnswered(Api api, Predicate<Path> pages) throws IOException {
        List<String> queries = blocks("query", pages);
        assertThat(queries).isNotEmpty();
        for (String query : queries) {
            assertThat(api.answer(query, Map.of()).get("errors")).as(query).isNull();
        }
    }

    @Test
    void everySubscriptionIsFollowed() throws Exception {
        List<String> subscriptions = blocks("subscription", page -> true);
        assertThat(subscriptions).isNotEmpty();
        for (int i = 0; i < subscriptions.size(); i++) {
            try (EventStream feed = EventStream.open(port, subscriptions.get(i), Map.of())) {
                String slug = "a" + i;
                newsroom.article(slug, Instant.parse("2023-01-01T12:00:00Z"), "kollektivtrafik");
                newsroom.run("update topic set name = 'Kollektivtrafik %d'".formatted(i));
                JsonNode event = feed.event();
                while (!tellsOf(event, slug)) {
                    event = feed.event();
                }
            }
        }
    }

    private static boolean tellsOf(JsonNode event, String slug) {
        return event.at("/news/slug").asString("").equals(slug)
                || event.at("/topic/slug").asString("").equals("kollektivtrafik");
    }

    @Test
    void everySettingIsInTheTableWithItsDefault() throws IOException {
        assertThat(rows("Settings", "`(utrop\\.[a-z.-]+)` \\| (.*?) \\| .+"))
                .containsExactlyInAnyOrderElementsOf(settings());
    }

    private static List<String> settings() throws IOException {
        Map<String, List<JsonNode>> settings;
        try (InputStream metadata =
                new ClassPathResource("META-INF/spring-configuration-metadata.json").getInputStream()) {
            settings = JsonMapper.shared()
                    .readTree(metadata)
                    .get("properties")
                    .valueStream()
                    .collect(Collectors.groupingBy(
                            property -> property.get("name").asString()));
        }
        assertThat(settings).containsKey("utrop.zone");
        return settings.entrySet().stream()
                .map(setting -> setting.getKey() + " " + defaultOf(setting.getValue()))
                .toList();
    }

    /** A default that is worked out at the start is described in words. */
    private static String defaultOf(List<JsonNode> declarations) {
        return declarations.stream()
                .flatMap(declaration -> declaration.has("defaultValue")
                        ? Stream.of("`" + declaration.get("defaultValue").asString() + "`")
                        : Pattern.compile("(?<=By default ).*")
                                .matcher(declaration.path("description").asString())
                                .results()
                                .map(MatchResult::group))
                .findFirst()
                .orElse("none");
    }

    @Test
    void everyMeterIsInTheTableWithItsTypeAndTags() throws IOException {
        Set<String> meters = new TreeSet<>(lateMeters());
        for (Meter meter : this.meters.getMeters()) {
            if (meter.getId().getName().startsWith("utrop.")) {
                String tags = meter.getId().getTags().stream()
                        .map(Tag::getKey)
                        .sorted()
                        .collect(Collectors.joining(","));
                meters.add(meter.getId().getName() + (tags.isEmpty() ? "" : "{" + tags + "}") + " "
                        + meter.getId().getType().name().toLowerCase(Locale.ROOT));
            }
        }
        assertThat(rows("Metrics", "`(utrop\\.[a-z.]+(?:\\{[\\w,]+})?)` \\| (gauge|counter|timer) \\| .+"))
                .containsExactlyInAnyOrderElementsOf(meters);
    }

    private static List<String> lateMeters() throws IOException {
        try (Stream<Path> sources = Files.walk(SOURCES)) {
            return sources.filter(Files::isRegularFile)
                    .map(DocumentationTests::text)
                    .flatMap(source -> Stream.concat(
                            LATE_COUNTER
                                    .matcher(source)
                                    .results()
                                    .map(counter ->
                                            "%s{%s} counter".formatted(counter.group(1), tags(counter.group(2)))),
                            LATE_GAUGE
                                    .matcher(source)
                                    .results()
                                    .map(gauge -> "%s{%s} gauge".formatted(gauge.group(1), gauge.group(2)))))
                    .toList();
        }
    }

    private static String tags(String arguments) {
        return TAG.matcher(arguments).results().map(tag -> tag.group(1)).collect(Collectors.joining(","));
    }

    @Test
    void everyErrorCodeIsInTheTable() {
        assertThat(Pattern.compile("(?m)^\\| (`.*?) \\| ")
                        .matcher(section("clients.md", "Errors"))
                        .results())
                .flatExtracting(row -> List.of(row.group(1).replace("`", "").split(", ")))
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(ErrorCode.values()).map(Enum::name).toList());
    }

    @Test
    void theVersionOfTheBuildIsTheLatestOfTheChangelog() {
        JsonNode info = JsonMapper.shared()
                .readTree(client.get()
                        .uri("/actuator/info")
                        .exchange()
                        .expectStatus()
                        .isOk()
                        .expectBody()
                        .returnResult()
                        .getResponseBody());
        assertThat(text(Path.of("CHANGELOG.md"))
                        .lines()
                        .filter(line -> line.startsWith("## ") && !line.equals("## Unreleased")))
                .first()
                .asString()
                .startsWith("## %s (".formatted(info.at("/build/version").asString()));
    }

    /** The first two cells of each row that looks like this, in a section of the page for operators. */
    private static List<String> rows(String heading, String cells) {
        return Pattern.compile("(?m)^\\| " + cells + " \\|$")
                .matcher(section("operate.md", heading))
                .results()
                .map(row -> row.group(1) + " " + row.group(2))
                .toList();
    }

    private static String section(String page, String heading) {
        String text = text(PAGES.resolve(page));
        int start = text.indexOf("\n## " + heading + "\n");
        int end = text.indexOf("\n## ", start + 1);
        return text.substring(start, end == -1 ? text.length() : end);
    }

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        for (Path page : everyPage()) {
            for (MatchResult link : LINK.matcher(prose(page)).results().toList()) {
                if (!link.group(1).startsWith("http")) {
                    Path target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1));
                    assertThat(target).as("%s of %s", link.group(), page).exists();
                    if (link.group(2) != null) {
                        assertThat(anchors(target))
                                .as("%s of %s", link.group(), page)
                                .contains(link.group(2));
                    }
                }
            }
        }
    }

    @Test
    void everyTableHasAHead() throws IOException {
        for (Path page : everyPage()) {
            assertThat(TABLE.matcher(prose(page)).results())
                    .allSatisfy(table -> assertThat(table.group(1))
                            .as("%s of %s", table.group(), page)
                            .startsWith("|---"));
        }
    }

    @Test
    void everyFileNamedIsThere() throws IOException {
        for (Path page : everyPage()) {
            assertThat(FILE.matcher(prose(page)).results())
                    .allSatisfy(file -> assertThat(Path.of(file.group(1))).exists());
        }
    }

    private static List<Path> everyPage() throws IOException {
        try (Stream<Path> own = Files.list(Path.of("").toAbsolutePath());
                Stream<Path> pages = Files.list(PAGES.toAbsolutePath())) {
            return Stream.concat(own, pages)
                    .filter(page -> page.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    private static String prose(Path page) {
        return text(page).replaceAll("(?s)```.*?```", "");
    }

    /** As forges make them of headings. */
    private static List<String> anchors(Path page) {
        return Pattern.compile("(?m)^#+ (.*)$")
                .matcher(prose(page))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\w åäö-]", "")
                        .replace(' ', '-'))
                .toList();
    }

    private static List<String> blocks(String operation, Predicate<Path> wanted) throws IOException {
        try (Stream<Path> pages = Files.list(PAGES)) {
            return pages.filter(page -> page.toString().endsWith(".md"))
                    .filter(wanted)
                    .sorted()
                    .flatMap(DocumentationTests::blocks)
                    .filter(block -> block.startsWith(operation))
                    .toList();
        }
    }

    private static Stream<String> blocks(Path page) {
        return BLOCK.matcher(text(page)).results().map((MatchResult block) -> block.group(1));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
