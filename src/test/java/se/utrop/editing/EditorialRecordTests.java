package se.utrop.editing;

import static org.assertj.core.api.Assertions.assertThat;
import static se.utrop.Editor.errors;
import static se.utrop.Editor.fields;
import static se.utrop.Editor.version;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.web.reactive.server.WebTestClient;
import se.utrop.Api;
import se.utrop.Editor;
import se.utrop.EventStream;
import se.utrop.Newsroom;
import se.utrop.Statements;
import se.utrop.Tokens;
import se.utrop.UtropTest;
import tools.jackson.databind.JsonNode;

/** What editors have said and taken back: nothing is forgotten that readers saw, and nothing shows that was taken back. */
@UtropTest
class EditorialRecordTests {

    private static final int MERGED = Integer.getInteger("utrop.editing.merged", 3_000);

    private static final String FEED = """
        subscription($significances: [Significance!]) {
          newsFeed(significances: $significances) {
            __typename
            ... on NewsRevised { significance revision passesFilter note }
            ... on NewsRetracted { slug reason }
          }
        }
        """;

    /** Every way to a text that readers have. */
    private static final String EVERY_WAY_IN = """
        query($id: ID!, $slug: String!, $after: String) {
          node(id: $id) { id ... on News { ...all } }
          newsBySlug(slug: $slug) { ...all }
          news { totalCount nodes { ...text } }
          withdrawn: news(filter: { includeWithdrawn: true }) { totalCount nodes { ...text } }
          searchNews(query: "vattenläcka") { totalCount nodes { ...text } }
          withdrawnHits: searchNews(query: "vattenläcka", filter: { includeWithdrawn: true }) {
            totalCount edges { highlights node { ...text } }
          }
          topics { newsCount news(first: 5) { totalCount nodes { ...text } } }
          series { latest { ...text } news(first: 5) { totalCount nodes { ...text } } figures(name: "hushall") { label news { title } } }
          archive { count }
          changes(after: $after, first: 10) {
            events { __typename ... on NewsPublished { news { ...text } } ... on NewsRevised { note news { ...text } } }
          }
        }
        fragment text on News { title summary body withdrawal { reason } }
        fragment all on News {
          title summary body bodyHtml withdrawal { reason }
          figures { label }
          previousInSeries { title } nextInSeries { title } related { title }
          revisions { nodes { title summary body note figures { label } changes { before after html } } }
          corrections { note }
        }
        """;

    private static final List<String> PAGES = List.of(
            "/",
            "/news/vattenlacka",
            "/topics/vatten",
            "/series/lage",
            "/search?q=vattenl%C3%A4cka",
            "/news.atom",
            "/news.rss",
            "/news.json",
            "/sitemap.xml",
            "/archive");

    private final int port;
    private final Api api;
    private final Editor editor;
    private final Newsroom newsroom;
    private final WebTestClient client;
    private final Statements statements;

    /** Where the feed stands before anything is published. */
    private String start = "";

    EditorialRecordTests(
            @LocalServerPort int port,
            Api api,
            Editor editor,
            Newsroom newsroom,
            WebTestClient client,
            Statements statements) {
        this.port = port;
        this.api = api;
        this.editor = editor;
        this.newsroom = newsroom;
        this.client = client;
        this.statements = statements;
    }

    @BeforeEach
    void fill() {
        newsroom.clear();
        newsroom.topic("vatten", "Vatten");
        newsroom.topic("trafik", "Trafik");
        newsroom.series("lage", "Läge");
        start = api.data("{ changes { cursor } }").at("/changes/cursor").asString();
    }

