package se.utrop.editing;

import static org.assertj.core.api.Assertions.assertThat;
import static se.utrop.Editor.content;
import static se.utrop.Editor.errors;
import static se.utrop.Editor.fields;

import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import se.utrop.Api;
import se.utrop.Editor;
import se.utrop.EventStream;
import se.utrop.Newsroom;
import se.utrop.Sessions;
import se.utrop.UtropTest;
import tools.jackson.databind.JsonNode;

@UtropTest
class ScheduleTests {

    private static final String READ = "query($id: ID!) { node(id: $id) { ... on News { slug publishedAt } } }";

    private final int port;
    private final Api api;
    private final Editor editor;
    private final Newsroom newsroom;
    private final Sessions sessions;
    private final MeterRegistry meters;

    ScheduleTests(
            @LocalServerPort int port,
            Api api,
            Editor editor,
            Newsroom newsroom,
            Sessions sessions,
            MeterRegistry meters) {
        this.port = port;
        this.api = api;
        this.editor = editor;
        this.newsroom = newsroom;
        this.sessions = sessions;
        this.meters = meters;
    }

    @BeforeEach
    void fill() {
        newsroom.clear();
        newsroom.topic("kultur", "Kultur");
    }

    @Test
    void publishesWhenItIsDueAndNotBefore() throws Exception {
        String everyWayIn = """
            query($id: ID!) {
              node(id: $id) { id }
              nodes(ids: [$id]) { id }
              news { totalCount nodes { id } }
              newsBySlug(slug: "sen") { id }
              topics { newsCount news { nodes { id } } }
              archive { count }
            }
            """;
        Instant due = in(2000);
        try (EventStream feed = EventStream.open(
                port,
                "subscription { newsFeed { __typename ... on NewsPublished { news { id slug publishedAt topics { slug"
                        + " } } } } }",
                Map.of())) {
            JsonNode scheduled = editor.done(
                    "scheduleNews",
                    fields(
                            "publishAt",
                            due.toString(),
                            "news",
                            content("Titel", "slug", "sen", "topics", List.of("kultur"))));
            String id = scheduled.get("id").asString();
            assertThat(scheduled.get("publishAt").asString()).isEqualTo(due.toString());
            String before = """
                {"node":null,"nodes":[null],"news":{"totalCount":0,"nodes":[]},"newsBySlug":null,\
                "topics":[{"newsCount":0,"news":{"nodes":[]}}],"archive":[]}\
                """;
            String answer = before;
            while (answer.equals(before)) {
                answer = api.data(everyWayIn, Map.of("id", id)).toString();
            }
            assertThat(Instant.now()).isAfterOrEqualTo(due);
            JsonNode news = feed.event().get("news");
            assertThat(news.get("id").asString()).isEqualTo(id);
            assertThat(news.at("/topics/0/slug").asString()).isEqualTo("kultur");
            assertThat(Instant.parse(news.get("publishedAt").asString())).isBetween(due, Instant.now());
            assertThat(errors(editor.cancel(id))).containsExactly("NOT_FOUND id");
            assertThat(newsroom.ask(
                            "select concat_ws(' ', caller = 'schedule', action) from audit a join news n on n.id ="
                                    + " news_id order by a.id",
                            String.class))
                    .containsExactly("f scheduleNews", "t publishNews");
        }
    }

    @Test
    void whatIsCancelledIsNeverPublished() {
        Instant due = in(1000);
        String id = editor.done("scheduleNews", fields("publishAt", due.toString(), "news", content("Inställd")))
                .get("id")
                .asString();
        editor.done("scheduleNews", fields("publishAt", due.plusMillis(1).toString(), "news", content("Nästa")));
        JsonNode cancelled = editor.cancel(id);
        assertThat(cancelled.get("userErrors")).isEmpty();
        assertThat(cancelled.get("id").asString()).isEqualTo(id);
        assertThat(errors(editor.cancel(id))).containsExactly("NOT_FOUND id");
        Awaitility.await().until(() -> slugs().equals(List.of("nasta")));
        assertThat(editor.publish("Inställd").get("slug").asString()).isEqualTo("installd");
    }

    @Test
    void refusesTimesThatAreOverBesideWhatElseIsWrong() {
        assertThat(errors(editor.call(
                        "scheduleNews",
                        fields("publishAt", in(0).toString(), "news", content("", "topics", List.of("okand"))))))
                .containsExactlyInAnyOrder("IN_THE_PAST publishAt", "BLANK news.title", "UNKNOWN_TOPIC news.topics.0");
    }

    @Test
    void aRepeatedCallAnswersTheSameAfterThePublicationToo() {
        Map<String, @Nullable Object> input = fields(
                "idempotencyKey",
                UUID.randomUUID().toString(),
                "publishAt",
                in(500).toString(),
                "news",
                content("Titel"));
        JsonNode first = editor.done("scheduleNews", input);
        assertThat(editor.done("scheduleNews", input)).isEqualTo(first);
        Awaitility.await().until(() -> slugs().equals(List.of("titel")));
        assertThat(editor.done("scheduleNews", input)).isEqualTo(first);
        assertThat(api.data(READ, Map.of("id", first.get("id").asString()))
                        .at("/node/slug")
                        .asString())
                .isEqualTo("titel");
    }

