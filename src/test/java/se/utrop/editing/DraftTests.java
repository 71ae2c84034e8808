package se.utrop.editing;

import static org.assertj.core.api.Assertions.assertThat;
import static se.utrop.Editor.content;
import static se.utrop.Editor.errors;
import static se.utrop.Editor.fields;
import static se.utrop.Editor.version;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import se.utrop.Api;
import se.utrop.Editor;
import se.utrop.EventStream;
import se.utrop.Newsroom;
import se.utrop.Tokens;
import se.utrop.UtropTest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Drafts: saved, reviewed, scheduled and published, and seen by nobody before. */
@UtropTest
class DraftTests {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static final String READ = """
        query($id: ID!) {
          draft(id: $id) {
            version state newsId slug title summary body bodyHtml kind urgency topics { name } series { name }
            figures { name value } note significance baseRevision news { revision }
            publishedAt problems { code path } authors approvedBy publishAt failure { reason }
          }
        }
        """;

    private static final String LIST = """
        query($states: [DraftState!], $newsId: ID, $first: Int, $after: String) {
          drafts(states: $states, newsId: $newsId, first: $first, after: $after) {
            nodes { title } pageInfo { hasNextPage endCursor }
          }
        }
        """;

    private static final String SCHEDULE = """
        query($first: Int, $after: String) {
          schedule(first: $first, after: $after) {
            nodes { title publishAt } pageInfo { hasNextPage endCursor }
          }
        }
        """;

    private static final String LATER = "2100-01-01T00:00:00Z";

    private final int port;
    private final Api api;
    private final Api signedIn;
    private final Editor editor;
    private final Newsroom newsroom;

    DraftTests(@LocalServerPort int port, Api api, Editor editor, Newsroom newsroom) {
        this.port = port;
        this.api = api;
        this.signedIn = api.with(Tokens.ofEditor());
        this.editor = editor;
        this.newsroom = newsroom;
    }

    @BeforeEach
    void fill() {
        newsroom.clear();
        newsroom.topic("kultur", "Kultur");
        newsroom.series("lagesrapport", "Lägesrapport");
    }

    private JsonNode read(JsonNode draft) {
        return signedIn.data(READ, Map.of("id", draft.get("id").asString())).get("draft");
    }

    private static List<String> problems(JsonNode draft) {
        return errors(JsonMapper.shared().createObjectNode().set("userErrors", draft.get("problems")));
    }

    @Test
    void aTextIsSavedAsItIsWrittenAndShownAsReadersWillSeeIt() {
        JsonNode draft = editor.draft("title", " ", "body", "Ett *utkast*", "topics", List.of("kultur", "okant"));
        assertThat(problems(read(draft)))
                .containsExactlyInAnyOrder("BLANK title", "BLANK summary", "UNKNOWN_TOPIC topics.1");
        assertThat(errors(editor.call("publishDraft", version(draft))))
                .containsExactlyInAnyOrder("BLANK title", "BLANK summary", "UNKNOWN_TOPIC topics.1");

        draft = editor.done(
                        "saveDraft",
                        version(
                                draft,
                                "content",
                                fields(
                                        "title",
                                        "Titel",
                                        "summary",
                                        "Ingress.",
                                        "topics",
                                        List.of("kultur"),
                                        "series",
                                        "lagesrapport",
                                        "kind",
                                        "SITUATION_REPORT",
                                        "figures",
                                        List.of(Map.of("name", "vardade", "label", "Vårdas", "value", 522)))))
                .get("draft");
        JsonNode read = read(draft);
        assertThat(read.get("version").asInt()).isEqualTo(2);
        assertThat(read.get("state").asString()).isEqualTo("WRITING");
        assertThat(read.get("bodyHtml").asString()).isEqualTo("<p>Ett <em>utkast</em></p>\n");
        assertThat(read.at("/topics/0/name").asString()).isEqualTo("Kultur");
        assertThat(read.at("/series/name").asString()).isEqualTo("Lägesrapport");
        assertThat(read.at("/figures/0/value").asInt()).isEqualTo(522);
        assertThat(read.get("news").isNull()).isTrue();
        assertThat(read.get("problems")).isEmpty();

        draft = editor.done("saveDraft", version(draft, "content", fields("body", null)))
                .get("draft");
        assertThat(read(draft).get("bodyHtml").isNull()).isTrue();
        assertThat(editor.done("discardDraft", version(draft)).get("draftId")).isEqualTo(draft.get("id"));
        assertThat(read(draft).isNull()).isTrue();
        assertThat(errors(editor.call("publishDraft", version(draft)))).containsExactly("NOT_FOUND id");
    }