    @Test
    void aCrisisDayIsOnRecordAndEachSubscriberHearsWhatMatters() throws Exception {
        try (EventStream major = follow(List.of("MAJOR", "CORRECTION"));
                EventStream minor = follow(List.of("MINOR"))) {
            String id = draftReviewAndSchedule();
            revise(id, 1, "significance", "MINOR", "summary", "Koka vattnet i Bara, nu.");
            revise(id, 2, "significance", "CORRECTION", "note", "Det är 450 hushåll.", "figures", figures(450));
            editor.done("withdrawNews", fields("id", id, "expectedRevision", 3, "reason", "Läckan är lagad."));
            List<String> majorHeard = new ArrayList<>(lines(major, 3));
            List<String> minorHeard = new ArrayList<>(lines(minor, 3));
            editor.done("retractNews", fields("id", id, "reason", "Fel stad."));
            JsonNode restored = editor.done("restoreNews", fields("id", id));
            assertThat(restored.get("revision").asInt()).isEqualTo(4);
            assertThat(restored.at("/news/id").asString()).isEqualTo(id);
            assertThat(restored.at("/news/slug").asString()).isEqualTo("vattenlacka");
            JsonNode back = editor.done("restoreNews", fields("id", id, "note", "Läckan är tillbaka."));
            assertThat(back.get("revision").asInt()).isEqualTo(5);

            majorHeard.addAll(lines(major, 1));
            minorHeard.addAll(lines(minor, 1));
            assertThat(majorHeard)
                    .containsExactly(
                            "NewsPublished",
                            "NewsRevised 3 CORRECTION true Det är 450 hushåll.",
                            "NewsRevised 4 MAJOR false Läckan är lagad.",
                            "NewsRevised 5 MAJOR true Läckan är tillbaka.");
            assertThat(minorHeard)
                    .containsExactly(
                            "NewsPublished",
                            "NewsRevised 2 MINOR true null",
                            "NewsRevised 4 MAJOR false Läckan är lagad.",
                            "NewsRevised 5 MAJOR true Läckan är tillbaka.");
            assertThat(record(id)).isEqualTo("""
                5 MAJOR Läckan är tillbaka. 450.0
                4 MAJOR Läckan är lagad. 450.0
                3 CORRECTION Det är 450 hushåll. 450.0 figures.hushall: Utan vatten: 45 hushåll > Utan vatten: 450 hushåll
                2 MINOR null 45.0 summary: Koka vattnet i Bara. > Koka vattnet i Bara, nu.
                1 MAJOR null 45.0\
                """);
            JsonNode series = api.data(
                            "{ seriesBySlug(slug: \"lage\") { figureNames figures(name: \"hushall\") { value unit"
                                + " label correctedAt news { publishedAt publiclyUpdatedAt corrections { number } } }"
                                + " } }")
                    .get("seriesBySlug");
            assertThat(series.get("figureNames").toString()).isEqualTo("[\"hushall\"]");
            JsonNode point = series.at("/figures/0");
            assertThat(point.get("unit").asString()).isEqualTo("hushåll");
            assertThat(point.get("label").asString()).isEqualTo("Utan vatten");
            assertThat(point.get("correctedAt").asString())
                    .isGreaterThan(point.at("/news/publishedAt").asString())
                    .isLessThan(point.at("/news/publiclyUpdatedAt").asString());
            assertThat(point.at("/news/corrections/0/number").asInt()).isEqualTo(3);
        }
    }

    @Test
    void aRevisionShowsAllThatReadersSaw() {
        String id = publish();
        newsroom.topic("akut", "Akut");
        revise(
                id,
                1,
                "kind",
                "ARTICLE",
                "urgency",
                "ROUTINE",
                "url",
                "https://utrop.example/ny",
                "image",
                fields("url", "https://utrop.example/b.jpg", "altText", "Ett rör"),
                "topics",
                List.of("akut", "vatten"),
                "series",
                null,
                "figures",
                null,
                "body",
                "Vattnet *rinner* <b>igen</b>.",
                "slug",
                "vattnet-rinner");
        JsonNode revisions = api.data(
                        "query($id: ID!) { node(id: $id) { ... on News { revisions { nodes { ...all } } } } } fragment"
                            + " all on Revision { kind urgency url image { altText } topics { slug } series { slug }"
                            + " figures { name value unit } changes { field before after html } }",
                        Map.of("id", id))
                .at("/node/revisions/nodes");
        assertThat(revisions.get(1).toString()).isEqualTo("""
            {"kind":"SITUATION_REPORT","urgency":"IMPORTANT","url":null,"image":null,"topics":[{"slug":"vatten"}],\
            "series":{"slug":"lage"},"figures":[{"name":"hushall","value":45.0,"unit":"hushåll"}],"changes":[]}\
            """);
        assertThat(revisions.get(0).toString()).isEqualTo("""
            {"kind":"ARTICLE","urgency":"ROUTINE","url":"https://utrop.example/ny","image":{"altText":"Ett rör"},\
            "topics":[{"slug":"akut"},{"slug":"vatten"}],"series":null,"figures":[],"changes":[\
            {"field":"body","before":"Det är en vattenläcka.","after":"Vattnet *rinner* <b>igen</b>.","html":\
            "<del>Det är en vattenläcka</del><ins>Vattnet *rinner* &lt;b&gt;igen&lt;/b&gt;</ins>."},\
            {"field":"kind","before":"SITUATION_REPORT","after":"ARTICLE","html":null},\
            {"field":"urgency","before":"IMPORTANT","after":"ROUTINE","html":null},\
            {"field":"topics","before":"Vatten","after":"Akut, Vatten","html":null},\
            {"field":"series","before":"Läge","after":null,"html":null},\
            {"field":"slug","before":"vattenlacka","after":"vattnet-rinner","html":null},\
            {"field":"url","before":null,"after":"https://utrop.example/ny","html":null},\
            {"field":"image","before":null,"after":"https://utrop.example/b.jpg (Ett rör)","html":null},\
            {"field":"figures.hushall","before":"Utan vatten: 45 hushåll","after":null,"html":null}]}\
            """.replace(
                        "<del>Det är en vattenläcka</del><ins>Vattnet *rinner* &lt;b&gt;igen&lt;/b&gt;</ins>.",
                        revisions.at("/0/changes/0/html").asString()));
        assertThat(revisions.at("/0/changes/0/html").asString())
                .contains("<ins>", "<del>", "&lt;")
                .doesNotContain("<b>");
    }