    @Test
    void whatIsNoLongerCurrentIsWithdrawnOnce() throws Exception {
        JsonNode news = editor.publish("Varning", "validUntil", "2100-01-01T00:00:00Z");
        Map<String, @Nullable Object> revision =
                fields("id", news.get("id").asString(), "expectedRevision", 1, "validUntil", "2099-01-01T00:00:00Z");
        editor.done("reviseNews", revision);
        String read = "query($id: ID!) { node(id: $id) { ... on News { validUntil revision withdrawal { at } } } }";
        Map<String, String> id = Map.of("id", news.get("id").asString());
        assertThat(api.data(read, id).at("/node/validUntil").asString()).isEqualTo("2099-01-01T00:00:00.000000Z");
        assertThat(errors(editor.call(
                        "publishNews", Map.of("news", content("Titel", "validUntil", "2020-01-01T00:00:00Z")))))
                .containsExactly("IN_THE_PAST news.validUntil");
        try (EventStream feed = EventStream.open(
                port, "subscription { newsFeed { ... on NewsRevised { revision passesFilter } } }", Map.of())) {
            newsroom.run("update validity set valid_until = clock_timestamp()");
            assertThat(feed.event().toString()).isEqualTo("{\"revision\":3,\"passesFilter\":false}");
        }
        assertThat(api.data(read, id).at("/node/withdrawal/at").asString()).isNotEmpty();
        assertThat(api.data("{ news { totalCount } }").at("/news/totalCount").asInt())
                .isZero();
        editor.done("restoreNews", id);
        editor.done("scheduleNews", fields("publishAt", "2100-01-01T00:00:00Z", "news", content("Nästa")));
        newsroom.run("update draft set publish_at = clock_timestamp()");
        Awaitility.await().until(() -> slugs().contains("nasta"));
        assertThat(api.data(read, id).at("/node/revision").asInt()).isEqualTo(4);
        assertThat(newsroom.ask(
                        "select caller = 'schedule' from audit where action = 'withdrawNews' order by id desc limit 1",
                        Boolean.class))
                .containsExactly(true);
    }

    @Test
    void aLockedItemKeepsNoOtherFromItsWithdrawal() throws Exception {
        editor.publish("Låst");
        editor.publish("Fri");
        try (Connection session = sessions.open();
                Statement statement = session.createStatement()) {
            session.setAutoCommit(false);
            statement.execute("select from news where slug = 'last' for update");
            newsroom.run("insert into validity (news_id, valid_until)"
                    + " select id, now() - (slug = 'last')::int * interval '1 minute' from news");
            Awaitility.await().until(() -> withdrawn().equals(List.of("fri")));
            session.rollback();
        }
        Awaitility.await().until(() -> withdrawn().equals(List.of("fri", "last")));
    }

    private List<String> withdrawn() {
        return newsroom.ask("select slug from news where withdrawn_at is not null order by slug", String.class);
    }

    /** As after a night in which no node was up. */
    @Test
    void whatIsOverdueComesInTheOrderOfItsTimesAndOneThatCannotKeepsNobodyWaiting() {
        String due = """
            insert into scheduled_news (id, slug, publish_at, content)
            select nextval(pg_get_serial_sequence('news', 'id')), 's' || i, now() - i * interval '1 second',
                jsonb_build_object('title', case i when 150 then '' else 'T' end, 'summary', 'S', 'kind', 'ARTICLE',
                    'urgency', 'ROUTINE', 'topics', jsonb_build_array(0), 'figures', '[]'::jsonb)
            from generate_series(1, 250) i
            """;
        newsroom.run(due);
        Awaitility.await()
                .until(() -> newsroom.ask("select count(*)::int from news", Integer.class)
                                .getFirst()
                        == 249);
        assertThat(newsroom.ask("select slug from news order by published_at", String.class))
                .isEqualTo(newsroom.ask(
                        "select 's' || i from generate_series(250, 1, -1) i where i <> 150", String.class));
        assertThat(newsroom.ask(
                        "select n.slug from event e join news n on n.id = e.news_id order by position", String.class))
                .isEqualTo(newsroom.ask("select slug from news order by published_at", String.class));
        Awaitility.await()
                .until(() -> meters.get("utrop.schedule.overdue").gauge().value() == 1);
        assertThat(newsroom.ask("select failure from scheduled_news", String.class))
                .singleElement()
                .asString()
                .contains("text_line");
        newsroom.run("update scheduled_news set content = content || '{\"title\": \"Rättad\"}', failed_at = null");
        Awaitility.await().until(() -> slugs().contains("s150"));
        Awaitility.await()
                .until(() -> meters.get("utrop.schedule.overdue").gauge().value() == 0);
    }

    private static Instant in(int millis) {
        return Instant.now().plusMillis(millis).truncatedTo(ChronoUnit.MICROS);
    }

    private List<String> slugs() {
        return newsroom.ask("select slug from news", String.class);
    }
}
