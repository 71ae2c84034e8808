package se.utrop.search;

import static org.assertj.core.api.Assertions.assertThat;
import static se.utrop.Editor.errors;
import static se.utrop.Editor.fields;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import se.utrop.Api;
import se.utrop.Editor;
import se.utrop.Newsroom;
import se.utrop.UtropTest;
import tools.jackson.databind.JsonNode;

/** Words that find each other because the newsroom says so. */
@UtropTest
class SynonymTests {

    private final Api api;

    private final Editor editor;

    private final Newsroom newsroom;

    SynonymTests(Api api, Editor editor, Newsroom newsroom) {
        this.api = api;
        this.editor = editor;
        this.newsroom = newsroom;
    }

    @BeforeEach
    void fill() {
        newsroom.clear();
        forget();
        newsroom.run("""
            insert into news (slug, title, summary, published_at)
            values ('covid', 'Fler fall av covid-19', 'Annat.', '2022-12-13'),
                ('corona', 'Så sprids corona', 'Annat.', '2022-12-12'),
                ('mkr', 'Bolaget får 460 mkr', 'Annat.', '2022-12-11'),
                ('miljoner', 'Skolan får 460 miljoner kronor', 'Annat.', '2022-12-10')
            """);
    }

    @AfterEach
    void forget() {
        newsroom.run("delete from search_synonym");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
        corona          | covid corona
        CORONA          | covid corona
        covid-19        | covid corona
        fall av covid-19 | covid
        fall corona     | covid
        "fall av corona" | NONE
        corona -fall    | corona
        mkr OR corona   | covid corona mkr miljoner
        460 mkr         | mkr miljoner
        460 miljoner kronor | miljoner
        """)
    void aWordFindsItsSynonyms(String query, String slugs) {
        set("corona", true, "covid-19");
        set("mkr", false, "miljoner kronor");
        assertThat(found(query)).containsExactlyInAnyOrder(slugs.equals("NONE") ? new String[0] : slugs.split(" ", -1));
    }

    @Test
    void theNextSearchKnowsThem() {
        assertThat(found("corona")).containsExactly("corona");
        set("corona", true, "covid-19", "pandemi");
        assertThat(found("corona")).containsExactlyInAnyOrder("covid", "corona");
        assertThat(found("pandemi")).containsExactlyInAnyOrder("covid", "corona");
        assertThat(api.data("{ searchSynonyms { word synonyms twoWay } }")
                        .get("searchSynonyms")
                        .toString())
                .isEqualTo("[{\"word\":\"corona\",\"synonyms\":[\"covid-19\",\"pandemi\"],\"twoWay\":true}]");
        set("corona", false, "covid-19");
        assertThat(found("covid-19")).containsExactly("covid");
        editor.done("deleteSynonyms", fields("word", "Corona"));
        assertThat(found("corona")).containsExactly("corona");
        newsroom.run("insert into search_synonym (word, synonyms) values ('corona', array['covid-19'])");
        newsroom.awaitHeard();
        assertThat(found("corona")).containsExactlyInAnyOrder("covid", "corona");
    }

    @Test
    void whatCannotBeIsToldAtOnce() {
        assertThat(errors(set(" ", true, "a"))).containsExactly("BLANK word");
        assertThat(errors(set("x", true))).containsExactly("BLANK synonyms");
        assertThat(errors(set("x", true, Collections.nCopies(11, "y").toArray(String[]::new))))
                .containsExactly("TOO_LONG synonyms");
        assertThat(errors(set("a b c d e f", true, "X", "y", "Y", "...")))
                .containsExactly("INVALID word", "INVALID synonyms.2", "INVALID synonyms.3");
        assertThat(errors(editor.call("deleteSynonyms", fields("word", "okänt"))))
                .containsExactly("NOT_FOUND word");
        newsroom.run(
                "insert into search_synonym (word, synonyms) select 'ord' || i, '{x}' from generate_series(1, 1000) i");
        assertThat(errors(set("nytt", true, "x"))).containsExactly("TOO_LONG word");
        assertThat(errors(set("ord7", true, "y"))).isEmpty();
    }

    @Test
    void aSearchOfManySynonymsIsBounded() {
        IntStream.range(0, 20)
                .forEach(i -> set(
                        "ord" + i,
                        true,
                        IntStream.range(0, 10)
                                .mapToObj(j -> "syn" + i + "x" + j)
                                .toArray(String[]::new)));
        String all =
                String.join(" ", IntStream.range(0, 20).mapToObj(i -> "ord" + i).toList());
        assertThat(found(all)).isEmpty();
    }

    private JsonNode set(String word, boolean twoWay, String... synonyms) {
        return editor.call("setSynonyms", fields("word", word, "synonyms", List.of(synonyms), "twoWay", twoWay));
    }

    private List<String> found(String query) {
        return api.data(
                        "query($query: String!) { searchNews(query: $query) { nodes { slug } } }",
                        Map.of("query", query))
                .at("/searchNews/nodes")
                .valueStream()
                .map(node -> node.get("slug").asString())
                .toList();
    }
}