    @Test
    void aNoteAloneIsARevisionAndNothingIsNone() {
        String id = publish();
        assertThat(revise(id, 1, "note", "Vi återkommer.").get("revision").asInt())
                .isEqualTo(2);
        assertThat(revise(id, 2).get("revision").asInt()).isEqualTo(2);
        assertThat(errors(editor.call(
                        "reviseNews",
                        fields("id", id, "expectedRevision", 2, "kind", null, "slug", null, "series", "okand"))))
                .containsExactlyInAnyOrder("INVALID kind", "INVALID slug", "NOT_FOUND series");
    }

    @Test
    void whatIsWithdrawnIsReadButInNoListThatDoesNotAskForIt() throws IOException {
        String id = publish();
        String other =
                editor.publish("Annat", "topics", List.of("vatten")).get("id").asString();
        assertThat(everyWayIn(id)).contains("\"archive\":[{\"count\":2}]");
        editor.done("withdrawNews", fields("id", id, "expectedRevision", 1, "reason", "Läckan är lagad."));
        assertThat(errors(editor.call("withdrawNews", fields("id", id, "expectedRevision", 2))))
                .containsExactly("ALREADY_WITHDRAWN id");
        JsonNode data = everyWay(id);
        assertThat(data.at("/node/withdrawal/reason").asString()).isEqualTo("Läckan är lagad.");
        assertThat(data.at("/newsBySlug/title").asString()).isEqualTo("Vattenläcka");
        assertThat(data.at("/news/totalCount").asInt()).isEqualTo(1);
        assertThat(data.at("/news/nodes")).hasSize(1);
        assertThat(data.at("/withdrawn/totalCount").asInt()).isEqualTo(2);
        assertThat(data.at("/withdrawn/nodes")).hasSize(2);
        assertThat(data.at("/searchNews/totalCount").asInt()).isZero();
        assertThat(data.at("/withdrawnHits/totalCount").asInt()).isEqualTo(1);
        assertThat(data.at("/topics/1/newsCount").asInt()).isEqualTo(1);
        assertThat(data.at("/topics/1/news/totalCount").asInt()).isEqualTo(1);
        assertThat(data.at("/series/0/latest").isNull()).isTrue();
        assertThat(data.at("/archive/0/count").asInt()).isEqualTo(1);
        assertThat(api.data(
                                "query($id: ID!) { node(id: $id) { ... on News { related { title } } } }",
                                Map.of("id", other))
                        .at("/node/related"))
                .isEmpty();
        assertThat(page("/news/vattenlacka")).contains("Läckan är lagad.");
        for (String list : PAGES) {
            if (!list.startsWith("/news/")) {
                assertThat(page(list)).as(list).doesNotContain("Koka vattnet");
            }
        }
    }

