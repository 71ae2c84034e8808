package se.utrop.editing;

import static org.assertj.core.api.Assertions.assertThat;
import static se.utrop.Editor.content;
import static se.utrop.Editor.fields;
import static se.utrop.Editor.version;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import se.utrop.Editor;
import se.utrop.Ports;
import se.utrop.ServerProcess;
import se.utrop.Tokens;
import se.utrop.embedded.RestartablePostgres;
import se.utrop.news.News;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every step of the record is held by a lock when its transaction has done all and committed nothing. Then the node, or its
 * session in the database, is killed: none of it happened, and a repeated call does all of it once.
 */
class CrashTests {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static final int LOCK = 4711;

    private static final int PORT = Ports.free();

    private static final String LATER = "2100-01-01T00:00:00Z";

    /** Waits at the last statement of a call, and at the last of what the schedule publishes. */
    private static final String HOLD = """
        create function hold() returns trigger language plpgsql as $$
        begin
            perform pg_advisory_xact_lock_shared(%d);
            return new;
        end
        $$;
        create trigger hold before update on idempotent_call for each row execute function hold();
        create trigger hold before insert on audit for each row when (new.caller = 'schedule') execute function hold();
        """.formatted(LOCK);

    private static final String HELD =
            "select count(*) from pg_locks where locktype = 'advisory' and objid = %d and not granted".formatted(LOCK);

    private static final String EVENTS =
            ", (select string_agg(type, ' ' order by position) from event where news_id = %1$d)";

    private static final String PUBLICATION =
            "(select count(*) from draft where id = %1$d), (select count(*) from news where id = %1$d)" + EVENTS;

    private static final String RETRACTION =
            "(select count(*) from news where id = %1$d), (select count(*) from retraction where news_id = %1$d),"
                    + " (select count(*) from retracted_news where news_id = %1$d)"
                    + EVENTS;

    @TempDir
    private static Path directory;

    private static RestartablePostgres database;

    private static ServerProcess node;

    @BeforeAll
    static void start() throws Exception {
        database = RestartablePostgres.start(directory);
        node = new ServerProcess(
                PORT,
                Stream.of(
                                database.settings().stream(),
                                Tokens.settings().stream(),
                                Stream.of(
                                        "--spring.r2dbc.pool.max-size=20",
                                        "--utrop.limits.timeout=60s",
                                        "--utrop.database.statement-timeout=60s"))
                        .flatMap(settings -> settings)
                        .toList(),
                directory);
        node.awaitReady();
        database.run(HOLD);
    }

    @AfterAll
    static void end() throws Exception {
        node.kill();
        database.close();
    }

    /**
     * A step of the record.
     *
     * @param state what the database has of it, as an expression
     */
    private record Step(
            String mutation, Map<String, @Nullable Object> input, String state, String before, String after) {

        HttpRequest request() {
            return Editor.request(PORT, mutation, input)
                    .setHeader(
                            "Authorization",
                            "Bearer " + Tokens.ofSubject("granskare", "news:write", "news:retract", "topics:write"))
                    .timeout(Duration.ofSeconds(60))
                    .build();
        }
    }

    @Test
    void aNodeThatIsKilledLeavesNothingHalfDone() throws Exception {
        crash("nod", lock -> node.kill());
    }

    @Test
    void aSessionOfTheDatabaseThatIsKilledLeavesNothingHalfDone() throws Exception {
        crash("databas", lock -> {
            String held = database.ask(
                    "select pid from pg_locks where locktype = 'advisory' and objid = %d and not granted limit 1"
                            .formatted(LOCK));
            new ProcessBuilder("kill", "-KILL", held).start().waitFor();
            Awaitility.await().until(() -> !lock.isValid(5));
        });
    }

    private interface Crash {

        /** @param lock what all wait for: once this session has ended, they go on */
        void happen(Connection lock) throws Exception;
    }