    @Test
    void twoEditorsOverwriteNothingOfEachOther() {
        JsonNode draft = editor.draft("title", "Min");
        editor.done("saveDraft", version(draft, "content", Map.of("title", "Din")));
        assertThat(errors(editor.call("saveDraft", version(draft, "content", Map.of("title", "Vår")))))
                .containsExactly("VERSION_CONFLICT expectedVersion");
        for (String mutation : List.of("publishDraft", "discardDraft", "requestReview", "approveDraft")) {
            assertThat(errors(editor.call(mutation, version(draft))))
                    .containsExactly("VERSION_CONFLICT expectedVersion");
        }
        assertThat(read(draft).get("title").asString()).isEqualTo("Din");
        assertThat(errors(editor.call(
                        "saveDraft", Map.of("id", draft.get("id").asString(), "content", Map.of("title", "Vår")))))
                .containsExactly("INVALID expectedVersion");
        assertThat(errors(editor.call("saveDraft", Map.of("content", Map.of("title", "a\u0000b")))))
                .containsExactly("INVALID content.title");
    }

    @Test
    void aRepeatedCallMakesOneDraft() {
        Map<String, Object> input =
                Map.of("idempotencyKey", Instant.now().toString(), "content", Map.of("title", "En"));
        assertThat(editor.done("saveDraft", input)).isEqualTo(editor.done("saveDraft", input));
        assertThat(newsroom.ask("select count(*) from draft", Long.class)).containsExactly(1L);
    }

    @Test
    void aDraftBecomesTheNewsItemOfItsId() throws Exception {
        JsonNode draft = editor.draft("title", "Titel", "summary", "Ingress.", "topics", List.of("kultur"));
        try (EventStream feed = EventStream.open(
                port, "subscription { newsFeed { ... on NewsPublished { news { id slug } } } }", Map.of())) {
            JsonNode published = editor.done("publishDraft", version(draft));
            assertThat(published.at("/news/id")).isEqualTo(draft.get("newsId"));
            assertThat(feed.event().get("news").get("id")).isEqualTo(draft.get("newsId"));
        }
        assertThat(read(draft).isNull()).isTrue();
        assertThat(newsroom.ask(
                        "select action from audit a join news n on n.id = a.news_id order by a.id", String.class))
                .containsExactly("saveDraft", "publishDraft");
    }

    @Test
    void aChangeBeginsWithThePresentTextAndBecomesARevision() {
        JsonNode news = editor.publish("Titel", "topics", List.of("kultur"), "body", "Före");
        JsonNode draft = editor.done(
                        "saveDraft",
                        Map.of(
                                "newsId",
                                news.get("id").asString(),
                                "content",
                                Map.of("body", "Efter", "note", "Rättat", "significance", "CORRECTION")))
                .get("draft");
        JsonNode read = read(draft);
        assertThat(read.get("title").asString()).isEqualTo("Titel");
        assertThat(read.at("/topics/0/name").asString()).isEqualTo("Kultur");
        assertThat(read.get("baseRevision").asInt()).isEqualTo(1);
        assertThat(read.at("/news/revision").asInt()).isEqualTo(1);
        assertThat(titles(LIST, Map.of("newsId", news.get("id").asString()))).containsExactly("Titel");

        editor.done("reviseNews", revision(news, 1, "title", "Ny titel"));
        assertThat(errors(editor.call("publishDraft", version(draft))))
                .containsExactly("REVISION_CONFLICT baseRevision");
        assertThat(read(draft).get("body").asString()).isEqualTo("Efter");
        draft = editor.done("saveDraft", version(draft, "baseRevision", 2, "content", Map.of("title", "Ny titel")))
                .get("draft");
        JsonNode published = editor.done("publishDraft", version(draft));
        assertThat(published.get("revision").asInt()).isEqualTo(3);
        assertThat(newsroom.ask(
                        "select concat_ws(' ', number, title, body, note, significance) from revision order by number",
                        String.class))
                .containsExactly("1 Titel Före MAJOR", "2 Ny titel Före MAJOR", "3 Ny titel Efter Rättat CORRECTION");
    }