    @Test
    void whatIsRetractedShowsNowhereUntilItIsRestored() throws IOException {
        String id = publish();
        String before = record(id);
        String[] secrets = {"Vattenläcka", "vattenläcka.", "Koka vattnet", "Utan vatten", "Bara idag"};
        assertThat(everyWayIn(id)).contains(secrets[0], secrets[1], secrets[2], secrets[3]);
        revise(id, 1, "note", "Bara idag.");
        editor.done("withdrawNews", fields("id", id, "expectedRevision", 2, "reason", "Bara idag, alltså."));
        editor.done("retractNews", fields("id", id, "reason", "Fel stad."));
        assertThat(everyWayIn(id)).doesNotContain(secrets);
        for (String list : PAGES) {
            assertThat(page(list)).as(list).doesNotContain(secrets);
        }
        assertThat(api.data("{ retraction(slug: \"vattenlacka\") { reason } }")
                        .at("/retraction/reason")
                        .asString())
                .isEqualTo("Fel stad.");
        assertThat(errors(editor.call("reviseNews", fields("id", id, "expectedRevision", 3, "title", "Ny"))))
                .containsExactly("ALREADY_RETRACTED id");
        editor.done("restoreNews", fields("id", id));
        editor.done("restoreNews", fields("id", id));
        assertThat(errors(editor.call("restoreNews", fields("id", id)))).containsExactly("NOT_FOUND id");
        assertThat(everyWayIn(id)).contains(secrets);
        assertThat(record(id)).endsWith(before);
        assertThat(newsroom.ask("select count(*) from retracted_news", Long.class))
                .containsExactly(0L);
    }

    @Test
    void aTextThatIsNoLongerKeptIsNotRestored() {
        String id = publish();
        editor.done("retractNews", fields("id", id, "reason", "Fel stad."));
        assertThat(newsroom.ask("select purge_retracted('1 day')", Integer.class))
                .containsExactly(0);
        assertThat(newsroom.ask("select purge_retracted('0')", Integer.class)).containsExactly(1);
        assertThat(errors(editor.call("restoreNews", fields("id", id)))).containsExactly("NOT_FOUND id");
    }

    @Test
    void formerSlugsLeadOn() {
        String id = publish();
        revise(id, 1, "slug", "vattenlacka-i-bara");
        assertThat(slugOf("vattenlacka")).isEqualTo("vattenlacka-i-bara");
        assertThat(slugOf("vattenlacka-i-bara")).isEqualTo("vattenlacka-i-bara");
        client.get()
                .uri("/news/vattenlacka")
                .exchange()
                .expectStatus()
                .isEqualTo(301)
                .expectHeader()
                .valueEquals("Location", "/news/vattenlacka-i-bara");
        assertThat(errors(editor.call("publishNews", Map.of("news", Editor.content("T", "slug", "vattenlacka")))))
                .containsExactly("SLUG_TAKEN news.slug");
        editor.publish("Annat", "slug", "annat");
        assertThat(errors(editor.call("reviseNews", fields("id", id, "expectedRevision", 2, "slug", "annat"))))
                .containsExactly("SLUG_TAKEN slug");
        revise(id, 2, "slug", "vattenlacka");
        assertThat(slugOf("vattenlacka-i-bara")).isEqualTo("vattenlacka");
        editor.done("retractNews", fields("id", id, "reason", "Fel stad."));
        assertThat(api.data("{ retraction(slug: \"vattenlacka-i-bara\") { slug } }")
                        .at("/retraction/slug")
                        .asString())
                .isEqualTo("vattenlacka");
    }

    @Test
    void whatWasPublishedElsewhereHasItsTime() throws Exception {
        try (EventStream feed = EventStream.open(
                port,
                "subscription { newsFeed { ... on NewsPublished { backdated news { publishedAt } } } }",
                Map.of())) {
            editor.publish("Gammalt", "publishedAt", "1998-05-01T10:00:00Z");
            JsonNode event = feed.event();
            assertThat(event.get("backdated").asBoolean()).isTrue();
            assertThat(event.at("/news/publishedAt").asString()).isEqualTo("1998-05-01T10:00:00.000000Z");
        }
        assertThat(errors(editor.call(
                        "publishNews", Map.of("news", Editor.content("T", "publishedAt", "2100-01-01T00:00:00Z")))))
                .containsExactly("INVALID news.publishedAt");
        assertThat(errors(editor.call(
                        "scheduleNews",
                        fields(
                                "publishAt",
                                "2100-01-01T00:00:00Z",
                                "news",
                                Editor.content("T", "publishedAt", "1998-05-01T10:00:00Z")))))
                .containsExactly("INVALID news.publishedAt");
    }

