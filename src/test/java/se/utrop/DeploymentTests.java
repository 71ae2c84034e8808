package se.utrop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The files in {@code deploy}: they name what the server has. */
@UtropTest
class DeploymentTests {

    private static final Path FILES = Path.of("deploy");

    private static final Pattern METRIC = Pattern.compile("\\b(?:utrop|http|jvm|process|r2dbc)_[a-z0-9_]+");

    private static final Pattern DOCUMENTED =
            Pattern.compile("(?m)^\\| `(utrop\\.[a-z.]+)(?:\\{\\w+})?` \\| (gauge|counter|timer) \\| ");

    private static final Pattern VARIABLE = Pattern.compile("\\bUTROP_[A-Z_]+");

    private static final Pattern HEALTH = Pattern.compile("/actuator/[a-z/]+");

    private final WebTestClient client;

    DeploymentTests(WebTestClient client) {
        this.client = client;
    }

    @Test
    void everyMetricOfTheDashboardIsThere() throws IOException {
        JsonNode dashboard = JsonMapper.shared().readTree(Files.readString(FILES.resolve("grafana/dashboard.json")));
        List<String> expressions = dashboard.findValuesAsString("expr");
        assertThat(expressions).hasSizeGreaterThan(20);
        assertEachMetricIsThere(expressions);
    }

    @Test
    void everyMetricOfTheAlertsIsThere() throws IOException {
        JsonNode rules = JsonMapper.shared()
                .valueToTree(documents(FILES.resolve("prometheus/rules.yaml")).getFirst());
        List<String> expressions = rules.findValuesAsString("expr");
        assertThat(expressions).hasSizeGreaterThan(10);
        assertEachMetricIsThere(expressions.stream()
                .filter(expression -> !expression.startsWith("up{"))
                .toList());
    }

    private void assertEachMetricIsThere(List<String> expressions) throws IOException {
        Set<String> known = metrics();
        for (String expression : expressions) {
            assertThat(METRIC.matcher(expression).results().map(MatchResult::group))
                    .as(expression)
                    .isNotEmpty()
                    .isSubsetOf(known);
        }
    }