    @Test
    void aChangeMovesTheNewsItemToItsSlugAndBack() {
        JsonNode news = editor.publish("Titel", "slug", "forst");
        JsonNode draft = editor.done("saveDraft", change(news, fields("slug", "upptagen")))
                .get("draft");
        editor.publish("Annat", "slug", "upptagen");
        assertThat(problems(read(draft))).containsExactly("SLUG_TAKEN slug");
        draft = editor.done("saveDraft", version(draft, "content", Map.of("slug", "sedan")))
                .get("draft");
        draft = editor.done("scheduleDraft", version(draft, "publishAt", LATER)).get("draft");
        assertThat(draft.get("slug").asString()).isEqualTo("sedan");
        assertThat(errors(editor.call("publishNews", Map.of("news", content("Tredje", "slug", "sedan")))))
                .containsExactly("SLUG_TAKEN news.slug");
        letTimePass();
        JsonNode scheduled = draft;
        Awaitility.await().until(() -> read(scheduled).isNull());
        assertThat(slugOf("forst")).isEqualTo("sedan");

        JsonNode back =
                editor.done("saveDraft", change(news, fields("slug", "forst"))).get("draft");
        assertThat(editor.done("publishDraft", version(back)).at("/news/slug").asString())
                .isEqualTo("forst");
        assertThat(slugOf("sedan")).isEqualTo("forst");
        JsonNode kept = editor.done("saveDraft", change(news, fields("title", "Ny titel")))
                .get("draft");
        assertThat(editor.done("publishDraft", version(kept)).at("/news/slug").asString())
                .isEqualTo("forst");
    }

    private static Map<String, @Nullable Object> change(JsonNode news, Map<String, @Nullable Object> content) {
        return fields("newsId", news.get("id").asString(), "content", content);
    }

    private String slugOf(String slug) {
        return api.data("query($slug: String!) { newsBySlug(slug: $slug) { slug } }", Map.of("slug", slug))
                .at("/newsBySlug/slug")
                .asString();
    }

    @Test
    void aDraftIsBackdated() throws Exception {
        String moment = "1998-03-01T12:00:00.000000Z";
        JsonNode draft = editor.draft("title", "Arkiv", "summary", "Ingress.", "publishedAt", "2100-01-01T00:00:00Z");
        assertThat(problems(read(draft))).containsExactly("INVALID publishedAt");
        draft = editor.done("saveDraft", version(draft, "content", Map.of("publishedAt", moment)))
                .get("draft");
        assertThat(read(draft).get("publishedAt").asString()).isEqualTo(moment);
        assertThat(errors(editor.call("scheduleDraft", version(draft, "publishAt", LATER))))
                .containsExactly("INVALID publishedAt");
        try (EventStream feed = EventStream.open(
                port,
                "subscription { newsFeed { ... on NewsPublished { backdated news { slug publishedAt } } } }",
                Map.of())) {
            editor.done("publishDraft", version(draft));
            assertThat(feed.event().toString())
                    .isEqualTo("{\"backdated\":true,\"news\":{\"slug\":\"arkiv\",\"publishedAt\":\"%s\"}}"
                            .formatted(moment));
        }
        JsonNode next = editor.draft("title", "Sedan", "summary", "Ingress.");
        editor.done("scheduleDraft", version(next, "publishAt", LATER));
        assertThat(errors(editor.call("saveDraft", version(next, "content", Map.of("publishedAt", moment)))))
                .containsExactly("INVALID publishedAt");
    }

    private static Map<String, @Nullable Object> revision(JsonNode news, int revision, Object... changes) {
        Map<String, @Nullable Object> input = fields("id", news.get("id").asString(), "expectedRevision", revision);
        input.putAll(fields(changes));
        return input;
    }

