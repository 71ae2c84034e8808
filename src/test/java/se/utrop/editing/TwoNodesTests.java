package se.utrop.editing;

import static org.assertj.core.api.Assertions.assertThat;
import static se.utrop.Editor.content;
import static se.utrop.Editor.errors;
import static se.utrop.Editor.fields;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import se.utrop.Editor;
import se.utrop.EventStream;
import se.utrop.Ports;
import se.utrop.ServerProcess;
import se.utrop.Tokens;
import se.utrop.embedded.RestartablePostgres;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What editors ask of two nodes on one database is done once. How many calls and scheduled news: the system properties
 * {@code utrop.editors.calls} and {@code utrop.editors.scheduled}.
 */
class TwoNodesTests {

    private static final int CALLS = Integer.getInteger("utrop.editors.calls", 200);

    private static final int SCHEDULED = Integer.getInteger("utrop.editors.scheduled", 200);

    private static final int TAKEN_BACK = 20;

    private static final int DRAFTS = 20;

    private static final List<Integer> PORTS = List.of(Ports.free(), Ports.free());

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static final List<ServerProcess> NODES = new ArrayList<>();

    @TempDir
    private static Path directory;

    private static RestartablePostgres database;

    @BeforeAll
    static void start() throws Exception {
        database = RestartablePostgres.start(directory);
        for (int port : PORTS) {
            NODES.add(new ServerProcess(
                    port,
                    Stream.concat(database.settings().stream(), Tokens.settings().stream())
                            .toList(),
                    directory));
            NODES.getLast().awaitReady();
        }
        database.run("insert into topic (slug, name) values ('kultur', 'Kultur')");
    }

    @AfterAll
    static void end() throws Exception {
        for (ServerProcess node : NODES) {
            node.kill();
        }
        database.close();
    }

    @Test
    void aRepeatedCallIsDoneOnceThoughItsNodeDies() throws Exception {
        Map<String, @Nullable Object> input =
                fields("idempotencyKey", "om och om igen", "news", content("En enda gång"));
        try (ExecutorService threads = Executors.newFixedThreadPool(10)) {
            List<Future<JsonNode>> answers = IntStream.range(0, CALLS)
                    .mapToObj(i -> threads.submit(() -> {
                        JsonNode answer = callAny(i, "publishNews", input);
                        return answer;
                    }))
                    .toList();
            NODES.getFirst().kill();
            NODES.getFirst().start();
            for (Future<JsonNode> answer : answers) {
                assertThat(answer.get()).isEqualTo(answers.getFirst().get());
            }
            NODES.getFirst().awaitReady();
            assertThat(callAny(0, "publishNews", input))
                    .isEqualTo(answers.getFirst().get());
        }
        assertThat(ask("select count(*) from news where title = 'En enda gång'"))
                .containsExactly("1");
        assertThat(ask("select count(*) from event e join news n on n.id = e.news_id where title = 'En enda gång'"))
                .containsExactly("1");
        assertThat(ask("select count(*) from audit where idempotency_key = 'om och om igen'"))
                .containsExactly("1");
    }

