package se.utrop.editing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static se.utrop.Editor.content;
import static se.utrop.Editor.errors;
import static se.utrop.Editor.fields;

import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import se.utrop.Api;
import se.utrop.Editor;
import se.utrop.EventStream;
import se.utrop.Newsroom;
import se.utrop.Sessions;
import se.utrop.Tokens;
import se.utrop.UtropTest;
import tools.jackson.databind.JsonNode;

@UtropTest
class EditingTests {

    private final int port;
    private final Api api;
    private final Editor editor;
    private final Newsroom newsroom;
    private final Sessions sessions;
    private final DatabaseClient database;
    private final TransactionalOperator transaction;

    EditingTests(
            @LocalServerPort int port,
            Api api,
            Editor editor,
            Newsroom newsroom,
            Sessions sessions,
            DatabaseClient database,
            TransactionalOperator transaction) {
        this.port = port;
        this.api = api;
        this.editor = editor;
        this.newsroom = newsroom;
        this.sessions = sessions;
        this.database = database;
        this.transaction = transaction;
    }

    @BeforeEach
    void fill() {
        newsroom.clear();
        newsroom.topic("kultur", "Kultur");
        newsroom.topic("trafik", "Trafik");
        newsroom.series("lage", "Läge");
    }

    @Test
    void publishesAllThatANewsItemHasAsOneEvent() throws Exception {
        try (EventStream feed = EventStream.open(
                port, "subscription { newsFeed { __typename ... on NewsPublished { news { slug } } } }", Map.of())) {
            JsonNode news = api.with(Tokens.ofEditor())
                    .data(
                            """
                            mutation($input: PublishNewsInput!) { publishNews(input: $input) {
                                revision
                                userErrors { code }
                                news {
                                    slug title summary body bodyHtml url image { url altText width height credit } kind
                                    urgency publishedAtPrecision topics { slug } series { slug }
                                    figures { name label value unit change }
                                    revisions { nodes { number title note } }
                                }
                            } }
                            """,
                            Map.of(
                                    "input",
                                    Map.of(
                                            "news",
                                            content(
                                                    "Läget i dag",
                                                    "body",
                                                    "Så *här*.",
                                                    "url",
                                                    "HTTPS://utrop.example/Läget",
                                                    "image",
                                                    fields(
                                                            "url",
                                                            "https://utrop.example/b.jpg",
                                                            "altText",
                                                            "",
                                                            "width",
                                                            800,
                                                            "credit",
                                                            "Regionen"),
                                                    "kind",
                                                    "SITUATION_REPORT",
                                                    "urgency",
                                                    "BREAKING",
                                                    "topics",
                                                    List.of("trafik", "kultur"),
                                                    "series",
                                                    "lage",
                                                    "figures",
                                                    List.of(
                                                            fields(
                                                                    "name",
                                                                    "patients-in-care",
                                                                    "label",
                                                                    "Vårdas",
                                                                    "value",
                                                                    522,
                                                                    "unit",
                                                                    "patients",
                                                                    "change",
                                                                    -97.5),
                                                            fields(
                                                                    "name", "deaths", "label", "Avlidna", "value",
                                                                    3))))))
                    .get("publishNews");
            assertThat(news.toString()).isEqualTo("""
                {"revision":1,"userErrors":[],"news":{"slug":"laget-i-dag","title":"Läget i dag","summary":"Ingress.",\
                "body":"Så *här*.","bodyHtml":"<p>Så <em>här</em>.</p>\\n","url":"https://utrop.example/Läget",\
                "image":{"url":"https://utrop.example/b.jpg","altText":"","width":800,"height":null,"credit":"Regionen"},\
                "kind":"SITUATION_REPORT","urgency":"BREAKING","publishedAtPrecision":"EXACT",\
                "topics":[{"slug":"trafik"},{"slug":"kultur"}],"series":{"slug":"lage"},\
                "figures":[{"name":"patients-in-care","label":"Vårdas","value":522.0,"unit":"patients","change":-97.5},\
                {"name":"deaths","label":"Avlidna","value":3.0,"unit":null,"change":null}],\
                "revisions":{"nodes":[{"number":1,"title":"Läget i dag","note":null}]}}}\
                """);
            editor.publish("Nästa");
            assertThat(feed.events(2))
                    .extracting(event -> event.at("/news/slug").asString())
                    .containsExactly("laget-i-dag", "nasta");
        }
    }