    @Test
    void aScheduledChangeToWhatIsRevisedMeanwhileStaysWithTheReason() {
        JsonNode news = editor.publish("Titel");
        JsonNode draft = change(news, "Senare");
        draft = editor.done("scheduleDraft", version(draft, "publishAt", LATER)).get("draft");
        assertThat(draft.get("state").asString()).isEqualTo("SCHEDULED");
        editor.done("reviseNews", revision(news, 1, "title", "Emellan"));
        letTimePass();
        JsonNode refused = draft;
        Awaitility.await().until(() -> read(refused).get("state").asString().equals("REFUSED"));
        assertThat(read(draft).at("/failure/reason").asString())
                .isEqualTo("the news item is at revision 2 now, and the draft changes revision 1");
        assertThat(read(draft).get("title").asString()).isEqualTo("Senare");
        assertThat(titles(LIST, Map.of("states", List.of("REFUSED")))).containsExactly("Senare");

        assertThat(errors(editor.call("saveDraft", version(draft, "baseRevision", 1, "content", Map.of()))))
                .containsExactly("REVISION_CONFLICT baseRevision");
        editor.done("saveDraft", version(draft, "baseRevision", 2, "content", Map.of()));
        Awaitility.await().until(() -> read(refused).isNull());
        assertThat(newsroom.ask("select title from revision order by number", String.class))
                .containsExactly("Titel", "Emellan", "Senare");
    }

    /** Until everything that is scheduled is due. */
    private void letTimePass() {
        newsroom.run("update draft set publish_at = clock_timestamp() where publish_at is not null");
    }

    private JsonNode change(JsonNode news, String title) {
        return editor.done("saveDraft", Map.of("newsId", news.get("id").asString(), "content", Map.of("title", title)))
                .get("draft");
    }

    @Test
    void aScheduledChangeIsPublishedAndOneOfARetractedItemIsNot() {
        JsonNode news = editor.publish("Titel");
        JsonNode gone = editor.publish("Borta");
        JsonNode draft = editor.done("scheduleDraft", version(change(news, "Senare"), "publishAt", LATER))
                .get("draft");
        JsonNode lost = editor.done("scheduleDraft", version(change(gone, "För sent"), "publishAt", LATER))
                .get("draft");
        editor.done("retractNews", Map.of("id", gone.get("id").asString(), "reason", "Fel."));
        letTimePass();
        Awaitility.await().until(() -> read(draft).isNull());
        assertThat(newsroom.ask("select title from news", String.class)).containsExactly("Senare");
        Awaitility.await().until(() -> read(lost).get("state").asString().equals("REFUSED"));
        assertThat(read(lost).at("/failure/reason").asString()).isEqualTo("the news item has been retracted");
        assertThat(errors(editor.call("publishDraft", version(lost)))).containsExactly("ALREADY_RETRACTED id");
        assertThat(errors(editor.call(
                        "saveDraft", Map.of("newsId", gone.get("id").asString(), "content", Map.of("title", "Nej")))))
                .containsExactly("ALREADY_RETRACTED newsId");
    }

    @Test
    void whatIsTakenOffTheScheduleKeepsEveryWordAndFreesItsSlug() {
        String id = editor.done(
                        "scheduleNews",
                        fields(
                                "publishAt",
                                LATER,
                                "news",
                                content("Titel", "slug", "vald", "body", "Text", "topics", List.of("kultur"))))
                .get("id")
                .asString();
        JsonNode cancelled = signedIn.data(
                        "mutation($id: ID!) { cancelScheduledNews(id: $id) { draft { id version state slug title body"
                                + " topics { slug } publishAt } } }",
                        Map.of("id", id))
                .at("/cancelScheduledNews/draft");
        assertThat(cancelled.get("state").asString()).isEqualTo("WRITING");
        assertThat(cancelled.get("slug").asString()).isEqualTo("vald");
        assertThat(cancelled.get("body").asString()).isEqualTo("Text");
        assertThat(cancelled.at("/topics/0/slug").asString()).isEqualTo("kultur");
        assertThat(cancelled.get("publishAt").isNull()).isTrue();

        editor.publish("Annat", "slug", "vald");
        assertThat(problems(read(cancelled))).containsExactly("SLUG_TAKEN slug");
        JsonNode draft = editor.done("saveDraft", version(cancelled, "content", fields("slug", null)))
                .get("draft");
        JsonNode scheduled =
                editor.done("scheduleDraft", version(draft, "publishAt", LATER)).get("draft");
        assertThat(scheduled.get("slug").asString()).isEqualTo("titel");
        assertThat(editor.done("unscheduleDraft", version(draft))
                        .at("/draft/slug")
                        .isNull())
                .isTrue();
        assertThat(errors(editor.call("unscheduleDraft", version(draft)))).containsExactly("NOT_FOUND id");
        assertThat(editor.done("publishDraft", version(draft)).at("/news/slug").asString())
                .isEqualTo("titel");
    }

