package se.utrop.importing;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.test.web.reactive.server.WebTestClient;
import se.utrop.Api;
import se.utrop.Editor;
import se.utrop.Newsroom;
import se.utrop.UtropTest;
import se.utrop.news.Urgency;
import tools.jackson.databind.JsonNode;

/** Whoever imports the Atom feed of a newsroom gets the same newsroom. */
@UtropTest
class RoundTripTests {

    private static final String TEXT = "**Fet** och [länk](https://region.example/a?b=1&c=2).\n\n"
            + "- ett\n- två\n\n| A | B |\n|---|---|\n| 1 | 2 |\n\n> Citat & <tecken> 😀";

    private static final String REVISIONS = "revision revisions { nodes { number title summary } }";

    private final WebTestClient client;
    private final Api api;
    private final Editor editor;
    private final Newsroom newsroom;
    private final Importer importer;

    RoundTripTests(WebTestClient client, Api api, Editor editor, Newsroom newsroom, Importer importer) {
        this.client = client;
        this.api = api;
        this.editor = editor;
        this.newsroom = newsroom;
        this.importer = importer;
    }

    @Test
    void theImportOfTheAtomFeedIsTheSameNewsroom() {
        newsroom.clear();
        newsroom.topic("vard", "Vård");
        newsroom.topic("bygge-plan", "Bygge & plan");
        newsroom.article("gammal", Instant.parse("2022-12-13T12:00:00.123456Z"), "vard");
        editor.publish(
                "Titel med <tecken> & \"citat\"",
                "summary",
                "Första stycket & mer.\n\nAndra <stycket>.",
                "url",
                "https://region.example/nyhet?a=1&b=2",
                "body",
                TEXT,
                "topics",
                List.of("bygge-plan", "vard"),
                "image",
                Map.of(
                        "url",
                        "https://img.example.org/bild.jpg?w=1&h=2",
                        "altText",
                        "Ett \"tåg\" & en räls",
                        "width",
                        800,
                        "height",
                        600,
                        "credit",
                        "Anna Exempel"));
        editor.publish(
                "Bild utan storlek",
                "url",
                "https://region.example/bild",
                "image",
                Map.of("url", "https://img.example.org/bild", "altText", "En bild", "credit", "Anna Exempel"));
        String revised = editor.publish("Före", "url", "https://region.example/efter")
                .get("id")
                .asString();
        editor.done(
                "reviseNews",
                Editor.fields("id", revised, "expectedRevision", 1, "title", "Efter", "summary", "Rad ett.\nRad två."));
        newsroom.run("update news set url = 'https://region.example/gammal' where slug = 'gammal'");
        newsroom.awaitHeard();
        JsonNode original = newsroom("");
        byte[] atom = atom();

        newsroom.clear();
        ImportReport report = importer.run(new Source(
                        "news.atom", "news.atom", () -> new ByteArrayInputStream(atom), LocalDate.of(2024, 1, 1)))
                .block();
        newsroom.awaitHeard();

        assertThat(requireNonNull(report).notes()).isEmpty();
        assertThat(newsroom("").toPrettyString()).isEqualTo(original.toPrettyString());
    }

    @Test
    void laterImportsFollowRevisionsAndRetractions() {
        newsroom.clear();
        newsroom.topic("vard", "Vård");
        newsroom.topic("skola", "Skola");
        String revised = publish("Ett");
        String retracted = publish("Tre");
        List<JsonNode> originals = new ArrayList<>();
        List<byte[]> feeds = new ArrayList<>();
        keep(originals, feeds);
        editor.done(
                "reviseNews",
                Editor.fields(
                        "id",
                        revised,
                        "expectedRevision",
                        1,
                        "title",
                        "Nytt",
                        "body",
                        "Ny *text*.",
                        "topics",
                        List.of("skola", "vard")));
        keep(originals, feeds);
        editor.done("retractNews", Map.of("id", retracted, "reason", "Fel."));
        keep(originals, feeds);

        newsroom.clear();
        for (int i = 0; i < feeds.size(); i++) {
            byte[] feed = feeds.get(i);
            importer.take(
                            new ImportedSource("news", List.of(), Urgency.ROUTINE, List.of(), true, true),
                            () -> new ByteArrayInputStream(feed),
                            null)
                    .block();
            newsroom.awaitHeard();
            assertThat(newsroom(REVISIONS).toPrettyString())
                    .isEqualTo(originals.get(i).toPrettyString());
        }
    }

    private String publish(String title) {
        return editor.publish(
                        title, "url", "https://region.example/" + title, "body", "Text.", "topics", List.of("vard"))
                .get("id")
                .asString();
    }

    private void keep(List<JsonNode> originals, List<byte[]> feeds) {
        originals.add(newsroom(REVISIONS));
        feeds.add(atom());
    }

    private byte[] atom() {
        return requireNonNull(client.get()
                .uri("/news.atom?limit=100")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .returnResult()
                .getResponseBody());
    }

    private JsonNode newsroom(String fields) {
        return api.data("""
            {
              news(first: 100) {
                nodes {
                  title summary bodyHtml url publishedAt publishedAtPrecision
                  image { url altText width height credit }
                  topics { slug name }
                  %s
                }
              }
            }\
            """.formatted(fields));
    }
}