    @Test
    void aSeriesAgreesOnItsFigures() {
        JsonNode series = editor.done(
                        "createSeries",
                        fields(
                                "name",
                                "Vattenrapport",
                                "description",
                                "Om kranvattnet.",
                                "figures",
                                List.of(fields("name", "hushall", "label", "Utan vatten", "unit", "hushåll"))))
                .get("series");
        assertThat(series.toString())
                .contains("\"slug\":\"vattenrapport\"", "\"description\":\"Om kranvattnet.\"", "[\"hushall\"]");
        assertThat(errors(editor.call("createSeries", fields("name", " vattenRapport ", "slug", "lage"))))
                .containsExactlyInAnyOrder("INVALID name", "SLUG_TAKEN slug");
        List<Map<String, @Nullable Object>> wrong =
                List.of(fields("name", "hushall", "label", "Utan vatten", "value", 3, "unit", "personer"));
        assertThat(errors(editor.call(
                        "publishNews",
                        Map.of(
                                "news",
                                Editor.content(
                                        "Rapport",
                                        "kind",
                                        "SITUATION_REPORT",
                                        "series",
                                        "vattenrapport",
                                        "figures",
                                        wrong)))))
                .containsExactly("INVALID news.figures.0.unit");
        String id = editor.publish("Rapport", "kind", "SITUATION_REPORT", "figures", wrong)
                .get("id")
                .asString();
        assertThat(errors(
                        editor.call("reviseNews", fields("id", id, "expectedRevision", 1, "series", "vattenrapport"))))
                .containsExactly("INVALID figures.0.unit");
        List<Map<String, @Nullable Object>> right = new ArrayList<>(figures(3));
        right.add(fields("name", "tankar", "label", "Tankar", "value", 2));
        revise(id, 1, "series", "vattenrapport", "figures", right);
        assertThat(editor.done("renameSeries", fields("slug", "vattenrapport", "name", "Kranvatten"))
                        .get("series")
                        .toString())
                .contains("Kranvatten", "[\"hushall\",\"tankar\"]");
        assertThat(editor.done("describeSeries", fields("slug", "vattenrapport", "description", null))
                        .at("/series/description")
                        .isNull())
                .isTrue();
        assertThat(errors(editor.call("renameSeries", fields("slug", "okand", "name", "Läge"))))
                .containsExactlyInAnyOrder("NOT_FOUND slug", "INVALID name");
        revise(id, 2, "series", null);
        assertThat(api.data("{ seriesBySlug(slug: \"vattenrapport\") { news { totalCount } } }")
                        .at("/seriesBySlug/news/totalCount")
                        .asInt())
                .isZero();
    }

    @Test
    void topicsAreMergedWithoutAStormOfEvents() throws Exception {
        newsroom.topic("kranvatten", "Kranvatten");
        String both = editor.publish("Båda", "topics", List.of("kranvatten", "vatten"))
                .get("id")
                .asString();
        String one = editor.publish("Ett", "topics", List.of("trafik", "kranvatten"))
                .get("id")
                .asString();
        editor.publish("Inget", "topics", List.of("trafik"));
        editor.done("withdrawNews", fields("id", publish("kranvatten"), "expectedRevision", 1));
        String former = editor.publish("Förr", "topics", List.of("kranvatten", "vatten"))
                .get("id")
                .asString();
        editor.done("withdrawNews", fields("id", former, "expectedRevision", 1));
        try (EventStream feed = EventStream.open(
                port,
                "subscription { newsFeed { __typename ... on TopicChanged { topic { slug } } ... on NewsRevised {"
                        + " passesFilter } } }",
                Map.of())) {
            assertThat(errors(editor.call("mergeTopics", fields("from", "okand", "into", "vatten"))))
                    .containsExactly("NOT_FOUND from");
            assertThat(errors(editor.call("mergeTopics", fields("from", "vatten", "into", "vatten"))))
                    .containsExactly("INVALID into");
            assertThat(errors(editor.call("deleteTopic", fields("slug", "kranvatten"))))
                    .containsExactly("INVALID slug");
            assertThat(editor.done("mergeTopics", fields("from", "kranvatten", "into", "vatten"))
                            .at("/topic/slug")
                            .asString())
                    .isEqualTo("vatten");
            verifyMerged();
            revise(one, 1, "title", "Ett till");
            assertThat(feed.event().toString())
                    .isEqualTo("{\"__typename\":\"TopicChanged\",\"topic\":{\"slug\":\"vatten\"}}");
            assertThat(feed.event().get("__typename").asString()).isEqualTo("NewsRevised");
            verifyMerged();
        }
        assertThat(api.data(
                                "query($id: ID!) { node(id: $id) { ... on News { topics { slug } revisions { nodes {"
                                        + " topics { slug } } } } } }",
                                Map.of("id", both))
                        .toString())
                .isEqualTo(
                        "{\"node\":{\"topics\":[{\"slug\":\"vatten\"}],\"revisions\":{\"nodes\":[{\"topics\":[{\"slug\":"
                            + "\"vatten\"}]}]}}}");
        assertThat(errors(editor.call("createTopic", fields("name", "Kranar", "slug", "kranvatten"))))
                .containsExactly("SLUG_TAKEN slug");
        revise(both, 1, "topics", List.of());
        revise(one, 2, "topics", List.of("trafik"));
        assertThat(api.data("{ topicBySlug(slug: \"kranvatten\") { newsCount } archive { topics { count topic {"
                                + " slug } } } }")
                        .toString())
                .isEqualTo(
                        "{\"topicBySlug\":{\"newsCount\":0},\"archive\":[{\"topics\":[{\"count\":2,\"topic\":{\"slug\":"
                                + "\"trafik\"}}]}]}");
        editor.done("createTopic", fields("name", "Tomt"));
        assertThat(editor.done("describeTopic", fields("slug", "tomt", "description", "Inget."))
                        .at("/topic/description")
                        .asString())
                .isEqualTo("Inget.");
        assertThat(editor.done("deleteTopic", fields("slug", "tomt"))
                        .get("topicId")
                        .asString())
                .isNotEmpty();
        assertThat(api.data("{ topicBySlug(slug: \"tomt\") { slug } }").toString())
                .isEqualTo("{\"topicBySlug\":null}");
    }