    @Test
    void whatIsScheduledIsChangedMovedAndPublished() {
        JsonNode draft = editor.draft("title", "Titel", "summary", "Ingress.");
        assertThat(errors(editor.call(
                        "scheduleDraft",
                        version(draft, "publishAt", Instant.now().toString()))))
                .containsExactly("IN_THE_PAST publishAt");
        editor.done("scheduleDraft", version(draft, "publishAt", LATER));
        assertThat(errors(editor.call("saveDraft", version(draft, "content", Map.of("title", "")))))
                .containsExactly("BLANK title");
        JsonNode changed = editor.done("saveDraft", version(draft, "content", Map.of("title", "Ändrad")))
                .get("draft");
        assertThat(changed.get("state").asString()).isEqualTo("SCHEDULED");
        assertThat(changed.get("slug").asString()).isEqualTo("titel");
        editor.done("scheduleDraft", version(changed, "publishAt", LATER));
        letTimePass();
        Awaitility.await().until(() -> read(draft).isNull());
        assertThat(newsroom.ask("select concat_ws(' ', slug, title) from news", String.class))
                .containsExactly("titel Ändrad");
    }

    /** In Stockholm, the hour after 02:00 is left out on 28 March 2027, and comes twice on 31 October. */
    @Test
    void theScheduleIsExactWhereSummerTimeBeginsAndEnds() {
        List<String> times = List.of(
                "2027-03-28T01:59:59+01:00",
                "2027-03-28T03:00:00+02:00",
                "2027-10-31T02:30:00+02:00",
                "2027-10-31T02:30:00+01:00",
                "2027-10-31T03:00:00+01:00");
        for (String time : times.reversed()) {
            JsonNode draft = editor.draft("title", time, "summary", "Ingress.");
            editor.done("scheduleDraft", version(draft, "publishAt", time));
        }
        JsonNode schedule = signedIn.data(SCHEDULE, Map.of()).at("/schedule/nodes");
        assertThat(schedule.valueStream().map(draft -> draft.get("title").asString()))
                .containsExactlyElementsOf(times);
        assertThat(schedule.valueStream().map(draft -> draft.get("publishAt").asString()))
                .containsExactly(
                        "2027-03-28T00:59:59.000000Z",
                        "2027-03-28T01:00:00.000000Z",
                        "2027-10-31T00:30:00.000000Z",
                        "2027-10-31T01:30:00.000000Z",
                        "2027-10-31T02:00:00.000000Z");
    }

    @Test
    void somebodyElseApprovesAVersion() {
        Api writer = api.with(Tokens.ofSubject("skribent", "news:draft"));
        Api reviewer = api.with(Tokens.ofSubject("granskare", "news:write"));
        JsonNode draft =
                call(writer, "saveDraft", Map.of("content", content("Titel"))).get("draft");
        assertThat(call(writer, "requestReview", version(draft))
                        .at("/draft/state")
                        .asString())
                .isEqualTo("IN_REVIEW");
        assertThat(titles(LIST, Map.of("states", List.of("IN_REVIEW")))).containsExactly("Titel");
        assertThat(errors(call(api.with(Tokens.ofSubject("skribent", "news:write")), "approveDraft", version(draft))))
                .containsExactly("REVIEW_REQUIRED id");
        assertThat(call(reviewer, "approveDraft", version(draft))
                        .at("/draft/state")
                        .asString())
                .isEqualTo("APPROVED");
        assertThat(read(draft).get("approvedBy").asString()).endsWith(" granskare");
        draft = call(writer, "saveDraft", version(draft, "content", Map.of("title", "Ändrad")))
                .get("draft");
        assertThat(draft.get("state").asString()).isEqualTo("IN_REVIEW");

        call(reviewer, "scheduleDraft", version(draft, "publishAt", LATER));
        for (Map.Entry<String, Map<String, @Nullable Object>> refused : Map.of(
                        "saveDraft", version(draft, "content", Map.of("title", "Smugen")),
                        "discardDraft", version(draft))
                .entrySet()) {
            assertThat(writer.code(Editor.document(refused.getKey()), Map.of("input", refused.getValue())))
                    .isEqualTo("FORBIDDEN");
        }
        assertThat(read(draft).get("title").asString()).isEqualTo("Ändrad");
        assertThat(newsroom.ask(
                        "select concat(substring(caller from '\\w+$'), ' ', action) from audit a join draft d on d.id ="
                                + " a.news_id order by a.id",
                        String.class))
                .containsExactly(
                        "skribent saveDraft",
                        "skribent requestReview",
                        "granskare approveDraft",
                        "granskare scheduleDraft");
    }