    private static void crash(String name, Crash crash) throws Exception {
        List<Step> steps = steps(name);
        long due = schedule(name);
        String published = PUBLICATION.formatted(due);
        for (CompletableFuture<HttpResponse<String>> call : interrupt(steps, due, crash)) {
            assertThat(call.handle((response, failure) -> failure == null ? response.body() : "")
                            .get())
                    .doesNotContain("\"payload\":{");
        }
        awaitRolledBack();
        verify(steps, Step::before);
        assertThat(state(published)).isIn("1 0", "0 1 PUBLISHED");

        if (!node.isAlive()) {
            node.start();
        }
        node.awaitReady();
        for (Step step : steps) {
            JsonNode first = repeat(step);
            assertThat(repeat(step)).isEqualTo(first);
        }
        verify(steps, Step::after);
        Awaitility.await().until(() -> state(published).equals("0 1 PUBLISHED"));
        assertThat(database.ask("select count(*) from audit where caller = 'schedule' and news_id = " + due))
                .isEqualTo("1");
    }

    /** Crashes when all steps and the schedule wait for the lock. */
    private static List<CompletableFuture<HttpResponse<String>>> interrupt(List<Step> steps, long due, Crash crash)
            throws Exception {
        try (Connection lock = DriverManager.getConnection(database.jdbcUrl())) {
            run(lock, "select pg_advisory_lock(%d)".formatted(LOCK));
            List<CompletableFuture<HttpResponse<String>>> calls = steps.stream()
                    .map(step -> HTTP.sendAsync(step.request(), HttpResponse.BodyHandlers.ofString()))
                    .toList();
            database.run("update draft set publish_at = clock_timestamp() where id = " + due);
            await(HELD, String.valueOf(steps.size() + 1));
            verify(steps, Step::before);
            crash.happen(lock);
            return calls;
        }
    }

    /** The sessions of a node go on until they see that it is gone. */
    private static void awaitRolledBack() {
        await(HELD, "0");
        await(
                "select count(*) from pg_stat_activity where state like '%transaction%' and backend_type = 'client"
                        + " backend'",
                "0");
    }