    /** While one of them listens, as the name of its session tells. */
    @Test
    void nodesOfTheReleaseBeforeFindTheNewsOfAMergedTopic() {
        newsroom.topic("kranvatten", "Kranvatten");
        publish("kranvatten");
        newsroom.run("""
            select set_config('application_name', 'old listener', true), merge_topics(former.id, present.id)
            from topic former, topic present where former.slug = 'kranvatten' and present.slug = 'vatten'\
            """);
        assertThat(newsroom.ask("""
            select count(*) from news_search, topic
            where slug = 'vatten' and document @@ cast(format('''topic:%s''', topic.id) as tsquery)\
            """, Long.class)).containsExactly(1L);
    }

    private void verifyMerged() {
        for (String slug : List.of("vatten", "kranvatten")) {
            JsonNode data = api.data("""
                query($slug: String!) {
                  topicBySlug(slug: $slug) { slug newsCount news { totalCount nodes { topics { slug } } } }
                  news(filter: { topics: { allOf: [$slug] } }) { totalCount nodes { slug } }
                  withdrawn: news(filter: { topics: { anyOf: [$slug] }, includeWithdrawn: true }) { totalCount }
                  none: news(filter: { topics: { noneOf: [$slug] } }) { totalCount }
                  archive(filter: { topics: { anyOf: [$slug] } }) { count }
                  searchNews(query: "ingress", filter: { topics: { anyOf: [$slug] } }) { totalCount }
                  allHits: searchNews(query: "ingress", filter: { topics: { allOf: [$slug] } }) { totalCount }
                  otherHits: searchNews(query: "ingress", filter: { topics: { noneOf: [$slug] } }) { totalCount }
                  byName: searchNews(query: "vatten") { totalCount }
                  byNameInAList: news(filter: { search: "vatten" }) { totalCount }
                  found: topicBySlug(slug: $slug) { news(filter: { search: "ingress" }) { totalCount nodes { slug } } }
                }
                """, Map.of("slug", slug));
            assertThat(data.at("/topicBySlug/slug").asString()).isEqualTo("vatten");
            assertThat(data.at("/topicBySlug/newsCount").asInt()).isEqualTo(2);
            assertThat(data.at("/topicBySlug/news/totalCount").asInt()).isEqualTo(2);
            assertThat(data.at("/topicBySlug/news/nodes")).hasSize(2);
            assertThat(data.at("/news/totalCount").asInt()).isEqualTo(2);
            assertThat(data.at("/withdrawn/totalCount").asInt()).isEqualTo(4);
            assertThat(data.at("/none/totalCount").asInt()).isEqualTo(1);
            assertThat(data.at("/archive/0/count").asInt()).isEqualTo(2);
            assertThat(data.at("/searchNews/totalCount").asInt()).isEqualTo(2);
            assertThat(data.at("/allHits/totalCount").asInt()).isEqualTo(2);
            assertThat(data.at("/otherHits/totalCount").asInt()).isEqualTo(1);
            assertThat(data.at("/byName/totalCount").asInt()).isEqualTo(2);
            assertThat(data.at("/byNameInAList/totalCount").asInt()).isEqualTo(2);
            assertThat(data.at("/found/news/totalCount").asInt()).isEqualTo(2);
            assertThat(data.at("/found/news/nodes")).hasSize(2);
        }
    }