    private static JsonNode call(Api as, String mutation, Map<String, ? extends @Nullable Object> input) {
        return as.data(Editor.document(mutation), Map.of("input", input)).get("payload");
    }

    @Test
    void listsArePagedByCursors() {
        IntStream.range(0, 5).forEach(i -> {
            JsonNode draft = editor.draft("title", "Utkast " + i, "summary", "Ingress.");
            editor.done("scheduleDraft", version(draft, "publishAt", "2100-01-0%dT00:00:00Z".formatted(5 - i)));
        });
        List<String> saved = List.of("Utkast 4", "Utkast 3", "Utkast 2", "Utkast 1", "Utkast 0");
        assertThat(pages(LIST, "drafts")).isEqualTo(saved);
        assertThat(pages(SCHEDULE, "schedule")).isEqualTo(saved);
        String cursor = signedIn.data(LIST, Map.of("first", 1))
                .at("/drafts/pageInfo/endCursor")
                .asString();
        assertThat(signedIn.code(SCHEDULE, Map.of("after", cursor))).isEqualTo("CURSOR_INVALID");
        assertThat(signedIn.code(LIST, Map.of("after", cursor, "states", List.of("WRITING"))))
                .isEqualTo("CURSOR_INVALID");
    }

    private List<String> pages(String query, String field) {
        List<String> titles = new ArrayList<>();
        Map<String, Object> page = Map.of("first", 2);
        JsonNode list;
        do {
            list = signedIn.data(query, page).get(field);
            titles.addAll(titles(list));
            page = Map.of("first", 2, "after", list.at("/pageInfo/endCursor").asString());
        } while (list.at("/pageInfo/hasNextPage").asBoolean());
        return titles;
    }

    private List<String> titles(String query, Map<String, ?> variables) {
        return titles(signedIn.data(query, variables).get("drafts"));
    }

    private static List<String> titles(JsonNode list) {
        return list.get("nodes")
                .valueStream()
                .map(draft -> draft.get("title").asString())
                .toList();
    }

    /** Drafts of a new item and of a change, scheduled and not, hold words that are nowhere else. */
    @Test
    void nobodySeesADraft() throws Exception {
        JsonNode news = editor.publish("Publik", "topics", List.of("kultur"));
        newsroom.awaitHeard();
        Map<String, String> before = answers(news.get("id").asString(), "D");
        String feed = "/feed?query="
                + encoded("subscription { newsFeed { __typename ... on NewsPublished { news { title } } } }")
                + "&after="
                + encoded(
                        api.data("{ changes { cursor } }").at("/changes/cursor").asString());
        List<String> ids = new ArrayList<>();
        for (boolean isScheduled : List.of(false, true)) {
            for (JsonNode draft : List.of(
                    editor.draft(
                            "title",
                            "Hemligt utkast",
                            "summary",
                            "Hemligt.",
                            "slug",
                            "hemligt-" + isScheduled,
                            "topics",
                            List.of("kultur"),
                            "series",
                            "lagesrapport"),
                    change(news, "Hemligt byte"))) {
                ids.add(draft.get("id").asString());
                ids.add(draft.get("newsId").asString());
                if (isScheduled) {
                    editor.done("scheduleDraft", version(draft, "publishAt", LATER));
                }
            }
        }
        assertThat(titles(LIST, Map.of())).hasSize(4);
        forgetAnswers();
        assertThat(get(feed)).contains("\"events\":[]").doesNotContainIgnoringCase("hemlig");
        for (String id : ids) {
            Map<String, String> after = answers(news.get("id").asString(), id);
            after.forEach((way, answer) -> {
                assertThat(answer).as(way).doesNotContainIgnoringCase("hemlig");
                assertThat(answer).as(way).isEqualTo(before.get(way));
            });
        }
    }

