package se.utrop.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Cache;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import org.springframework.test.util.ReflectionTestUtils;
import se.utrop.Newsroom;
import se.utrop.UtropTest;
import se.utrop.graphql.Documents;
import se.utrop.graphql.PersistedDocuments;
import se.utrop.text.Sha256;
import tools.jackson.databind.json.JsonMapper;

/** What clients put into caches takes no more of the heap than their bounds say, or twice as much at most. */
@UtropTest
@TestPropertySource(
        properties = {"utrop.limits.document-cache=4MB", "utrop.answers.memory=4MB", "utrop.documents.automatic=4MB"})
class CacheMemoryTests {

    private static final long BOUND = 4L << 20;

    /** Within this time, what the last requests held is gone; what a cache holds stays. */
    private static final Duration SETTLED = Duration.ofSeconds(20);

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final int port;
    private final Newsroom newsroom;
    private final JsonMapper json;
    private final Map<?, ?> documents;
    private final Map<?, ?> answers;
    private final Map<?, ?> sent;

    CacheMemoryTests(
            @LocalServerPort int port,
            Newsroom newsroom,
            JsonMapper json,
            Documents documents,
            ResponseCache answers,
            PersistedDocuments persisted) {
        this.port = port;
        this.newsroom = newsroom;
        this.json = json;
        this.documents = field(documents, "valid", Map.class);
        this.answers = field(answers, "entries", Map.class);
        this.sent = field(persisted, "sent", Cache.class).asMap();
    }

    private static <T> T field(Object owner, String name, Class<T> type) {
        return type.cast(Objects.requireNonNull(ReflectionTestUtils.getField(owner, name)));
    }

    @BeforeEach
    void fill() {
        newsroom.clear();
        newsroom.longArticle("long", noise(60_000));
        newsroom.awaitHeard();
    }

    private static String noise(int bytes) {
        byte[] noise = new byte[bytes];
        new Random(1).nextBytes(noise);
        return Base64.getEncoder().encodeToString(noise);
    }

    /** Valid documents that take much memory for their text, each in its way. */
    enum Shape {
        SMALL(5_500, "{ __typename }"),
        TYPICAL(500, """
            query Front { news(first: 1) { nodes { id slug title summary url publishedAt urgency kind
              image { url altText } topics { slug name } figures { label value change } }
              pageInfo { hasNextPage endCursor } } }
            """),
        MANY_FIELDS(40, "{ series { " + "id ".repeat(1_900) + " } }"),
        MANY_PLANS(24, fragments("news(first: 1) { nodes { ...F } }", "News", """
            id slug title summary body bodyHtml kind urgency publishedAt publishedAtPrecision updatedAt revision
            figures { name label value change } topics { id slug name } series { id slug name }
            """)),
        MANY_FETCHES(
                24, fragments("topicBySlug(slug: \"x\") { ...F news(first: 1) { nodes { ...G } } }", "Topic", """
                    id slug name newsCount } fragment G on News { id title related { id title related { id title } }
                    """)),
        MANY_TYPES(40, fragments("node(id: \"x\") { ...F }", "Node", """
            id ... on News { id title related { id topics { id } } } ... on Topic { id name } ... on Series { id name }
            """)),
        MANY_VALUES(
                40,
                "{ nodes(ids: ["
                        + IntStream.range(0, 1_900).mapToObj(i -> "\"a\"").collect(Collectors.joining(" "))
                        + "]) { id } }"),
        LONG_TEXT(80, "{ newsBySlug(slug: \"" + "å".repeat(55_000) + "\") { id } }"),
        LONG_WIDE_TEXT(40, "{ newsBySlug(slug: \"" + "ш".repeat(55_000) + "\") { id } }"),
        LONG_COMMENT(60, "{ __typename } #" + "x".repeat(100_000));

        private final int times;
        private final String document;

        Shape(int times, String document) {
            this.times = times;
            this.document = document;
        }

