package se.utrop.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import se.utrop.Api;
import se.utrop.Editor;
import se.utrop.Ports;
import se.utrop.ServerProcess;
import se.utrop.TestNode;
import se.utrop.Tokens;
import se.utrop.UtropProgram;
import se.utrop.embedded.RestartablePostgres;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A server whose database role is the lesser one of db/roles.sql does all that it has to, and that role can do no more. */
class ServiceRoleTests {

    private static final int PORT = Ports.free();

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private static Path directory;

    private static RestartablePostgres database;

    private static ServerProcess server;

    @BeforeAll
    static void start() throws Exception {
        database = RestartablePostgres.start(directory);
        database.run(Files.readString(Path.of("db/roles.sql")));
        database.run("alter role utrop_owner password 'o'; alter role utrop_service password 's'");
        server = new ServerProcess(
                PORT,
                Stream.concat(roles().stream(), Tokens.settings().stream()).toList(),
                directory);
        server.awaitReady();
    }

    private static List<String> roles() {
        return List.of(
                database.settings(database.port(), RestartablePostgres.DATABASE).getFirst(),
                "--spring.r2dbc.username=utrop_service",
                "--spring.r2dbc.password=s",
                "--spring.flyway.user=utrop_owner",
                "--spring.flyway.password=o");
    }

    @AfterAll
    static void end() throws Exception {
        server.stop();
        database.close();
    }

    @Test
    void editorsAreServed() throws Exception {
        done("createTopic", Map.of("name", "Kultur"));
        done("renameTopic", Map.of("slug", "kultur", "name", "Kultur och hälsa"));
        JsonNode news = done("publishNews", news("Ett konserthus", "kultur")).get("news");
        String id = news.get("id").asString();
        done("reviseNews", Map.of("id", id, "expectedRevision", 1, "title", "Två konserthus"));
        done("retractNews", Map.of("id", id, "reason", "Det var en ruin."));
        Map<String, Object> scheduled = Map.of(
                "publishAt",
                Instant.now().plusMillis(500).toString().replaceFirst("(\\.\\d{1,6})\\d*Z", "$1Z"),
                "news",
                news("Ett bibliotek", "kultur").get("news"));
        done("scheduleNews", scheduled);
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> get("{ newsBySlug(slug: \"ett-bibliotek\") { title revisions { nodes { number } } } }")
                        .contains("Ett bibliotek"));
        assertThat(asOwner("select string_agg(type, ' ' order by position) from event"))
                .isEqualTo("TOPIC_CHANGED PUBLISHED REVISED RETRACTED PUBLISHED");
        assertThat(asOwner("select count(*)::text from audit")).isEqualTo("7");
    }

    @Test
    void listingsAreImported() throws Exception {
        List<String> program = new ArrayList<>(UtropProgram.command());
        program.addAll(List.of("import", "db/sample/lagesrapporter.txt", "--captured=2023-11-08"));
        program.addAll(roles());
        Path said = directory.resolve("import.log");
        Process command = new ProcessBuilder(program)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        assertThat(command.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(Files.readString(said)).contains("24 news added");
    }

    @Test
    void theStateOfSourcesIsKept() throws Exception {
        try (Connection session = session("utrop_service", "s");
                Statement statement = session.createStatement()) {
            statement.execute("insert into source (name, settings) values ('kommun', '')");
            statement.execute("insert into source_subscription (source, hub, topic, callback, secret, renew_at)"
                    + " values ('kommun', '', '', '', '', now())");
            statement.execute("update source set failures = 1");
            statement.execute("update source_subscription set last_error = ''");
            statement.execute("delete from source");
        }
    }

    @Test
    void aSecondNewsroomOfTheClusterSharesTheRoles() throws Exception {
        database.run("create database second");
        database.run("second", Files.readString(Path.of("db/roles.sql")));
        List<String> settings = new ArrayList<>(roles());
        settings.set(0, database.settings(database.port(), "second").getFirst());
        try (TestNode node = TestNode.start(settings)) {
            assertThat(HTTP.send(
                                    Api.get(node.port(), "{ news { totalCount } }")
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString())
                            .body())
                    .contains("\"totalCount\":0");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "drop table news",
                "alter table news add column x int",
                "truncate idempotent_call",
                "truncate news cascade",
                "create table x (y int)",
                "create temp table event (like event)",
                "create function x() returns int language sql return 1",
                "alter function keep_audit() security invoker",
                "drop trigger keep_audit on audit",
                "alter table audit disable trigger keep_audit",
                "update audit set caller = 'x'",
                "delete from audit",
                "truncate audit",
                "select * from audit",
                "insert into event (position, type, news_id, occurred_at, slug, published_at)"
                        + " values (0, 'RETRACTED', 1, now(), 'x', now())",
                "update event set occurred_at = now()",
                "delete from event",
                "update feed set position = 0",
                "delete from revision",
                "update revision set title = 'x'",
                "delete from retraction",
                "update retraction set slug = 'x'",
                "update secret set value = ''",
                "delete from import",
                "delete from flyway_schema_history",
                "create role x",
                "set role utrop_owner",
                "set session_replication_role = replica"
            })
    void theServiceCanNeither(String statement) {
        assertThatThrownBy(() -> {
                    try (Connection session = session("utrop_service", "s");
                            Statement forbidden = session.createStatement()) {
                        forbidden.execute(statement);
                    }
                })
                .isInstanceOfSatisfying(
                        SQLException.class,
                        e -> assertThat(e.getSQLState()).as(e.getMessage()).isEqualTo("42501"));
    }

    private static Connection session(String user, String password) throws SQLException {
        return DriverManager.getConnection(database.jdbcUrl().replaceFirst("\\?.*", ""), user, password);
    }

    private static @Nullable String asOwner(String query) throws SQLException {
        try (Connection session = session("utrop_owner", "o");
                Statement statement = session.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static Map<String, Object> news(String title, String topic) {
        return Map.of("news", Map.of("title", title, "summary", "Ingress.", "topics", List.of(topic)));
    }

    private static JsonNode done(String mutation, Map<String, Object> input) throws IOException, InterruptedException {
        String answer = HTTP.send(Editor.request(PORT, mutation, input).build(), HttpResponse.BodyHandlers.ofString())
                .body();
        JsonNode payload = JsonMapper.shared().readTree(answer).at("/data/payload");
        assertThat(payload.has("userErrors") && payload.get("userErrors").isEmpty())
                .as(answer)
                .isTrue();
        return payload;
    }

    private static String get(String document) throws IOException, InterruptedException {
        return HTTP.send(Api.get(PORT, document).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