    /** How many news: the system property {@code utrop.editing.merged}. Longer than a request may take, with many. */
    @Test
    void aLargeTopicIsMergedByAsFewStatementsAsASmallOne() {
        revise(publish("trafik"), 1, "title", "En plan för en rad");
        newsroom.topic("liten", "Liten");
        publish("liten");
        List<String> ofSmall = merge("liten");

        newsroom.topic("stor", "Stor");
        newsroom.fill("""
            insert into news (slug, title, summary, body, published_at)
            select 'n' || i, 'Titel ' || i, 'Ingress ' || i, repeat('Ord i texten ' || i || '. ', 50),
                '2020-01-01'::timestamptz + i * interval '1 hour'
            from generate_series(1, %d) i;
            insert into news_topic (news_id, position, topic_id, published_at)
            select n.id, 1, t.id, n.published_at from news n cross join topic t where t.slug = 'stor' and n.slug like 'n%%'
            """.formatted(MERGED));
        long events = newsroom.ask("select count(*) from event", Long.class).getFirst();
        long start = System.nanoTime();
        List<String> ofLarge = merge("stor");
        System.out.printf("A topic of %d news merged in %d ms%n", MERGED, (System.nanoTime() - start) / 1_000_000);
        assertThat(ofLarge).containsExactlyInAnyOrderElementsOf(ofSmall);
        assertThat(newsroom.ask("select count(*) from event", Long.class)).containsExactly(events + 1);
        assertThat(api.data("{ topicBySlug(slug: \"vatten\") { newsCount } }")
                        .at("/topicBySlug/newsCount")
                        .asInt())
                .isEqualTo(MERGED + 1);
        assertThat(newsroom.ask("select count(distinct topic_ids) from news where slug like 'n%'", Long.class))
                .containsExactly(1L);
    }

    private List<String> merge(String slug) {
        statements.forget();
        editor.done("mergeTopics", fields("from", slug, "into", "vatten"));
        return statements.sentForClients();
    }

    @Test
    void theAuditLogTellsWhoDidWhatToThoseWhoMayKnow() {
        String id = publish();
        revise(id, 1, "note", "Mer.");
        editor.done("renameSeries", fields("slug", "lage", "name", "Läget"));
        String query =
                "query($first: Int, $after: String, $news: ID) { editorialLog(first: $first, after: $after, newsId:"
                        + " $news) { nodes { at caller action newsId topicId seriesId revision } pageInfo { endCursor"
                        + " hasNextPage } } }";
        assertThat(api.code(query)).isEqualTo("UNAUTHENTICATED");
        assertThat(api.with(Tokens.ofEditor()).code(query)).isEqualTo("FORBIDDEN");
        Api auditor = api.with(Tokens.of("audit:read"));
        JsonNode first = auditor.data(query, fields("first", 1)).get("editorialLog");
        assertThat(first.at("/nodes/0/action").asString()).isEqualTo("renameSeries");
        assertThat(first.at("/nodes/0/caller").asString()).endsWith(" editor");
        assertThat(first.at("/nodes/0/seriesId").asString()).isNotEmpty();
        JsonNode second = auditor.data(
                        query,
                        fields(
                                "first",
                                1,
                                "after",
                                first.at("/pageInfo/endCursor").asString()))
                .get("editorialLog");
        assertThat(second.at("/nodes/0/action").asString()).isEqualTo("reviseNews");
        assertThat(second.at("/nodes/0/revision").asInt()).isEqualTo(2);
        assertThat(second.at("/pageInfo/hasNextPage").asBoolean()).isTrue();
        assertThat(auditor.data(query, fields("news", id)).at("/editorialLog/nodes"))
                .hasSize(2);
        assertThat(api.code(query)).isEqualTo("UNAUTHENTICATED");
    }

    private EventStream follow(List<String> significances) throws Exception {
        return EventStream.open(port, FEED, Map.of("significances", significances));
    }

    private static List<String> lines(EventStream feed, int count) throws InterruptedException {
        return feed.events(count).stream().map(EditorialRecordTests::line).toList();
    }

    private static String line(JsonNode event) {
        String type = event.get("__typename").asString();
        return !type.equals("NewsRevised")
                ? type
                : "%s %s %s %s %s"
                        .formatted(
                                type,
                                event.get("revision").asInt(),
                                event.get("significance").asString(),
                                event.get("passesFilter").asBoolean(),
                                event.get("note").isNull()
                                        ? null
                                        : event.get("note").asString());
    }

