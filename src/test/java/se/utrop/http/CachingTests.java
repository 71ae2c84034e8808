package se.utrop.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;
import se.utrop.Api;
import se.utrop.EventStream;
import se.utrop.Newsroom;
import se.utrop.Sessions;
import se.utrop.Statements;
import se.utrop.Tokens;
import se.utrop.UtropTest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Answers are kept while they are true, and browsers and proxies know what to do with them. */
@UtropTest
class CachingTests {

    private static final String NEWS = "{ news { nodes { id slug title summary publishedAt topics { slug name } } } }";

    private static final Instant DAY = Instant.parse("2023-01-01T12:00:00Z");

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final int port;
    private final WebTestClient client;
    private final Api api;
    private final Newsroom newsroom;
    private final Sessions sessions;
    private final Statements statements;
    private final MeterRegistry meters;

    CachingTests(
            @LocalServerPort int port,
            WebTestClient client,
            Api api,
            Newsroom newsroom,
            Sessions sessions,
            Statements statements,
            MeterRegistry meters) {
        this.port = port;
        this.client = client;
        this.api = api;
        this.newsroom = newsroom;
        this.sessions = sessions;
        this.statements = statements;
        this.meters = meters;
    }

    @BeforeEach
    void fill() {
        newsroom.clear();
        newsroom.topic("kultur", "Kultur");
        newsroom.series("lage", "Läge");
        IntStream.range(0, 20).forEach(i -> newsroom.article("n" + i, DAY.plusSeconds(i), "kultur"));
        settle();
    }

    /** Until the node has heard of everything: two equal questions then take one statement. */
    private void settle() {
        Awaitility.await().until(() -> {
            get(NEWS);
            statements.forget();
            get(NEWS);
            return statements.sent().isEmpty();
        });
    }

    @Test
    void theSameQuestionIsReadOnceByGetAndByPost() {
        statements.forget();
        for (int i = 0; i < 5; i++) {
            get("{ topics { newsCount } }");
            api.data("{ topics { newsCount } }");
        }
        assertThat(statements.sent()).hasSize(1);
        assertThat(api.data("query($s: String!) { newsBySlug(slug: $s) { slug } }", Map.of("s", "n1"))
                        .at("/newsBySlug/slug")
                        .asString())
                .isEqualTo("n1");
        assertThat(api.data("query($s: String!) { newsBySlug(slug: $s) { slug } }", Map.of("s", "n2"))
                        .at("/newsBySlug/slug")
                        .asString())
                .isEqualTo("n2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "insert into news (slug, title, summary, published_at) values ('ny', 'Ny', 'Ingress', now())",
                "update news set title = 'Annan' where slug = 'n1'",
                "delete from news where slug = 'n1'",
                "delete from news_topic where news_id = (select id from news where slug = 'n1')",
                "update topic set name = 'Konst'",
                "insert into topic (slug, name) values ('ny', 'Ny')",
                "update series set name = 'Annan'",
                "update revision set note = 'Rättat'"
            })
    void anyChangeEndsWhatWasKept(String change) {
        newsroom.run("update news set title = 'Titel', note = 'Första' where slug = 'n2'");
        settle();
        String question =
                "{ news(first: 50) { nodes { title topics { name } series { name } revisions { nodes { note } } } }"
                        + " topics { name } series { name } }";
        String before = body(get(question));
        newsroom.run(change);
        Awaitility.await().untilAsserted(() -> assertThat(body(get(question))).isNotEqualTo(before));
    }

    @Test
    void errorsAreNotKept() {
        api.code("{ news(first: 0) { nodes { id } } }");
        String afterwards = "{ news(first: 0) { nodes { id } } }";
        get(afterwards)
                .getResponseHeaders()
                .forEach((name, values) -> assertThat(name).isNotEqualToIgnoringCase(HttpHeaders.ETAG));
        assertThat(get(afterwards).getResponseHeaders().getCacheControl()).isEqualTo("no-store");
    }