    /** Those of the server, and those that it registers when they count for the first time. */
    private Set<String> metrics() throws IOException {
        get("/graphql?query={query}", "{__typename}");
        Set<String> metrics = get("/actuator/prometheus")
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.replaceFirst("[{ ].*", ""))
                .collect(Collectors.toCollection(TreeSet::new));
        DOCUMENTED
                .matcher(Files.readString(Path.of("docs/operate.md")))
                .results()
                .filter(row -> row.group(2).equals("counter"))
                .forEach(row -> metrics.add(row.group(1).replace('.', '_') + "_total"));
        return metrics;
    }

    @Test
    void everySettingIsKnown() throws IOException {
        Set<String> known = new TreeSet<>();
        try (InputStream metadata =
                new ClassPathResource("META-INF/spring-configuration-metadata.json").getInputStream()) {
            for (JsonNode property : JsonMapper.shared().readTree(metadata).get("properties")) {
                known.add(property.get("name")
                        .asString()
                        .replace("-", "")
                        .replace('.', '_')
                        .toUpperCase(Locale.ROOT));
            }
        }
        assertThat(everyFile()
                        .flatMap(file -> VARIABLE.matcher(text(file)).results().map(MatchResult::group)))
                .isNotEmpty()
                .isSubsetOf(known);
    }

    @Test
    void everyAddressOfHealthAndMetricsIsAnswered() throws IOException {
        assertThat(everyFile()
                        .flatMap(file -> HEALTH.matcher(text(file)).results().map(MatchResult::group)))
                .isNotEmpty()
                .allSatisfy(path -> assertThat(get(path)).isNotEmpty());
    }

    @Test
    void everyObjectOfKubernetesIsWholeAndAppliedOnce() throws IOException {
        Path directory = FILES.resolve("kubernetes");
        Map<?, ?> kustomization =
                (Map<?, ?>) documents(directory.resolve("kustomization.yaml")).getFirst();
        List<String> files;
        try (Stream<Path> listed = Files.list(directory)) {
            files = listed.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("kustomization.yaml"))
                    .toList();
        }
        assertThat(Objects.requireNonNull(kustomization.get("resources")))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .containsExactlyInAnyOrderElementsOf(files);
        List<String> objects = new ArrayList<>();
        for (String file : files) {
            for (Object document : documents(directory.resolve(file))) {
                JsonNode object = JsonMapper.shared().valueToTree(document);
                assertThat(object.path("apiVersion").asString("")).as(file).isNotEmpty();
                objects.add(object.path("kind").asString("") + " "
                        + object.at("/metadata/name").asString(""));
            }
        }
        assertThat(objects)
                .doesNotHaveDuplicates()
                .contains(
                        "Cluster utrop-db",
                        "Deployment utrop",
                        "HorizontalPodAutoscaler utrop",
                        "NetworkPolicy utrop",
                        "PodDisruptionBudget utrop",
                        "Service utrop",
                        "ServiceMonitor utrop");
    }

    @Test
    void composeStartsTwoNodesBehindTheProxyThatNamesThem() throws IOException {
        JsonNode compose = JsonMapper.shared()
                .valueToTree(documents(FILES.resolve("compose.yaml")).getFirst());
        assertThat(compose.get("services").propertyNames()).containsExactly("db", "one", "two", "nginx");
        assertThat(Pattern.compile("(?m)^\\s+server (\\w+):8080")
                        .matcher(text(FILES.resolve("nginx.conf")))
                        .results()
                        .map(server -> server.group(1)))
                .containsExactly("one", "two", "one", "two");
    }

    /** A proxy that gave up before a node answers would send all that wait to the nodes. */
    @Test
    void proxiesWaitLongerThanARequestOfTheFeedIsHeld() throws IOException {
        Duration hold =
                Duration.parse("PT" + setting(Path.of("docs/operate.md"), "`utrop\\.feed\\.hold` \\| `(\\d+s)`"));
        Path nginx = FILES.resolve("nginx.conf");
        String feed = text(nginx).replaceFirst("(?s).*location = /feed \\{(.*?)\\n        }.*", "$1");
        for (String name : List.of("proxy_cache_lock_timeout", "proxy_cache_lock_age", "proxy_read_timeout")) {
            assertThat(durations(feed, name + " (\\d+s);"))
                    .as(name)
                    .hasSize(1)
                    .allMatch(one -> one.compareTo(hold) > 0);
        }
        assertThat(feed).contains("proxy_cache_lock on;", "proxy_cache_use_stale off;", "proxy_ignore_headers Vary;");
        String varnish = text(FILES.resolve("varnish.vcl"));
        assertThat(durations(varnish, "\\.first_byte_timeout = (\\d+s);"))
                .hasSize(2)
                .allMatch(one -> one.compareTo(hold) > 0);
        assertThat(durations(varnish, "set beresp\\.(?:grace|keep) = (\\d+s);")).containsOnly(Duration.ZERO);
        assertThat(text(FILES.resolve("compose.yaml"))).contains("/var/cache/nginx/feed:");
    }

    private static String setting(Path page, String row) {
        return Pattern.compile(row)
                .matcher(text(page))
                .results()
                .findFirst()
                .orElseThrow()
                .group(1);
    }

    private static List<Duration> durations(String text, String directive) {
        return Pattern.compile(directive)
                .matcher(text)
                .results()
                .map(match -> Duration.parse("PT" + match.group(1)))
                .toList();
    }

    /** Each brace and each statement of the configurations ends, and each name is that of a node in compose.yaml. */
    @Test
    void theConfigurationsOfTheProxiesAreWhole() {
        for (String file : List.of("nginx.conf", "varnish.vcl")) {
            String text =
                    text(FILES.resolve(file)).replaceAll("(?m)#.*$", "").replaceAll("\"[^\"\n]*\"|'[^'\n]*'", "_");
            assertThat(text.chars().filter(one -> one == '{').count())
                    .as(file)
                    .isEqualTo(text.chars().filter(one -> one == '}').count());
            assertThat(text.lines().map(String::strip).filter(line -> !line.isEmpty()))
                    .as(file)
                    .allMatch(line -> line.matches("log_format .*|.*([;{}]|_|&&)"));
        }
        assertThat(Pattern.compile("\\.host = \"(\\w+)\"")
                        .matcher(text(FILES.resolve("varnish.vcl")))
                        .results()
                        .map(host -> host.group(1)))
                .containsExactly("one", "two");
    }

    /** A large newsroom is migrated for minutes before the node answers. */
    @Test
    void aNodeThatMigratesIsNotKilled() throws IOException {
        JsonNode probe = JsonMapper.shared()
                .valueToTree(
                        documents(FILES.resolve("kubernetes/deployment.yaml")).getFirst())
                .findValue("startupProbe");
        assertThat(probe.get("failureThreshold").asInt()
                        * probe.get("periodSeconds").asInt())
                .isGreaterThanOrEqualTo(1_800);
    }

    @Test
    void theIngressPassesTheFeedAndItsModuleOn() throws IOException {
        JsonNode ingress = JsonMapper.shared()
                .valueToTree(documents(FILES.resolve("kubernetes/ingress.yaml")).getFirst());
        assertThat(ingress.findValuesAsString("path")).contains("/feed", "/feed.js", "/feed.d.ts", "/websub");
        assertThat(get("/feed?query={query}", "subscription { newsFeed { cursor } }"))
                .contains("\"next\":\"/feed?");
        assertThat(get("/feed.js")).contains("new URL(\"/feed\", url)");
    }

    private String get(String path, Object... variables) {
        return Objects.requireNonNull(client.get()
                .uri(path, variables)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody());
    }

    private static List<Object> documents(Path file) throws IOException {
        return StreamSupport.stream(new Yaml().loadAll(Files.readString(file)).spliterator(), false)
                .toList();
    }

    private static Stream<Path> everyFile() throws IOException {
        try (Stream<Path> files = Files.walk(FILES)) {
            return files.filter(Files::isRegularFile).sorted().toList().stream();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