    /** Nothing is answered from the cache that was answered before. */
    private void forgetAnswers() {
        newsroom.topic("tillfalligt", "Tillfälligt");
        newsroom.run("delete from topic where slug = 'tillfalligt'");
        newsroom.awaitHeard();
    }

    /** By every way in, the same before and after. */
    private Map<String, String> answers(String newsId, String draftId) throws Exception {
        Map<String, String> answers = new TreeMap<>();
        String of = "{ title slug topics { slug } revisions { nodes { title } } related { title } }";
        for (String query : List.of(
                "{ news { totalCount nodes " + of + " } }",
                "{ news(filter: {series: \"lagesrapport\"}) { totalCount } }",
                "{ newsBySlug(slug: \"hemligt-true\") " + of + " }",
                "{ newsBySlug(slug: \"hemligt-false\") " + of + " }",
                "{ newsBySlug(slug: \"publik\") " + of + " }",
                "{ retraction(slug: \"hemligt-true\") { reason } }",
                "{ searchNews(query: \"utkast\") { totalCount nodes " + of + " } }",
                "{ searchNews(query: \"utkastt\") { totalCount nodes " + of + " } }",
                "{ searchSuggestions(prefix: \"heml\") { text kind } }",
                "{ searchSuggestions(prefix: \"hemligt ut\") { text kind } }",
                "{ topics { newsCount news { totalCount nodes { title } } } }",
                "{ series { slug news { totalCount } } }",
                "{ archive { count } }",
                "{ changes(after: null) { events { __typename } } }",
                "{ editorialLog { nodes { action newsId } } }",
                "{ drafts { nodes { title } } }",
                "{ schedule { nodes { title } } }")) {
            answers.put(query, get("/graphql?query=" + encoded(query)));
        }
        for (String query : List.of(
                "{ node(id: \"%s\") { __typename ... on News { title } } }",
                "{ nodes(ids: [\"%s\"]) { __typename } }",
                "{ draft(id: \"%s\") { title } }",
                "{ news(filter: {ids: [\"%s\"]}) { nodes { title } } }")) {
            boolean isPublished = draftId.equals(newsId);
            if (!isPublished) {
                answers.put(query, get("/graphql?query=" + encoded(query.formatted(draftId))));
            }
        }
        for (String address : List.of(
                "/",
                "/news.atom",
                "/news.rss",
                "/news.json",
                "/news.atom?q=utkast",
                "/sitemap.xml",
                "/news/publik",
                "/news/hemligt-true",
                "/news/hemligt-false",
                "/topics",
                "/topics/kultur",
                "/series/lagesrapport",
                "/archive",
                "/search?q=utkast",
                "/widget.js")) {
            answers.put(address, get(address));
        }
        return answers;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private String get(String address) throws IOException, InterruptedException {
        return HTTP.send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + port + address))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /** The same document by GET, first by an editor, then by a reader. */
    @Test
    void theAnswersOfEditorsAreInNoSharedCache() throws Exception {
        editor.draft("title", "Hemligt utkast");
        for (String field : List.of("drafts", "schedule")) {
            String document = "{ %s { nodes { title } } }".formatted(field);
            HttpResponse<String> ofEditor = HTTP.send(
                    Api.get(port, document)
                            .header("Authorization", "Bearer " + Tokens.of("news:draft"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(ofEditor.statusCode()).isEqualTo(200);
            assertThat(ofEditor.body()).doesNotContain("errors");
            assertThat(ofEditor.headers().firstValue("Cache-Control")).hasValue("private, no-cache");
            for (String token : List.of("", Tokens.of("topics:write"))) {
                HttpRequest.Builder request = Api.get(port, document);
                HttpResponse<String> refused = HTTP.send(
                        (token.isEmpty() ? request : request.header("Authorization", "Bearer " + token)).build(),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(refused.body())
                        .contains(token.isEmpty() ? "UNAUTHENTICATED" : "FORBIDDEN")
                        .doesNotContain("Hemligt");
            }
        }
    }
}