    @Test
    void tellsEverythingThatHasToBePutRightAtOnce() {
        editor.publish("Tagen", "slug", "tagen");
        JsonNode payload = editor.call(
                "publishNews",
                fields(
                        "idempotencyKey",
                        " ",
                        "news",
                        fields(
                                "title",
                                "\u00A0 \u200B",
                                "summary",
                                "a".repeat(5001),
                                "body",
                                "Med \u0007 klocka",
                                "slug",
                                "tagen",
                                "image",
                                fields("url", "https://utrop.example/b", "altText", "Två\nrader", "width", 0),
                                "topics",
                                List.of("kultur", "okand", "kultur"),
                                "series",
                                "okand",
                                "figures",
                                List.of(
                                        fields("name", "Med Mellanrum", "label", "", "value", 1),
                                        fields("name", "n", "label", "L", "value", 1, "unit", "\uD800"),
                                        fields("name", "n", "label", "L", "value", 1)))));
        assertThat(payload.get("news").isNull()).isTrue();
        assertThat(payload.get("revision").isNull()).isTrue();
        assertThat(errors(payload))
                .containsExactlyInAnyOrder(
                        "BLANK idempotencyKey",
                        "BLANK news.title",
                        "TOO_LONG news.summary",
                        "INVALID news.body",
                        "SLUG_TAKEN news.slug",
                        "INVALID news.image.altText",
                        "INVALID news.image.width",
                        "INVALID news.topics.2",
                        "UNKNOWN_TOPIC news.topics.1",
                        "NOT_FOUND news.series",
                        "INVALID news.figures.0.name",
                        "BLANK news.figures.0.label",
                        "INVALID news.figures.1.unit",
                        "INVALID news.figures.2.name",
                        "INVALID news.figures");
        assertThat(count("news")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Stor", "å", "a--b", "-a", "a b", " a"})
    void refusesWhatIsNoSlug(String slug) {
        assertThat(errors(editor.call("publishNews", Map.of("news", content("T", "slug", slug)))))
                .containsExactly("INVALID news.slug");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "publishNews(input: {news: {title: \"T\", summary: \"S\", topics: [], kind: SITUATION_REPORT, figures:"
                        + " [{name: \"n\", label: \"L\", value: 1e999}]}}) { userErrors { code } }",
                "publishNews(input: {news: {title: \"T\", summary: \"S\", topics: null}}) { userErrors { code } }",
                "publishNews(input: {news: {title: \"T\", summary: \"\\u0000\", topics: [\"\\u0000\", \"å\"],"
                        + " series: \"\\u0000\", slug: \"\\u0000\"}}) { userErrors { code } }",
                "publishNews(input: {idempotencyKey: \"\\u0000\", news: {title: \"T\", summary: \"S\", topics: []}}) {"
                        + " userErrors { code } }",
                "reviseNews(input: {id: \"\\u0000\", expectedRevision: -1}) { userErrors { code } }",
                "scheduleNews(input: {publishAt: \"0000-01-01T00:00:00Z\", news: {title: \"T\", summary: \"S\","
                        + " topics: []}}) { userErrors { code } }",
                "cancelScheduledNews(id: \"\\u0000\") { userErrors { code } }",
                "createTopic(input: {name: \"\\u0000\", slug: \"\\u0000\"}) { userErrors { code } }",
                "renameTopic(input: {name: \"\\u0000\", slug: \"\\u0000\"}) { userErrors { code } }"
            })
    void whatCannotBeIsNoErrorOfTheServer(String mutation) {
        JsonNode answer = api.with(Tokens.ofEditor()).answer("mutation { payload: " + mutation + " }", Map.of());
        if (answer.has("errors")) {
            assertThat(answer.at("/errors/0/extensions/code").asString())
                    .isIn("BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED");
        } else {
            assertThat(answer.at("/data/payload/userErrors")).isNotEmpty();
        }
        assertThat(count("news")).isZero();
    }

    @Test
    void boundsWhatCanBeWritten() {
        List<String> topics = Collections.nCopies(101, "kultur");
        assertThat(errors(editor.call(
                        "publishNews",
                        Map.of("news", content("a".repeat(301), "slug", "b".repeat(101), "topics", topics)))))
                .containsExactlyInAnyOrder("TOO_LONG news.title", "TOO_LONG news.slug", "TOO_LONG news.topics");
        editor.publish("😀".repeat(300), "summary", "a".repeat(5000), "slug", "b".repeat(100));
        assertThat(api.with(Tokens.ofEditor())
                        .code(
                                Editor.document("publishNews"),
                                Map.of("input", Map.of("news", content("T", "url", "ftp://x")))))
                .isIn("BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED");
    }

    @Test
    void writesTextsInNormalForm() {
        JsonNode news = editor.publish(" Ma\u0308laren \u2028", "summary", "\n Ett\r\nTva\u030A\t \u2029Tre  ");
        assertThat(news.get("title").asString()).isEqualTo("Mälaren");
        assertThat(news.get("slug").asString()).isEqualTo("malaren");
        assertThat(api.data("{ newsBySlug(slug: \"malaren\") { summary } }")
                        .at("/newsBySlug/summary")
                        .asString())
                .isEqualTo("Ett\nTvå\t \nTre");
    }

    @Test
    void makesSlugsThatNobodyElseHas() {
        newsroom.article("samma-2", Instant.EPOCH);
        assertThat(editor.publish("Samma").get("slug").asString()).isEqualTo("samma");
        assertThat(schedule("Samma", "2100-01-01T00:00:00Z").get("userErrors")).isEmpty();
        JsonNode third = editor.publish("Samma!");
        assertThat(third.get("slug").asString()).isEqualTo("samma-4");
        editor.done("retractNews", fields("id", third.get("id").asString(), "reason", "Fel"));
        assertThat(editor.publish("Samma").get("slug").asString()).isEqualTo("samma-5");
        assertThat(editor.publish("你好").get("slug").asString()).isEqualTo("nyhet");
        for (String taken : List.of("samma", "samma-2", "samma-3", "samma-4")) {
            assertThat(errors(editor.call("publishNews", Map.of("news", content("T", "slug", taken)))))
                    .containsExactly("SLUG_TAKEN news.slug");
            assertThat(errors(editor.call(
                            "scheduleNews",
                            fields("publishAt", "2100-01-01T00:00:00Z", "news", content("T", "slug", taken)))))
                    .containsExactly("SLUG_TAKEN news.slug");
        }
    }

    @Test
    void revisesWhatIsGivenAndLeavesTheRest() throws Exception {
        String id = editor.publish(
                        "Titel",
                        "body",
                        "Text",
                        "url",
                        "https://utrop.example/",
                        "image",
                        fields("url", "https://utrop.example/b", "altText", "En buss"),
                        "topics",
                        List.of("kultur"),
                        "kind",
                        "SITUATION_REPORT",
                        "figures",
                        List.of(fields("name", "n", "label", "N", "value", 1)))
                .get("id")
                .asString();
        try (EventStream feed = EventStream.open(
                port,
                "subscription { newsFeed { __typename ... on NewsRevised { note news { title } } } }",
                Map.of())) {
            assertThat(revise(id, 1, "title", "Ny titel", "note", "Rättat namn"))
                    .isEqualTo(2);
            assertThat(feed.event().toString())
                    .isEqualTo("{\"__typename\":\"NewsRevised\",\"note\":\"Rättat namn\",\"news\":{\"title\":\"Ny"
                            + " titel\"}}");
            assertThat(read(id)).isEqualTo("""
                {"title":"Ny titel","body":"Text","url":"https://utrop.example/","image":{"altText":"En buss"},\
                "urgency":"ROUTINE","topics":[{"slug":"kultur"}],"figures":[{"name":"n"}]}\
                """);
            assertThat(revise(id, 2, "topics", List.of("trafik", "kultur"), "urgency", "IMPORTANT"))
                    .isEqualTo(3);
            assertThat(revise(id, 3, "body", null, "url", null, "image", null, "topics", null, "figures", null))
                    .isEqualTo(4);
            assertThat(read(id)).isEqualTo("""
                {"title":"Ny titel","body":null,"url":null,"image":null,"urgency":"IMPORTANT","topics":[],"figures":[]}\
                """);
            assertThat(feed.event().get("note").isNull()).isTrue();
            feed.event();
            assertThat(revise(id, 4, "title", " Ny titel ", "topics", List.of()))
                    .isEqualTo(4);
            assertThat(revise(id, 4, "title", "Sist")).isEqualTo(5);
            assertThat(feed.event().at("/news/title").asString()).isEqualTo("Sist");
        }
        assertThat(api.data(
                                "query($id: ID!) { node(id: $id) { ... on News { updatedAt revisions { nodes { number"
                                        + " title body note publishedAt } } } } }",
                                Map.of("id", id))
                        .at("/node/revisions/nodes")
                        .valueStream()
                        .map(revision -> "%s %s %s %s"
                                .formatted(
                                        revision.get("number"),
                                        revision.get("title").asString(),
                                        revision.get("body").isNull(),
                                        revision.get("note"))))
                .containsExactly(
                        "5 Sist true null",
                        "4 Ny titel true null",
                        "3 Ny titel false null",
                        "2 Ny titel false \"Rättat namn\"",
                        "1 Titel false null");
    }

    private int revise(String id, int expected, @Nullable Object... namesAndValues) {
        Map<String, @Nullable Object> input = fields(namesAndValues);
        input.put("id", id);
        input.put("expectedRevision", expected);
        return editor.done("reviseNews", input).get("revision").asInt();
    }

    private String read(String id) {
        return api.data(
                        "query($id: ID!) { node(id: $id) { ... on News { title body url image { altText } urgency"
                                + " topics { slug } figures { name } } } }",
                        Map.of("id", id))
                .get("node")
                .toString();
    }

    @Test
    void refusesRevisionsThatCannotBe() {
        String id = editor.publish("Titel").get("id").asString();
        assertThat(errors(editor.call(
                        "reviseNews",
                        fields(
                                "id",
                                id,
                                "expectedRevision",
                                7,
                                "title",
                                null,
                                "summary",
                                " ",
                                "urgency",
                                null,
                                "topics",
                                List.of("okand"),
                                "note",
                                "a".repeat(2001),
                                "figures",
                                List.of(fields("name", "n", "label", "L", "value", 1))))))
                .containsExactlyInAnyOrder(
                        "REVISION_CONFLICT expectedRevision",
                        "BLANK title",
                        "BLANK summary",
                        "INVALID urgency",
                        "UNKNOWN_TOPIC topics.0",
                        "TOO_LONG note",
                        "INVALID figures");
        assertThat(editor.call("reviseNews", fields("id", id, "expectedRevision", 7, "title", "B"))
                        .at("/userErrors/0/message")
                        .asString())
                .contains("at revision 1");
        String topic = api.data("{ topicBySlug(slug: \"kultur\") { id } }")
                .at("/topicBySlug/id")
                .asString();
        for (String unknown : List.of("", "nonsense", "Tjk5OTk5", topic)) {
            assertThat(errors(editor.call("reviseNews", fields("id", unknown, "expectedRevision", 1, "title", ""))))
                    .containsExactlyInAnyOrder("NOT_FOUND id", "BLANK title");
        }
    }

    @Test
    void retractsTheTextAndKeepsTheReason() throws Exception {
        JsonNode news = editor.publish("Titel", "slug", "borta", "topics", List.of("kultur"));
        String id = news.get("id").asString();
        try (EventStream feed = EventStream.open(
                port,
                "subscription { newsFeed { __typename ... on NewsRetracted { newsId slug reason } } }",
                Map.of())) {
            assertThat(editor.done("retractNews", fields("id", id, "reason", "Fel region"))
                            .get("newsId")
                            .asString())
                    .isEqualTo(id);
            assertThat(feed.event().toString())
                    .isEqualTo(
                            "{\"__typename\":\"NewsRetracted\",\"newsId\":\"%s\",\"slug\":\"borta\",\"reason\":\"Fel region\"}"
                                    .formatted(id));
        }
        JsonNode gone = api.data(
                "query($id: ID!) { node(id: $id) { id } newsBySlug(slug: \"borta\") { id } topicBySlug(slug:"
                        + " \"kultur\") { newsCount } }",
                Map.of("id", id));
        assertThat(gone.toString()).isEqualTo("{\"node\":null,\"newsBySlug\":null,\"topicBySlug\":{\"newsCount\":0}}");
        assertThat(errors(editor.call("retractNews", fields("id", id, "reason", " "))))
                .containsExactlyInAnyOrder("ALREADY_RETRACTED id", "BLANK reason");
        assertThat(errors(editor.call("reviseNews", fields("id", id, "expectedRevision", 1, "title", "Åter"))))
                .containsExactly("ALREADY_RETRACTED id");
        assertThat(newsroom.ask("select text from revision, lateral (select title || summary) t (text)", String.class))
                .noneMatch(text -> text.contains("Titel"));
    }

    @Test
    void aCallUnderAKeyIsDoneOnce() {
        String key = UUID.randomUUID().toString();
        Map<String, @Nullable Object> input = fields("idempotencyKey", key, "news", content("Titel"));
        JsonNode first = editor.done("publishNews", input);
        assertThat(editor.call("publishNews", input)).isEqualTo(first);
        assertThat(count("news")).isEqualTo(1);
        Map<String, @Nullable Object> other = fields("idempotencyKey", key, "news", content("Annan"));
        assertThat(errors(editor.call("publishNews", other))).containsExactly("INVALID idempotencyKey");
        String id = first.at("/news/id").asString();
        Map<String, @Nullable Object> retraction = fields("idempotencyKey", key + "r", "id", id, "reason", "Fel");
        assertThat(editor.done("retractNews", retraction)).isEqualTo(editor.done("retractNews", retraction));
        JsonNode again = editor.call("publishNews", input);
        assertThat(again.get("news").isNull()).isTrue();
        assertThat(again.get("revision").asInt()).isEqualTo(1);
    }

    @Test
    void everyCallerHasKeysOfTheirOwn() {
        Map<String, @Nullable Object> input =
                fields("idempotencyKey", UUID.randomUUID().toString(), "news", content("Titel"));
        JsonNode first = editor.done("publishNews", input);
        JsonNode second = api.with(Tokens.ofSubject("another", "news:write"))
                .data(Editor.document("publishNews"), Map.of("input", input))
                .get("payload");
        assertThat(second.get("userErrors")).isEmpty();
        assertThat(second.at("/news/id")).isNotEqualTo(first.at("/news/id"));
    }

    @Test
    void aCallThatWasRefusedCanBeMadeAgainUnderItsKey() {
        String key = UUID.randomUUID().toString();
        assertThat(errors(editor.call("publishNews", fields("idempotencyKey", key, "news", content("")))))
                .containsExactly("BLANK news.title");
        editor.done("publishNews", fields("idempotencyKey", key, "news", content("Titel")));
    }

    @Test
    void keysAreForgottenInTime() {
        String key = UUID.randomUUID().toString();
        Map<String, @Nullable Object> input = fields("idempotencyKey", key, "news", content("Titel"));
        editor.done("publishNews", input);
        newsroom.run("update idempotent_call set called_at = called_at - interval '8 days'");
        editor.done("publishNews", input);
        assertThat(count("news")).isEqualTo(2);
    }

    @Test
    void whoCallsWhileTheSameCallIsUnderWayGetsItsResult() throws Exception {
        Map<String, @Nullable Object> input =
                fields("idempotencyKey", UUID.randomUUID().toString(), "news", content("Titel"));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<JsonNode>> answers = IntStream.range(0, 10)
                    .mapToObj(i -> threads.submit(() -> editor.done("publishNews", input)))
                    .toList();
            for (Future<JsonNode> answer : answers) {
                assertThat(answer.get()).isEqualTo(answers.getFirst().get());
            }
        }
        assertThat(count("news")).isEqualTo(1);
    }