    @Test
    void aKnownTagIsAnsweredWithoutABody() {
        String tag = String.valueOf(get(NEWS).getResponseHeaders().getETag());
        assertThat(tag).startsWith("\"");
        for (String known : List.of(tag, "W/" + tag, "\"x\", " + tag, "*")) {
            client.get()
                    .uri("/graphql?query={q}", NEWS)
                    .header(HttpHeaders.IF_NONE_MATCH, known)
                    .exchange()
                    .expectStatus()
                    .isEqualTo(HttpStatus.NOT_MODIFIED)
                    .expectHeader()
                    .valueEquals(HttpHeaders.ETAG, tag)
                    .expectBody()
                    .isEmpty();
        }
        newsroom.article("ny", DAY);
        Awaitility.await()
                .untilAsserted(() -> client.get()
                        .uri("/graphql?query={q}", NEWS)
                        .header(HttpHeaders.IF_NONE_MATCH, tag)
                        .exchange()
                        .expectStatus()
                        .isOk());
    }

    @Test
    void headersTellCachesWhatToDo() {
        HttpHeaders headers =
                get("{ newsBySlug(slug: \"n1\") { title } topics { name } }").getResponseHeaders();
        assertThat(headers.getCacheControl()).isEqualTo("public, no-cache");
        assertThat(headers.getVary()).contains("Accept", "Accept-Encoding");
        assertThat(headers.getFirst("Surrogate-Key")).isEqualTo("newsBySlug newsBySlug/n1 topics");
        assertThat(headers.getFirst("Feed-Cursor"))
                .isEqualTo(api.data("{ news { feedCursor } }")
                        .at("/news/feedCursor")
                        .asString());
        client.get()
                .uri("/graphql?query={q}", NEWS)
                .header(HttpHeaders.AUTHORIZATION, "Bearer " + Tokens.of())
                .exchange()
                .expectHeader()
                .valueEquals(HttpHeaders.CACHE_CONTROL, "private, no-cache");
        client.head()
                .uri("/graphql?query={q}", NEWS)
                .exchange()
                .expectStatus()
                .isOk()
                .expectHeader()
                .exists(HttpHeaders.ETAG)
                .expectBody()
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        gzip                     | gzip
        gzip, deflate, br, zstd  | zstd
        zstd;q=0, gzip;q=0.5     | gzip
        zstd;q=1.0               | zstd
        zstd, br, gzip, deflate  | gzip
        zstd                     |
        gzip; q=0                |
        br                       |
        """)
    void answersArePackedAsTheClientLikes(String accept, @Nullable String coding)
            throws IOException, InterruptedException {
        HttpResponse<byte[]> plain = send(Map.of());
        HttpResponse<byte[]> packed = send(Map.of("Accept-Encoding", accept));
        String used = packed.headers().firstValue("Content-Encoding").orElse(null);
        assertThat(used).isEqualTo(coding);
        byte[] unpacked = switch (used == null ? "" : used) {
            case "gzip" -> new GZIPInputStream(new ByteArrayInputStream(packed.body())).readAllBytes();
            case "zstd" -> Zstd.decompress(packed.body(), plain.body().length);
            default -> packed.body();
        };
        assertThat(unpacked).isEqualTo(plain.body());
        String tag = tag(packed);
        if (coding != null) {
            assertThat(packed.body().length).isLessThan(plain.body().length / 2);
            assertThat(tag).isNotEqualTo(tag(plain));
        }
        HttpResponse<byte[]> known = send(Map.of("Accept-Encoding", accept, "If-None-Match", tag));
        assertThat(known.statusCode()).isEqualTo(304);
        assertThat(tag(known)).isEqualTo(tag);
    }

    /** Spring's client would unpack. */
    private HttpResponse<byte[]> send(Map<String, String> headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = Api.get(port, NEWS);
        headers.forEach(request::header);
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static String tag(HttpResponse<?> response) {
        return response.headers().firstValue("ETag").orElseThrow();
    }

    @Test
    void whoAsksTheSameAtOnceWaitsForTheSame() throws Exception {
        try (Connection session = sessions.locking("news_count");
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            statements.forget();
            double joins = joins();
            List<Future<String>> answers = IntStream.range(0, 30)
                    .mapToObj(i -> threads.submit(() -> body(get("{ topics { name newsCount } }"))))
                    .toList();
            Awaitility.await().until(() -> joins() - joins == 29);
            session.rollback();
            for (Future<String> answer : answers) {
                assertThat(answer.get()).contains("Kultur");
            }
            assertThat(statements.sent()).hasSize(1);
        }
    }

    private double joins() {
        return meters.get("utrop.answers").tag("result", "join").counter().count();
    }

    /** Only publications happen here: so the log's end tells how many news there have to be. */
    @Test
    void noAnswerIsOlderThanThePositionThatItStatesOrThanWhatTheReaderWasTold() throws Exception {
        int count = 400;
        newsroom.awaitHeard();
        String question = "{ news(first: 1) { totalCount feedCursor } }";
        JsonNode before = api.data(question).get("news");
        long start = EventStream.number(before.get("feedCursor").asString())
                - before.get("totalCount").asInt();
        AtomicInteger told = new AtomicInteger(before.get("totalCount").asInt());
        AtomicBoolean writing = new AtomicBoolean(true);
        double hits = hits();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                EventStream feed = EventStream.open(port, "subscription { newsFeed { cursor } }", Map.of())) {
            Future<?> listener = threads.submit(() -> {
                for (int i = 0; i < count; i++) {
                    told.set(
                            (int) (EventStream.number(feed.event().get("cursor").asString()) - start));
                }
                return null;
            });
            List<Future<?>> readers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                readers.add(threads.submit(() -> {
                    while (writing.get()) {
                        int known = told.get();
                        EntityExchangeResult<byte[]> answer = get(question);
                        JsonNode news =
                                JsonMapper.shared().readTree(bytes(answer)).at("/data/news");
                        int total = news.get("totalCount").asInt();
                        assertThat(EventStream.number(news.get("feedCursor").asString()) - start)
                                .isEqualTo(total);
                        String stated = answer.getResponseHeaders().getFirst("Feed-Cursor");
                        assertThat(EventStream.number(String.valueOf(stated)) - start)
                                .isLessThanOrEqualTo(total);
                        assertThat(known).isLessThanOrEqualTo(total);
                    }
                    return null;
                }));
            }
            for (int i = 0; i < count; i++) {
                newsroom.article("race" + i, DAY);
                Thread.sleep(i % 7);
            }
            listener.get();
            writing.set(false);
            for (Future<?> reader : readers) {
                reader.get();
            }
        }
        assertThat(hits() - hits).isPositive();
    }

    private double hits() {
        return meters.get("utrop.answers").tag("result", "hit").counter().count();
    }

    @Test
    void nothingIsKeptWhileTheNodeIsDeaf() {
        int deaf = 0;
        for (int i = 0; i < 200 && deaf < 10; i++) {
            if (hears()) {
                newsroom.ask(
                        "select pg_terminate_backend(pid) from pg_stat_activity"
                                + " where application_name = 'utrop feed listener'",
                        Boolean.class);
            }
            newsroom.run("update news set title = 'Titel %d' where slug = 'n19'".formatted(i));
            if (!hears()) {
                deaf++;
                assertThat(body(get("{ news(first: 1) { nodes { title } } }"))).contains("\"Titel " + i + "\"");
            }
        }
        assertThat(deaf).isPositive();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(this::hears);
    }

    private boolean hears() {
        return meters.get("utrop.feed.listener.connected").gauge().value() == 1;
    }

    private EntityExchangeResult<byte[]> get(String document) {
        return client.get()
                .uri("/graphql?query={q}", document)
                .accept(MediaType.APPLICATION_JSON)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .returnResult();
    }

    private static byte[] bytes(EntityExchangeResult<byte[]> result) {
        byte[] body = result.getResponseBody();
        return body == null ? new byte[0] : body;
    }

    private static String body(EntityExchangeResult<byte[]> result) {
        return new String(bytes(result), StandardCharsets.UTF_8);
    }
}
