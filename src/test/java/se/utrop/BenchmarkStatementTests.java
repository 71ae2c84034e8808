package se.utrop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What pgbench is given to show what PostgreSQL alone can do is what the server sends, but for values. */
@UtropTest
class BenchmarkStatementTests {

    private static final Path BENCHMARK = Path.of("bench/reading.d");

    private final Api api;

    private final Newsroom newsroom;

    private final Statements statements;

    BenchmarkStatementTests(Api api, Newsroom newsroom, Statements statements) {
        this.api = api;
        this.newsroom = newsroom;
        this.statements = statements;
    }

    @BeforeEach
    void fill() {
        newsroom.clear();
        newsroom.topic("kultur", "Kultur");
        newsroom.article("a", Instant.parse("2023-05-01T12:00:00Z"), "kultur");
    }

    @Test
    void ofTheFrontPage() throws IOException {
        compare("front", Map.of("filter", Map.of("publishedAt", Map.of("until", "2030-01-01T00:00:00Z"))));
    }

    @Test
    void ofATopicPage() throws IOException {
        compare("topic", Map.of("topic", "kultur", "from", "2023-01-01", "to", "2023-12-31"));
    }

    @Test
    void ofADeepPage() throws IOException {
        String cursor = api.data("{ news { pageInfo { endCursor } } }")
                .at("/news/pageInfo/endCursor")
                .asString();
        compare("deep", Map.of("after", cursor));
    }

    @Test
    void ofANewsItem() throws IOException {
        compare("item", Map.of("slug", "a"));
    }

    @Test
    void ofTheArchive() throws IOException {
        compare("archive", Map.of("filter", Map.of("publishedAt", Map.of("since", "2023-01-15T10:00:00Z"))));
    }

    @Test
    void ofTopics() throws IOException {
        compare("topics", Map.of());
    }

    private void compare(String scenario, Map<String, ? extends @Nullable Object> variables) throws IOException {
        String document = Files.readString(BENCHMARK.resolve("documents/utrop").resolve(scenario + ".graphql"));
        api.data(document, variables);
        newsroom.awaitFeedRead();
        statements.forget();
        api.data(document + "# again", variables);
        String measured = Files.readAllLines(BENCHMARK.resolve("pgbench").resolve(scenario + ".sql")).stream()
                .filter(line -> !line.startsWith("\\set"))
                .collect(Collectors.joining(" "));
        assertThat(statements.sentForClients())
                .hasSize(1)
                .allSatisfy(sent ->
                        assertThat(plain(measured.replaceFirst(";$", ""))).matches(withAnyValues(plain(sent))));
    }

    private static String plain(String statement) {
        return statement.replaceAll("\\s+", " ").strip();
    }

    private static Pattern withAnyValues(String statement) {
        return Pattern.compile(Arrays.stream(statement.split("\\$\\d+", -1))
                .map(Pattern::quote)
                .collect(Collectors.joining(".+?")));
    }
}