    /** The database may be down for a moment. */
    private static void await(String question, String answer) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> database.ask(question).equals(answer));
    }

    private interface Expected {

        String of(Step step);
    }

    private static void verify(List<Step> steps, Expected expected) throws SQLException {
        for (Step step : steps) {
            assertThat(state(step.state())).as(step.mutation()).isEqualTo(expected.of(step));
        }
    }

    private static String state(String expression) throws SQLException {
        return database.ask("select concat_ws(' ', %s)".formatted(expression));
    }

    private static List<Step> steps(String name) throws Exception {
        List<Step> steps = new ArrayList<>();
        JsonNode saved = draft("Sparad " + name);
        steps.add(new Step(
                "saveDraft",
                keyed(name, version(saved, "content", Map.of("title", "Igen"))),
                "(select version || ' ' || (written->>'title') from draft where id = %d)".formatted(key(saved)),
                "1 Sparad " + name,
                "2 Igen"));
        JsonNode published = draft("Publicerad " + name);
        steps.add(new Step(
                "publishDraft",
                keyed(name, version(published)),
                PUBLICATION.formatted(key(published)),
                "1 0",
                "0 1 PUBLISHED"));
        JsonNode scheduled = draft("Schemalagd " + name);
        steps.add(new Step(
                "scheduleDraft",
                keyed(name, version(scheduled, "publishAt", LATER)),
                ("(select concat_ws(' ', publish_at is not null, slug) from draft where id = %1$d),"
                                + " (select count(*) from taken_slug where news_id = %1$d)")
                        .formatted(key(scheduled)),
                "f 0",
                "t schemalagd-" + name + " 1"));
        JsonNode approved = draft("Godkänd " + name);
        steps.add(new Step(
                "approveDraft",
                keyed(name, version(approved)),
                "(select substring(approved_by from '\\w+$') from draft where id = %d)".formatted(key(approved)),
                "",
                "granskare"));
        steps.add(merger(name));
        steps.addAll(ofPublished(name));
        return steps;
    }

    private static Step merger(String name) throws Exception {
        database.run(
                "insert into topic (slug, name) values ('a-%1$s', 'A %1$s'), ('b-%1$s', 'B %1$s')".formatted(name));
        long filed = publish("Ämne " + name, "topics", List.of("a-" + name));
        return new Step(
                "mergeTopics",
                keyed(name, fields("from", "a-" + name, "into", "b-" + name)),
                """
                (select string_agg(t.slug, ' ') from news_topic n join topic t on t.id = n.topic_id where n.news_id = %1$d),
                (select count(*) from topic where slug = 'a-%2$s'),
                (select count(*) from former_topic_slug where slug = 'a-%2$s'),
                (select sum(count) from news_count c join topic t on t.id = c.topic_id
                 where t.slug = 'b-%2$s' and month = '-infinity')\
                """.formatted(filed, name),
                "a-%s 1 0".formatted(name),
                "b-%s 0 1 1".formatted(name));
    }

    private static List<Step> ofPublished(String name) throws Exception {
        long withdrawn = publish("Tillbakadragen " + name);
        long retracted = publish("Borttagen " + name);
        long restored = publish("Återställd " + name);
        answer(new Step("retractNews", fields("id", News.id(restored), "reason", "Fel."), "", "", ""));
        return List.of(
                new Step(
                        "withdrawNews",
                        keyed(name, fields("id", News.id(withdrawn), "expectedRevision", 1)),
                        ("(select concat_ws(' ', withdrawn_at is not null, revision) from news where id = %1$d)"
                                        + EVENTS)
                                .formatted(withdrawn),
                        "f 1 PUBLISHED",
                        "t 2 PUBLISHED REVISED"),
                new Step(
                        "retractNews",
                        keyed(name, fields("id", News.id(retracted), "reason", "Fel.")),
                        RETRACTION.formatted(retracted),
                        "1 0 0 PUBLISHED",
                        "0 1 1 PUBLISHED RETRACTED"),
                new Step(
                        "restoreNews",
                        keyed(name, fields("id", News.id(restored))),
                        RETRACTION.formatted(restored),
                        "0 1 1 PUBLISHED RETRACTED",
                        "1 0 0 PUBLISHED RETRACTED PUBLISHED"));
    }

    private static Map<String, @Nullable Object> keyed(String name, Map<String, @Nullable Object> input) {
        input.put("idempotencyKey", name + " " + input.hashCode());
        return input;
    }

    private static long schedule(String name) throws Exception {
        JsonNode due = draft("Utlovad " + name);
        answer(new Step("scheduleDraft", version(due, "publishAt", LATER), "", "", ""));
        return key(due);
    }

    private static JsonNode draft(String title) throws Exception {
        HttpRequest request = Editor.request(PORT, "saveDraft", fields("content", content(title)))
                .build();
        return payload(HTTP.send(request, HttpResponse.BodyHandlers.ofString())).get("draft");
    }

    private static long key(JsonNode draft) {
        return Draft.key(draft.get("id").asString());
    }

    private static long publish(String title, Object... namesAndValues) throws Exception {
        Step step = new Step("publishNews", fields("news", content(title, namesAndValues)), "", "", "");
        return NewsEditor.key(answer(step).at("/news/id").asString());
    }

    private static JsonNode answer(Step step) throws IOException, InterruptedException {
        return payload(HTTP.send(step.request(), HttpResponse.BodyHandlers.ofString()));
    }

    private static JsonNode payload(HttpResponse<String> response) {
        JsonNode payload = JsonMapper.shared().readTree(response.body()).at("/data/payload");
        assertThat(payload.get("userErrors")).as(response.body()).isNotNull().isEmpty();
        return payload;
    }

    /** Until the node has sessions that live. */
    private static JsonNode repeat(Step step) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> answer(step), answer -> true);
    }

    private static void run(Connection session, String sql) throws SQLException {
        try (Statement statement = session.createStatement()) {
            statement.execute(sql);
        }
    }
}
