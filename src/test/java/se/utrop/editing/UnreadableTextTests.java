package se.utrop.editing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static se.utrop.Editor.content;
import static se.utrop.Editor.errors;
import static se.utrop.Editor.fields;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import se.utrop.Api;
import se.utrop.Editor;
import se.utrop.Newsroom;
import se.utrop.UtropTest;
import tools.jackson.databind.JsonNode;

/** No text that an editor sends reads otherwise than it is stored, or shows nothing. */
@UtropTest
class UnreadableTextTests {

    private static final String BACKWARDS = "\u202Egnilttes";

    private final Api api;
    private final Editor editor;
    private final Newsroom newsroom;

    UnreadableTextTests(Api api, Editor editor, Newsroom newsroom) {
        this.api = api;
        this.editor = editor;
        this.newsroom = newsroom;
    }

    @BeforeEach
    void fill() {
        newsroom.clear();
        newsroom.topic("kultur", "Kultur och hälsa");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                BACKWARDS,
                "a\u202Ab\u202C",
                "\u2066a\u2069",
                "a\u200E",
                "\u200Fa",
                "a\u061C",
                "a\uDB40\uDC61",
                "\u0301a",
                "a \u0301b",
                "\u20DD"
            })
    void titlesThatMisleadAreInvalid(String title) {
        assertThat(errors(editor.call("publishNews", Map.of("news", content(title)))))
                .containsExactly("INVALID news.title");
        assertThatThrownBy(() -> insert(title)).hasStackTraceContaining("text_line_is_clear");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u3164", "\uFFA0", "\u115F\u1160", "\u2800", "\u200B\u200D\u2060", "\u00AD"})
    void titlesThatShowNothingAreBlank(String title) {
        assertThat(errors(editor.call("publishNews", Map.of("news", content(title)))))
                .containsExactly("BLANK news.title");
        assertThatThrownBy(() -> insert(title)).hasStackTraceContaining("text_line_is_clear");
    }

    private void insert(String title) {
        newsroom.run(
                "insert into news (slug, title, summary, published_at) values ('a', :title, 'S', now())",
                Map.of("title", title));
    }

    @Test
    void everyTextFieldIsChecked() {
        assertThat(errors(editor.call(
                        "publishNews",
                        fields(
                                "idempotencyKey",
                                BACKWARDS,
                                "news",
                                content(
                                        BACKWARDS,
                                        "summary",
                                        BACKWARDS,
                                        "body",
                                        BACKWARDS,
                                        "url",
                                        "https://utrop.example/" + BACKWARDS,
                                        "kind",
                                        "SITUATION_REPORT",
                                        "image",
                                        fields(
                                                "url",
                                                "https://utrop.example/" + BACKWARDS,
                                                "altText",
                                                BACKWARDS,
                                                "credit",
                                                BACKWARDS),
                                        "figures",
                                        List.of(fields(
                                                "name", "n", "label", BACKWARDS, "value", 1, "unit", BACKWARDS)))))))
                .containsExactlyInAnyOrder(
                        "INVALID idempotencyKey",
                        "INVALID news.title",
                        "INVALID news.summary",
                        "INVALID news.body",
                        "INVALID news.url",
                        "INVALID news.image.url",
                        "INVALID news.image.altText",
                        "INVALID news.image.credit",
                        "INVALID news.figures.0.label",
                        "INVALID news.figures.0.unit");
        String id = editor.publish("Titel").get("id").asString();
        assertThat(errors(editor.call(
                        "reviseNews",
                        fields(
                                "id",
                                id,
                                "expectedRevision",
                                1,
                                "title",
                                BACKWARDS,
                                "summary",
                                BACKWARDS,
                                "body",
                                BACKWARDS,
                                "note",
                                BACKWARDS))))
                .containsExactlyInAnyOrder("INVALID title", "INVALID summary", "INVALID body", "INVALID note");
        assertThat(errors(editor.call("retractNews", fields("id", id, "reason", BACKWARDS))))
                .containsExactly("INVALID reason");
        assertThat(errors(editor.call("createTopic", fields("name", BACKWARDS, "description", BACKWARDS))))
                .containsExactlyInAnyOrder("INVALID name", "INVALID description");
        assertThat(errors(editor.call("renameTopic", fields("slug", "kultur", "name", BACKWARDS))))
                .containsExactly("INVALID name");
    }

    @Test
    void anEntityInABodyIsNoWayRound() {
        assertThat(errors(editor.call("publishNews", Map.of("news", content("T", "body", "A &#x202E;b &amp; c")))))
                .containsExactly("INVALID news.body");
    }

    @Test
    void whatIsInvisibleIsTakenOutOfTitlesButStaysInBodies() {
        String id = editor.publish(
                        "Sjuk\u00ADhus\u200Bet\uFEFF", "summary", "In\u00ADgress", "body", "Sjuk\u00ADhus 👩\u200D🔬")
                .get("id")
                .asString();
        assertThat(api.data(
                                "query($id: ID!) { node(id: $id) { ... on News { slug title summary body } } }",
                                Map.of("id", id))
                        .get("node")
                        .toString())
                .isEqualTo("{\"slug\":\"sjukhuset\",\"title\":\"Sjukhuset\",\"summary\":\"Ingress\","
                        + "\"body\":\"Sjuk\u00ADhus 👩\u200D🔬\"}");
    }

    @Test
    void aStoredTitleThatMisleadsIsToBeReplacedWithTheNextRevision() {
        String id = editor.publish("Titel").get("id").asString();
        newsroom.run("""
            alter domain text_line drop constraint text_line_is_clear;
            update news set title = U&'\\202Egnilttes';
            alter domain text_line add constraint text_line_is_clear check (not is_misleading(value)) not valid\
            """);
        assertThat(errors(editor.call("reviseNews", fields("id", id, "expectedRevision", 2, "summary", "Ny"))))
                .containsExactly("INVALID title");
        assertThat(editor.done("reviseNews", fields("id", id, "expectedRevision", 2, "title", "Läsbar"))
                        .get("revision")
                        .asInt())
                .isEqualTo(3);
    }

    /** As a release of before has stored them. */
    private void allowMisleading(String change) {
        newsroom.run("""
            alter domain text_line drop constraint text_line_is_clear;
            alter domain prose drop constraint prose_is_clear;
            %s;
            alter domain text_line add constraint text_line_is_clear check (not is_misleading(value)) not valid;
            alter domain prose add constraint prose_is_clear
                check (shows_something(value) and value !~ '[\\u202D\\u202E\\U000E0000-\\U000E007F]') not valid\
            """.formatted(change));
    }

    @Test
    void storedTextsThatMisleadAreNamedWhenTheNewsItemIsRevised() {
        String id = editor.publish(
                        "Titel",
                        "body",
                        "Text",
                        "kind",
                        "SITUATION_REPORT",
                        "figures",
                        List.of(fields("name", "n", "label", "Antal", "value", 1)))
                .get("id")
                .asString();
        allowMisleading("update news set summary = U&'\\202Egnilttes', body = U&'\\202Dtext';"
                + " update figure set label = U&'\\202Elatna'");
        assertThat(errors(editor.call("reviseNews", fields("id", id, "expectedRevision", 2, "title", "Ny"))))
                .containsExactly("INVALID body", "INVALID figures.0.label", "INVALID summary");
        editor.done(
                "reviseNews",
                fields(
                        "id",
                        id,
                        "expectedRevision",
                        2,
                        "summary",
                        "Ny",
                        "body",
                        null,
                        "figures",
                        List.of(fields("name", "n", "label", "Antal", "value", 1))));
    }

    @Test
    void keptTextsThatMisleadAreCorrectedByTheRestoration() {
        String id = editor.publish(
                        "Titel",
                        "kind",
                        "SITUATION_REPORT",
                        "figures",
                        List.of(fields("name", "n", "label", "Antal", "value", 1)))
                .get("id")
                .asString();
        allowMisleading("update news set title = U&'\\202Egnilttes', summary = U&'a\\202Db', note = U&'\\202Enot';"
                + " update figure set label = U&'An\\202Etal'");
        editor.done("retractNews", fields("id", id, "reason", "Fel."));

        for (int i = 0; i < 2; i++) {
            assertThat(errors(editor.call("restoreNews", fields("id", id))))
                    .containsExactly("INVALID summary", "INVALID title");
        }
        assertThat(errors(editor.call("restoreNews", fields("id", id, "title", BACKWARDS))))
                .containsExactly("INVALID title");
        assertThat(errors(editor.call("restoreNews", fields("id", id, "title", "Rätt"))))
                .containsExactly("INVALID summary");
        assertThat(errors(editor.call(
                        "restoreNews", fields("id", id, "title", "Rätt", "summary", "Ingress.", "body", "Text"))))
                .containsExactly("INVALID body");
        assertThat(editor.done("restoreNews", fields("id", id, "title", "Rätt", "summary", "Ingress."))
                        .get("revision")
                        .asInt())
                .isEqualTo(3);
        assertThat(newsroom.ask(
                        "select concat_ws('|', title, summary, note) from revision order by number", String.class))
                .containsExactly("Titel|Ingress.", "gnilttes|ab|not", "Rätt|Ingress.");
        assertThat(newsroom.ask("select label from figure", String.class)).containsExactly("Antal");
        assertThat(errors(editor.call("restoreNews", fields("id", id, "title", "Rätt"))))
                .containsExactly("INVALID title");
    }

    @Test
    void whatOnlyTheDatabaseRefusesIsAnErrorOfTheInput() {
        newsroom.run("alter domain text_line add constraint text_line_is_tested check (value <> 'Prov') not valid");
        try {
            JsonNode refused = editor.call("publishNews", Map.of("news", content("Prov")));
            assertThat(errors(refused)).containsExactly("INVALID ");
            assertThat(refused.at("/userErrors/0/message").asString()).contains("text_line_is_tested");
        } finally {
            newsroom.run("alter domain text_line drop constraint text_line_is_tested");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Kul\u00ADtur och hälsa",
                "Kultur\u200B och hälsa",
                "Kultur  och\u2003hälsa",
                "KULTUR och\u00A0hälsa\uFEFF",
                "Kultur\u2800och hälsa"
            })
    void topicsThatDifferByNothingThatIsSeenAreOne(String name) {
        assertThat(errors(editor.call("createTopic", fields("name", name)))).containsExactly("INVALID name");
        newsroom.topic("annat", "Annat");
        assertThat(errors(editor.call("renameTopic", fields("slug", "annat", "name", name))))
                .containsExactly("INVALID name");
    }

    @Test
    void theDatabaseKeepsTopicsApartToo() {
        assertThatThrownBy(() -> newsroom.run("insert into topic (slug, name) values ('x', 'Kultur  och hälsa')"))
                .hasStackTraceContaining("differs from Kultur och hälsa by invisible characters or blanks alone");
        assertThatThrownBy(() -> newsroom.run("insert into topic (slug, name) values ('x', 'Kultur och hälsa')"))
                .hasStackTraceContaining("topic_name");
    }
}