    /** Twenty items go through all steps at once, when a node is killed: each step is done once and wholly. */
    @Test
    void whatIsTakenBackIsTakenBackOnceThoughANodeDies() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> items = new ArrayList<>();
            for (int i = 0; i < TAKEN_BACK; i++) {
                int number = i;
                items.add(threads.submit(() -> takeBack(number)));
            }
            for (int crash = 0; crash < 2; crash++) {
                int done = TAKEN_BACK * (crash + 1) / 4;
                Awaitility.await()
                        .atMost(Duration.ofMinutes(2))
                        .until(() -> items.stream().filter(Future::isDone).count() >= done);
                NODES.getFirst().kill();
                NODES.getFirst().start();
                NODES.getFirst().awaitReady();
            }
            for (Future<?> item : items) {
                item.get();
            }
        }
        assertThat(ask("""
            select distinct concat_ws(' ', string_agg(e.type, ' ' order by e.position), max(n.revision), min(left(n.slug, 15)),
                (select count(*) from revision r where r.news_id = n.id),
                (select count(*) from audit a where a.news_id = n.id),
                (select count(*) from news_topic t where t.news_id = n.id),
                (select count(*) from retraction r where r.news_id = n.id))
            from news n join event e on e.news_id = n.id
            where n.title = 'Tagen tillbaka' group by n.id
            """)).containsExactly("PUBLISHED REVISED RETRACTED PUBLISHED REVISED 3 tillbaka-och-fr 3 5 1 0");
        assertThat(ask("select count(*) from news where title = 'Tagen tillbaka'"))
                .containsExactly(String.valueOf(TAKEN_BACK));
        assertThat(ask("select count - (select count(*) from news) from news_count where topic_id = 0 and month ="
                        + " '-infinity'"))
                .containsExactly("0");
        assertThat(ask("select count(*) from retracted_news")).containsExactly("0");
    }

    private static Void takeBack(int number) throws Exception {
        String key = "tillbaka " + number;
        String id = callAny(
                        number,
                        "publishNews",
                        fields(
                                "idempotencyKey",
                                key,
                                "news",
                                content(
                                        "Tagen tillbaka",
                                        "slug",
                                        "tillbaka-och-fram-" + number,
                                        "topics",
                                        List.of("kultur"))))
                .at("/news/id")
                .asString();
        callAny(number, "withdrawNews", fields("idempotencyKey", key + "w", "id", id, "expectedRevision", 1));
        callAny(number, "retractNews", fields("idempotencyKey", key + "r", "id", id, "reason", "Fel."));
        callAny(number, "restoreNews", fields("idempotencyKey", key + "1", "id", id));
        callAny(number, "restoreNews", fields("idempotencyKey", key + "2", "id", id));
        return null;
    }

    /** From one node or, where that is gone, from the other. */
    private static JsonNode callAny(int number, String mutation, Map<String, @Nullable Object> input) throws Exception {
        for (int attempt = 0; ; attempt++) {
            try {
                return call(PORTS.get((number + attempt) % 2), mutation, input);
            } catch (IOException e) {
                assertThat(attempt).isLessThan(1000);
            }
        }
    }

    /** An answer that isn't one, of a node that goes down or has too much to do, is as good as none. */
    private static JsonNode call(int port, String mutation, Map<String, @Nullable Object> input) throws Exception {
        HttpResponse<String> response =
                HTTP.send(Editor.request(port, mutation, input).build(), HttpResponse.BodyHandlers.ofString());
        JsonNode answer = JsonMapper.shared().readTree(response.body());
        if (response.statusCode() != 200 || answer.has("errors")) {
            throw new IOException(response.body());
        }
        assertThat(answer.at("/data/payload/userErrors")).as(response.body()).isEmpty();
        return answer.at("/data/payload");
    }

    @Test
    void whatIsDueAtOnceIsPublishedOnceInOrderAndSeenByNobodyBefore() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        try (EventStream first = follow(PORTS.getFirst());
                EventStream second = follow(PORTS.getLast());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<String> ids = schedule();
            Instant due = Instant.now().plusSeconds(3).truncatedTo(ChronoUnit.SECONDS);
            database.run("update scheduled_news set publish_at = '%s'".formatted(due));
            List<Future<?>> readers = new ArrayList<>();
            for (int port : PORTS) {
                readers.add(threads.submit(() -> readUntilSeen(port, due, ids.getFirst(), looks)));
            }
            for (EventStream feed : List.of(first, second)) {
                assertThat(feed.events(SCHEDULED).stream()
                                .map(event -> event.at("/news/id").asString()))
                        .isEqualTo(ids);
            }
            for (Future<?> reader : readers) {
                reader.get();
            }
            print(due, looks.get());
        }
        assertThat(ask("select count(*) from event where slug like 'samtidig-%'"))
                .containsExactly(String.valueOf(SCHEDULED));
        assertThat(ask("select slug from news where slug like 'samtidig-%' order by published_at"))
                .isEqualTo(IntStream.range(0, SCHEDULED)
                        .mapToObj(i -> "samtidig-" + i)
                        .toList());
        assertThat(ask("select count(*) from scheduled_news")).containsExactly("0");
    }

    /** Twenty drafts are published and one is saved again and again, when the node or the database is killed. */
    @Test
    void aCrashLosesNoDraftThatWasSaidToBeSavedAndLeavesNoneHalfPublished() throws Exception {
        crash(() -> {
            NODES.getFirst().kill();
            NODES.getFirst().start();
        });
        crash(() -> {
            database.kill();
            database.startAgain();
        });
    }

    private interface Crash {

        void happen() throws Exception;
    }

    private static void crash(Crash crash) throws Exception {
        List<JsonNode> complete = new ArrayList<>();
        for (int i = 0; i < DRAFTS; i++) {
            complete.add(draft("Krasch " + i));
        }
        JsonNode written = draft("Version 1");
        AtomicInteger acknowledged = new AtomicInteger(1);
        Set<String> published = ConcurrentHashMap.newKeySet();
        List<Future<?>> work = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            work.add(threads.submit(() -> saveUntilTheCrash(written, acknowledged)));
            complete.forEach(draft -> work.add(threads.submit(() -> publish(draft, published))));
            Awaitility.await().until(() -> acknowledged.get() > 3 && !published.isEmpty());
            crash.happen();
        }
        assertThat(work).allMatch(Future::isDone);
        NODES.getFirst().awaitReady();
        String key = key(written);
        int version = Integer.parseInt(
                ask("select version from draft where id = " + key).getFirst());
        assertThat(version).isBetween(acknowledged.get(), acknowledged.get() + 1);
        assertThat(ask("select written->>'title' from draft where id = " + key)).containsExactly("Version " + version);
        for (JsonNode draft : complete) {
            String id = key(draft);
            String news = "(select count(*) from event where news_id = %s and type = 'PUBLISHED')".formatted(id);
            assertThat(ask("select concat_ws(' ', (select count(*) from draft where id = %1$s),".formatted(id)
                            + " (select count(*) from news where id = %s), %s)".formatted(id, news)))
                    .first()
                    .isIn(published.contains(id) ? List.of("0 1 1") : List.of("0 1 1", "1 0 0"));
        }
    }

    private static JsonNode draft(String title) throws Exception {
        return call(PORTS.getFirst(), "saveDraft", fields("content", content(title)))
                .get("draft");
    }

    private static String key(JsonNode draft) {
        return String.valueOf(Draft.key(draft.get("id").asString()));
    }

    private static Void saveUntilTheCrash(JsonNode draft, AtomicInteger acknowledged) throws Exception {
        while (true) {
            int next = acknowledged.get() + 1;
            call(
                    PORTS.getFirst(),
                    "saveDraft",
                    fields(
                            "id",
                            draft.get("id").asString(),
                            "expectedVersion",
                            acknowledged.get(),
                            "content",
                            Map.of("title", "Version " + next)));
            acknowledged.set(next);
        }
    }

    private static Void publish(JsonNode draft, Set<String> published) throws Exception {
        call(PORTS.getFirst(), "publishDraft", Editor.version(draft));
        published.add(key(draft));
        return null;
    }

    @Test
    void somebodyElsePublishesWhereAReviewIsRequired() throws Exception {
        int port = Ports.free();
        ServerProcess node = new ServerProcess(
                port,
                Stream.of(
                                database.settings().stream(),
                                Tokens.settings().stream(),
                                Stream.of("--utrop.editing.review=required"))
                        .flatMap(settings -> settings)
                        .toList(),
                directory);
        try {
            node.awaitReady();
            String author = Tokens.ofSubject("skribent", "news:write");
            String reviewer = Tokens.ofSubject("granskare", "news:write");
            Map<String, @Nullable Object> news = fields("news", content("Ensam"));
            assertThat(errors(as(author, port, "publishNews", news))).containsExactly("REVIEW_REQUIRED ");
            news.put("publishAt", "2100-01-01T00:00:00Z");
            assertThat(errors(as(author, port, "scheduleNews", news))).containsExactly("REVIEW_REQUIRED ");

            JsonNode draft = as(author, port, "saveDraft", fields("content", content("Två par ögon")))
                    .get("draft");
            Map<String, @Nullable Object> later = Editor.version(draft, "publishAt", "2100-01-01T00:00:00Z");
            assertThat(errors(as(author, port, "publishDraft", Editor.version(draft))))
                    .containsExactly("REVIEW_REQUIRED id");
            assertThat(errors(as(author, port, "scheduleDraft", later))).containsExactly("REVIEW_REQUIRED id");
            assertThat(errors(as(reviewer, port, "scheduleDraft", later))).isEmpty();
            for (String editor : List.of(author, reviewer)) {
                assertThat(errors(as(
                                editor, port, "saveDraft", Editor.version(draft, "content", Map.of("title", "Annat")))))
                        .containsExactly("REVIEW_REQUIRED id");
            }
            assertThat(errors(as(reviewer, port, "publishDraft", Editor.version(draft))))
                    .isEmpty();
        } finally {
            node.kill();
        }
        assertThat(ask("select substring(caller from '\\w+$') || ' ' || action from audit a join news n on n.id ="
                        + " news_id where title = 'Två par ögon' order by a.id"))
                .containsExactly("skribent saveDraft", "granskare scheduleDraft", "granskare publishDraft");
    }

    private static JsonNode as(String token, int port, String mutation, Map<String, @Nullable Object> input)
            throws Exception {
        HttpRequest request = Editor.request(port, mutation, input)
                .setHeader("Authorization", "Bearer " + token)
                .build();
        return JsonMapper.shared()
                .readTree(
                        HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body())
                .at("/data/payload");
    }

    private static void print(Instant due, int looks) throws SQLException {
        String moments = "select extract(epoch from %s(occurred_at) - '%s') from event where slug like 'samtidig-%%'";
        System.out.printf(
                "%d news due at once: published from %s to %s s after that; %d looks before%n",
                SCHEDULED, ask(moments.formatted("min", due)), ask(moments.formatted("max", due)), looks);
    }

    private static EventStream follow(int port) throws Exception {
        return EventStream.open(
                port,
                "subscription { newsFeed(types: [PUBLISHED]) { ... on NewsPublished { news { id } } } }",
                Map.of());
    }

    /** The ids, in the order in which they are to come. */
    private static List<String> schedule() throws Exception {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < SCHEDULED; i++) {
            ids.add(call(
                            PORTS.get(i % 2),
                            "scheduleNews",
                            fields(
                                    "publishAt",
                                    "2100-01-01T00:00:00Z",
                                    "news",
                                    content("Samtidig " + i, "slug", "samtidig-" + i, "topics", List.of("kultur"))))
                    .get("id")
                    .asString());
        }
        return ids;
    }

    /** Asks every way in, by GET and so of what is kept, until the first shows up. */
    private static void readUntilSeen(int port, Instant due, String id, AtomicInteger looks) {
        List<String> ways = List.of(
                "{ news(first: 100) { nodes { slug } } }",
                "{ news(orderBy: OLDEST_FIRST, last: 1) { nodes { slug } totalCount } }",
                "{ newsBySlug(slug: \"samtidig-0\") { slug } }",
                "{ node(id: \"%s\") { ... on News { slug } } }".formatted(id),
                "{ nodes(ids: [\"%s\"]) { ... on News { slug } } }".formatted(id),
                "{ topicBySlug(slug: \"kultur\") { newsCount news { nodes { slug } } } }",
                "{ archive(filter: { topics: { anyOf: [\"kultur\"] } }) { count topics { count } } }");
        List<String> before = new ArrayList<>(Collections.nCopies(ways.size(), ""));
        for (int look = 0; ; look++) {
            int way = look % ways.size();
            String answer = get(port, ways.get(way));
            if (before.get(way).isEmpty()) {
                before.set(way, answer);
            }
            if (!answer.equals(before.get(way)) || answer.contains("samtidig")) {
                assertThat(Instant.now()).as(answer).isAfterOrEqualTo(due);
                return;
            }
            looks.incrementAndGet();
        }
    }

    private static String get(int port, String document) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/graphql?query="
                            + URLEncoder.encode(document, StandardCharsets.UTF_8)))
                    .timeout(Duration.ofSeconds(30))
                    .build();
            HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            return response.body();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> ask(String sql) throws SQLException {
        List<String> answers = new ArrayList<>();
        try (Connection session = DriverManager.getConnection(database.jdbcUrl());
                Statement statement = session.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                answers.add(rows.getString(1));
            }
        }
        return answers;
    }
}
