package se.utrop.search;

import static org.assertj.core.api.Assertions.assertThat;
import static se.utrop.Editor.content;
import static se.utrop.Editor.fields;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import se.utrop.Api;
import se.utrop.Editor;
import se.utrop.Newsroom;
import se.utrop.Sessions;
import se.utrop.UtropTest;
import tools.jackson.databind.JsonNode;

/** What completes the text in a search box: nothing but what is published. */
@UtropTest
class SuggestionTests {

    private static final String SUGGESTIONS = """
        query($prefix: String!, $first: Int! = 8) {
          searchSuggestions(prefix: $prefix, first: $first) {
            text kind topic { slug } series { slug } news { slug }
          }
        }
        """;

    private final Api api;

    private final Editor editor;

    private final Newsroom newsroom;

    private final Sessions sessions;

    SuggestionTests(Api api, Editor editor, Newsroom newsroom, Sessions sessions) {
        this.api = api;
        this.editor = editor;
        this.newsroom = newsroom;
        this.sessions = sessions;
    }

    @BeforeEach
    void fill() {
        newsroom.clear();
        newsroom.run("truncate search_word, search_form");
        newsroom.topic("halso-och-sjukvard", "Hälso- och sjukvård");
        newsroom.topic("kollektivtrafik", "Kollektivtrafik");
        newsroom.series("lagesrapport-om-covid-19", "Lägesrapport om covid-19");
        newsroom.run("""
            insert into news (slug, title, summary, body, published_at)
            values ('a', 'Sjukhusens akutmottagningar byggs ut', 'Tre sjukhus får större mottagning.', null, '2022-12-13'),
                ('b', 'Kortare kö till röntgen', 'Kollektivt arbete på sjukhus.', 'Nya lägenheter byggs.', '2022-12-12'),
                ('c', 'Sjukhusens tak får solceller', 'Elen räcker.', null, '2022-12-11')
            """);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        sjuk        | TOPIC Hälso- och sjukvård halso-och-sjukvard; WORDS sjukhus; NEWS Sjukhusens akutmottagningar byggs ut a; NEWS Sjukhusens tak får solceller c
        Sjukhusens T | NEWS Sjukhusens tak får solceller c
        halso       | TOPIC Hälso- och sjukvård halso-och-sjukvard
        koll        | TOPIC Kollektivtrafik kollektivtrafik; WORDS kollektivt
        läge        | SERIES Lägesrapport om covid-19 lagesrapport-om-covid-19; WORDS lägenheter
        ny rönt     | WORDS ny röntgen
        kortare  kö | WORDS kortare kö; NEWS Kortare kö till röntgen b
        s           | TOPIC Hälso- och sjukvård halso-och-sjukvard; NEWS Sjukhusens akutmottagningar byggs ut a; NEWS Sjukhusens tak får solceller c
        """)
    void whatBeginsSoIsSuggested(String prefix, String expected) {
        assertThat(String.join("; ", suggested(prefix, 8))).isEqualTo(expected);
    }

    /** Texts that are copied on a Mac hold a letter and its diacritic apart. */
    @Test
    void accentsMayBeCharactersOfTheirOwn() {
        assertThat(suggested("la\u0308ge", 8)).isEqualTo(suggested("läge", 8)).isNotEmpty();
    }

    @Test
    void newsHaveAShareOfFewSuggestions() {
        assertThat(suggested("sjuk", 2)).hasSize(2);
        assertThat(suggested("sjukh", 4)).hasSize(3);
        assertThat(suggested("sjuk", 1)).containsExactly("TOPIC Hälso- och sjukvård halso-och-sjukvard");
        assertThat(api.code(SUGGESTIONS, Map.of("prefix", "x", "first", 21))).isEqualTo("BAD_USER_INPUT");
        assertThat(api.code(SUGGESTIONS, Map.of("prefix", "x", "first", 0))).isEqualTo("BAD_USER_INPUT");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "%",
                "_",
                "\\",
                "'",
                "-",
                "\u0000",
                "\ud800",
                "\udbff\udfff",
                "*",
                "(",
                "[a",
                "s%",
                "sju_",
                "\u202e"
            })
    void noTextIsAnError(String prefix) {
        assertThat(suggested(prefix, 8)).isEmpty();
    }

    /** Each with a word of its own, which stays in the vocabulary. */
    @Test
    void whatIsNotPublishedIsNotSuggested() {
        assertThat(suggested("ångb", 8)).isEmpty();
        editor.done("scheduleNews", fields("publishAt", "2100-01-01T00:00:00Z", "news", content("Ångbåten går igen")));
        assertThat(suggested("ångb", 8)).isEmpty();
        JsonNode published = editor.publish("Ångbåten går");
        assertThat(suggested("ångb", 8)).containsExactly("WORDS ångbåten", "NEWS Ångbåten går angbaten-gar");
        newsroom.run("update search_word set magnitude = 20");
        assertThat(suggested("ångb", 8)).hasSize(2);
        editor.done(
                "reviseNews", fields("id", published.get("id").asString(), "expectedRevision", 1, "title", "Färjan"));
        assertThat(suggested("ångb", 8)).isEmpty();
        assertThat(suggested("färj", 8)).hasSize(2);
        editor.done("retractNews", fields("id", published.get("id").asString(), "reason", "Fel."));
        assertThat(suggested("färj", 8)).isEmpty();
        assertThat(newsroom.ask("select lexeme from search_word where lexeme like 'färj%'", String.class))
                .isNotEmpty();
    }

    /** The transaction that files the item commits last, but it doesn't know the title that the other one has given the item. */
    @Test
    void anItemThatIsFiledWhileItsTitleChangesIsFoundByTheNewTitle() throws Exception {
        committedTogether(
                "update news set title = 'Färjan går' where slug = 'a'; set constraints all immediate",
                "insert into news_topic (news_id, position, topic_id, published_at) select n.id, 1, t.id,"
                        + " n.published_at from news n, topic t where n.slug = 'a' and t.slug = 'kollektivtrafik'");
        assertThat(suggested("färjan", 8)).containsExactly("WORDS färjan", "NEWS Färjan går a");
        assertThat(suggested("sjukhusens a", 8)).isEmpty();
        assertThat(foundInTopic("färjan")).containsExactly("a");
        assertThat(foundInTopic("akutmottagningar")).isEmpty();
    }

    @Test
    void anItemThatIsRetractedWhileItsTitleChangesIsNotSuggested() throws Exception {
        committedTogether(
                "update news set title = 'Färjan går' where slug = 'a'; set constraints all immediate",
                "delete from news where slug = 'a'");
        assertThat(suggested("färjan", 8)).isEmpty();
        assertThat(newsroom.ask("select text from title_beginning", String.class))
                .containsExactlyInAnyOrder("kortare kö till röntgen", "sjukhusens tak får solceller");
    }

    /** The second transaction is under way when the first one commits, and waits for it. */
    private void committedTogether(String first, String second) throws Exception {
        try (Connection one = sessions.open();
                Connection other = sessions.open()) {
            one.setAutoCommit(false);
            int process = process(other);
            run(one, first);
            CompletableFuture<Void> committed = CompletableFuture.runAsync(() -> run(other, second));
            Awaitility.await().until(() -> isWaiting(process));
            one.commit();
            committed.get(30, TimeUnit.SECONDS);
        }
        newsroom.awaitHeard();
    }

    private static int process(Connection session) throws SQLException {
        try (Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery("select pg_backend_pid()")) {
            row.next();
            return row.getInt(1);
        }
    }

    private static void run(Connection session, String sql) {
        try (Statement statement = session.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean isWaiting(int process) {
        return newsroom.ask("select cardinality(pg_blocking_pids(" + process + "))", Integer.class)
                        .getFirst()
                > 0;
    }

    private List<String> foundInTopic(String query) {
        return api.data(
                        "query($query: String!) { searchNews(query: $query, orderBy: NEWEST_FIRST,"
                                + " filter: {topics: {anyOf: [\"kollektivtrafik\"]}}) { nodes { slug } } }",
                        Map.of("query", query))
                .at("/searchNews/nodes")
                .valueStream()
                .map(node -> node.get("slug").asString())
                .toList();
    }

    private List<String> suggested(String prefix, int first) {
        return api.data(SUGGESTIONS, Map.of("prefix", prefix, "first", first))
                .get("searchSuggestions")
                .valueStream()
                .map(SuggestionTests::text)
                .toList();
    }

    private static String text(JsonNode suggestion) {
        String kind = suggestion.get("kind").asString();
        String slug =
                suggestion.at("/" + kind.toLowerCase(Locale.ROOT) + "/slug").asString("");
        return (kind + " " + suggestion.get("text").asString() + " " + slug).strip();
    }
}