    /** By two people, over the night in which summer time begins. The id of what is published then. */
    private String draftReviewAndSchedule() {
        Api writer = api.with(Tokens.ofSubject("skribent", "news:draft"));
        Api reviewer = api.with(Tokens.ofSubject("granskare", "news:write"));
        JsonNode draft = call(writer, "saveDraft", fields("content", content("vatten")));
        JsonNode preview = reviewer.data(
                        "query($id: ID!) { draft(id: $id) { bodyHtml figures { value } problems { code } } }",
                        fields("id", draft.get("id").asString()))
                .get("draft");
        assertThat(preview.get("bodyHtml").asString()).isEqualTo("<p>Det är en vattenläcka.</p>\n");
        assertThat(preview.get("problems")).isEmpty();
        call(writer, "requestReview", version(draft));
        assertThat(call(reviewer, "approveDraft", version(draft)).get("state").asString())
                .isEqualTo("APPROVED");
        JsonNode scheduled = call(reviewer, "scheduleDraft", version(draft, "publishAt", "2027-03-28T03:00:00+02:00"));
        assertThat(scheduled.get("publishAt").asString()).isEqualTo("2027-03-28T01:00:00.000000Z");
        newsroom.run("update draft set publish_at = clock_timestamp()");
        String id = draft.get("newsId").asString();
        Awaitility.await()
                .until(() -> !api.data("query($id: ID!) { node(id: $id) { id } }", fields("id", id))
                        .get("node")
                        .isNull());
        return id;
    }

    private static JsonNode call(Api as, String mutation, Map<String, @Nullable Object> input) {
        JsonNode payload =
                as.data(Editor.document(mutation), Map.of("input", input)).get("payload");
        assertThat(payload.get("userErrors")).isEmpty();
        return payload.get("draft");
    }

    private String publish() {
        return publish("vatten");
    }

    private String publish(String topic) {
        return editor.done("publishNews", Map.of("news", content(topic)))
                .at("/news/id")
                .asString();
    }

    private static Map<String, @Nullable Object> content(String topic) {
        return Editor.content(
                "Vattenläcka",
                "summary",
                "Koka vattnet i Bara.",
                "body",
                "Det är en vattenläcka.",
                "kind",
                "SITUATION_REPORT",
                "urgency",
                "IMPORTANT",
                "topics",
                List.of(topic),
                "series",
                "lage",
                "figures",
                figures(45));
    }

    private static List<Map<String, @Nullable Object>> figures(int households) {
        return List.of(fields("name", "hushall", "label", "Utan vatten", "value", households, "unit", "hushåll"));
    }

    private JsonNode revise(String id, int revision, @Nullable Object... changes) {
        Map<String, @Nullable Object> input = fields("id", id, "expectedRevision", revision);
        input.putAll(fields(changes));
        return editor.done("reviseNews", input);
    }

    /** A line for each revision: number, significance, note, figure and changes. */
    private String record(String id) {
        List<String> lines = new ArrayList<>();
        api.data(
                        "query($id: ID!) { node(id: $id) { ... on News { revisions { nodes { number significance note"
                                + " figures { value } changes { field before after } } } } } }",
                        Map.of("id", id))
                .at("/node/revisions/nodes")
                .forEach(revision -> {
                    StringBuilder line = new StringBuilder();
                    line.append(revision.get("number").asInt()).append(' ');
                    line.append(revision.get("significance").asString()).append(' ');
                    line.append(
                            revision.get("note").isNull()
                                    ? "null"
                                    : revision.get("note").asString());
                    line.append(' ').append(revision.at("/figures/0/value").asDouble());
                    revision.get("changes")
                            .forEach(change -> line.append(" %s: %s > %s"
                                    .formatted(
                                            change.get("field").asString(),
                                            change.get("before").asString(),
                                            change.get("after").asString())));
                    lines.add(line.toString());
                });
        return String.join("\n", lines);
    }

    private String slugOf(String slug) {
        return api.data("query($slug: String!) { newsBySlug(slug: $slug) { slug } }", Map.of("slug", slug))
                .at("/newsBySlug/slug")
                .asString();
    }

    private JsonNode everyWay(String id) {
        return api.data(EVERY_WAY_IN, fields("id", id, "slug", "vattenlacka", "after", start));
    }

    private String everyWayIn(String id) {
        return everyWay(id).toString();
    }

    private String page(String address) {
        byte[] body = client.get()
                .uri(URI.create("http://localhost:" + port + address))
                .exchange()
                .expectBody()
                .returnResult()
                .getResponseBody();
        return body == null ? "" : new String(body, StandardCharsets.UTF_8);
    }
}