    @Test
    void sameTitlesAtOnceGetDifferentSlugs() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<JsonNode>> answers = IntStream.range(0, 20)
                    .mapToObj(i -> threads.submit(() -> i % 2 == 0
                            ? editor.done("publishNews", Map.of("news", content("Samma")))
                            : schedule("Samma", "2100-01-01T00:00:00Z")))
                    .toList();
            for (Future<JsonNode> answer : answers) {
                assertThat(answer.get().get("userErrors")).isEmpty();
            }
        }
        assertThat(newsroom.ask("select slug from news union select slug from scheduled_news", String.class))
                .hasSize(20);
    }

    @Test
    void ofThoseWhoTakeASlugAtOnceOneGetsIt() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<JsonNode>> answers = IntStream.range(0, 12)
                    .mapToObj(i -> threads.submit(() -> i % 2 == 0
                            ? editor.call("publishNews", Map.of("news", content("T", "slug", "en")))
                            : editor.call(
                                    "scheduleNews",
                                    fields("publishAt", "2100-01-01T00:00:00Z", "news", content("T", "slug", "en")))))
                    .toList();
            int taken = 0;
            for (Future<JsonNode> answer : answers) {
                taken += errors(answer.get()).equals(List.of("SLUG_TAKEN news.slug")) ? 1 : 0;
            }
            assertThat(taken).isEqualTo(11);
        }
    }

    @Test
    void whoReadsAfterTheAnswerSeesWhatWasDone() {
        String question = "{ news(first: 1) { nodes { title } totalCount } topics { name } }";
        for (int i = 0; i < 50; i++) {
            api.data(question);
            editor.publish("Nummer " + i);
            assertThat(api.data(question).at("/news/nodes/0/title").asString()).isEqualTo("Nummer " + i);
            api.data(question);
            editor.done("renameTopic", fields("slug", "kultur", "name", "Kultur " + i));
            assertThat(api.data(question).get("topics").toString()).contains("Kultur " + i);
        }
    }

    @Test
    void createsAndRenamesTopics() {
        JsonNode topic = editor.done("createTopic", fields("name", " Miljö och klimat", "description", "Om luften."))
                .get("topic");
        assertThat(topic.get("slug").asString()).isEqualTo("miljo-och-klimat");
        assertThat(topic.get("name").asString()).isEqualTo("Miljö och klimat");
        assertThat(topic.get("description").asString()).isEqualTo("Om luften.");
        assertThat(editor.done("createTopic", fields("name", "Miljö, och klimat"))
                        .at("/topic/slug")
                        .asString())
                .isEqualTo("miljo-och-klimat-2");
        assertThat(errors(editor.call("createTopic", fields("name", "KULTUR", "slug", "kultur"))))
                .containsExactlyInAnyOrder("INVALID name", "SLUG_TAKEN slug");
        assertThat(errors(editor.call("createTopic", fields("name", "", "slug", "Å", "description", ""))))
                .containsExactlyInAnyOrder("BLANK name", "INVALID slug", "BLANK description");
        JsonNode renamed = editor.done("renameTopic", fields("slug", "kultur", "name", "kultur"))
                .get("topic");
        assertThat(renamed.get("name").asString()).isEqualTo("kultur");
        assertThat(errors(editor.call("renameTopic", fields("slug", "trafik", "name", "Kultur"))))
                .containsExactly("INVALID name");
        assertThat(errors(editor.call("renameTopic", fields("slug", "okand", "name", "a".repeat(301)))))
                .containsExactlyInAnyOrder("NOT_FOUND slug", "TOO_LONG name");
    }

    @Test
    void theAuditLogSaysWhoDidWhatAndCanOnlyBeAddedTo() {
        long before = newsroom.ask("select coalesce(max(id), 0) from audit", Long.class)
                .getFirst();
        String key = UUID.randomUUID().toString();
        Map<String, @Nullable Object> input = fields("idempotencyKey", key, "news", content("Titel"));
        String id = editor.done("publishNews", input).at("/news/id").asString();
        editor.done("publishNews", input);
        editor.call("publishNews", Map.of("news", content("")));
        revise(id, 1, "title", "Annan");
        editor.done("createTopic", fields("name", "Ny"));
        editor.done("retractNews", fields("id", id, "reason", "Fel"));
        assertThat(newsroom.ask(
                        "select concat_ws(' ', action, revision, idempotency_key = '%s', (news_id is null) <> (topic_id is null)) from audit where id > %d order by id"
                                .formatted(key, before),
                        String.class))
                .containsExactly("publishNews 1 t t", "reviseNews 2 t", "createTopic t", "retractNews t");
        assertThat(newsroom.ask("select distinct caller from audit where id > " + before, String.class))
                .singleElement()
                .asString()
                .matches("http://127.0.0.1:\\d+ editor");
        for (String change : List.of("update audit set caller = 'x'", "delete from audit", "truncate audit")) {
            assertThatThrownBy(() -> newsroom.run(change)).hasMessageContaining("only added to");
        }
    }

    @Test
    void aCallWhoseClientGoesAwayDoesAllOrNothing() throws Exception {
        JsonNode news = editor.publish("Titel");
        try (Connection session = sessions.open();
                Statement statement = session.createStatement()) {
            session.setAutoCommit(false);
            statement.execute("select from news for update");
            HttpClient client = HttpClient.newHttpClient();
            var _ = client.sendAsync(
                    Editor.request(
                                    port,
                                    "reviseNews",
                                    fields("id", news.get("id").asString(), "expectedRevision", 1, "title", "Annan"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            Awaitility.await().until(() -> waiting(statement) == 1);
            client.shutdownNow();
            Awaitility.await().until(() -> waiting(statement) == 0);
            session.rollback();
        }
        assertThat(revise(news.get("id").asString(), 1, "title", "Tredje")).isEqualTo(2);
    }

    /** As the calls that a release before significance was kept. */
    @Test
    void theDefaultSignificanceIsNoOtherCall() {
        String id = editor.publish("Titel").get("id").asString();
        Map<String, Object> input = Map.of(
                "idempotencyKey", UUID.randomUUID().toString(), "id", id, "expectedRevision", 1, "title", "Ny titel");
        assertThat(editor.done("reviseNews", input).get("revision").asInt()).isEqualTo(2);
        Map<String, Object> same = new HashMap<>(input);
        same.put("significance", "MAJOR");
        assertThat(editor.done("reviseNews", same).get("revision").asInt()).isEqualTo(2);
        same.put("significance", "MINOR");
        assertThat(errors(editor.call("reviseNews", same))).containsExactly("INVALID idempotencyKey");
    }

    @Test
    void aNodeThatIsStoppedKeepsNoLockForLong() {
        assertThat(database.sql("show idle_in_transaction_session_timeout")
                        .mapValue(String.class)
                        .one()
                        .as(transaction::transactional)
                        .block())
                .isEqualTo("1min");
    }

    private static int waiting(Statement statement) throws SQLException {
        try (var rows = statement.executeQuery("select count(*) from pg_stat_activity"
                + " where application_name = 'utrop' and wait_event_type = 'Lock'")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private JsonNode schedule(String title, String publishAt) {
        return editor.call("scheduleNews", fields("publishAt", publishAt, "news", content(title)));
    }

    private int count(String table) {
        return newsroom.ask("select count(*)::int from " + table, Integer.class).getFirst();
    }
}