        private static String fragments(String root, String type, String fields) {
            return IntStream.range(0, 45)
                            .mapToObj(i -> "a" + i + ": " + root)
                            .collect(Collectors.joining(" ", "{", "}"))
                    + " fragment F on " + type + " { " + fields + " }";
        }

        /** What is left of a client's budget is kept for nobody: so no answer is kept. */
        String document(int number) {
            return document + " # rateLimit " + number;
        }
    }

    @ParameterizedTest
    @EnumSource
    void documents(Shape shape) throws Exception {
        ask(i -> Map.of("query", shape.document(-1 - i)), 4);
        assertBounded("documents " + shape, documents, () -> ask(i -> Map.of("query", shape.document(i)), shape.times));
    }

    @Test
    void documentsThatClientsRegister() throws Exception {
        IntFunction<Map<String, Object>> registered = i -> {
            String text = "nonsense " + i;
            return Map.of(
                    "query",
                    text,
                    "extensions",
                    Map.of("persistedQuery", Map.of("version", 1, "sha256Hash", Sha256.hex(text))));
        };
        assertBounded("registered", sent, () -> ask(registered, 20_000));
    }

    @Test
    void answersInEveryCoding() throws Exception {
        String document = "query($n: Int!) { news(first: $n) { nodes { body } } }";
        IntFunction<Map<String, Object>> asked =
                i -> Map.of("query", document, "variables", Map.of("n", 1, "unused", i / 3));
        assertBounded("answers", answers, () -> ask(asked, 300));
    }

    @Test
    void answersToLargeQuestions() throws Exception {
        String document = "query($n: Int!) { news(first: $n) { totalCount } }";
        List<List<?>> lists = new ArrayList<>();
        IntStream.range(0, 30_000).forEach(i -> lists.add(List.of()));
        IntFunction<Map<String, Object>> asked =
                i -> Map.of("query", document, "variables", Map.of("n", 1, "unused", i, "lists", lists));
        assertBounded("questions", answers, () -> ask(asked, 60));
    }

    @Test
    void smallAnswers() throws Exception {
        String document = "query($n: Int!) { news(first: $n) { totalCount } }";
        IntFunction<Map<String, Object>> asked =
                i -> Map.of("query", document, "variables", Map.of("n", 1, "unused", i));
        assertBounded("small answers", answers, () -> ask(asked, 5_000));
    }

    private interface Step {

        void take() throws Exception;
    }

    private void assertBounded(String name, Map<?, ?> cache, Step step) throws Exception {
        documents.clear();
        answers.clear();
        sent.clear();
        long before = memory();
        step.take();
        int kept = cache.size();
        assertThat(kept).isPositive();
        Awaitility.await()
                .atMost(SETTLED)
                .untilAsserted(() -> assertThat(memory() - before)
                        .as("%s, %d kept", name, kept)
                        .isLessThan(2 * BOUND));
    }

    private void ask(IntFunction<Map<String, Object>> request, int times) throws Exception {
        try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
            List<Callable<Integer>> requests = IntStream.range(0, times)
                    .<Callable<Integer>>mapToObj(i -> () -> ask(request.apply(i), coding(i)))
                    .toList();
            for (Future<Integer> status : executor.invokeAll(requests)) {
                assertThat(status.get()).isEqualTo(200);
            }
        }
    }

    private static String coding(int number) {
        return List.of("identity", "gzip", "zstd").get(number % 3);
    }

    private int ask(Map<String, Object> request, String coding) throws Exception {
        HttpRequest post = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/graphql"))
                .header("Content-Type", "application/json")
                .header("Accept-Encoding", coding)
                .POST(HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(request)))
                .build();
        HttpResponse<byte[]> answer = HTTP.send(post, HttpResponse.BodyHandlers.ofByteArray());
        return answer.statusCode();
    }

    private static long memory() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
