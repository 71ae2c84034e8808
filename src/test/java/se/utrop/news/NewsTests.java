package se.utrop.news;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import se.utrop.Api;
import se.utrop.Newsroom;
import se.utrop.UtropTest;
import tools.jackson.databind.JsonNode;

@UtropTest
class NewsTests {

    private static final Instant NOON = Instant.parse("2022-12-13T11:00:00Z");

    private final Api api;

    private final Newsroom newsroom;

    NewsTests(Api api, Newsroom newsroom) {
        this.api = api;
        this.newsroom = newsroom;
    }

    @BeforeEach
    void fill() {
        newsroom.clear();
        List.of("a", "b", "c").forEach(topic -> newsroom.topic(topic, "Topic " + topic));
        newsroom.series("s", "Series s");
        IntStream.range(0, 4)
                .forEach(i -> newsroom.news(
                        "report-" + i, NOON.plusSeconds(i / 2), "SITUATION_REPORT", "IMPORTANT", "s", "b", "a"));
        newsroom.article("article", NOON.plusSeconds(60), "c");
        newsroom.run("insert into figure select id, 2, 'deaths', 'Avlidna', 3, null, null from news where slug ="
                + " 'report-1'");
        newsroom.run("insert into figure select id, 1, 'patients-in-care', 'Vårdas', 522, 'patients', 97 from news"
                + " where slug in ('report-1', 'report-3')");
    }

    @Test
    void everyPartOfANewsItemIsRead() {
        newsroom.run(
                "update news set image_url = 'https://utrop.example/b.jpg', image_alt_text = 'En buss', image_width ="
                        + " 800, image_credit = 'Regionen', url = 'https://utrop.example/n' where slug = 'report-1'");
        JsonNode news = bySlug("report-1", """
            id slug title summary body bodyHtml url image { url altText width height credit } kind urgency
            publishedAt publishedAtPrecision updatedAt topics { slug name description } series { slug name }
            figures { name label value unit change }
            """);
        assertThat(news.toString()).isEqualTo("""
            {"id":"%s","slug":"report-1","title":"Titel report-1","summary":"Ingress.","body":null,"bodyHtml":null,\
            "url":"https://utrop.example/n","image":{"url":"https://utrop.example/b.jpg","altText":"En buss",\
            "width":800,"height":null,"credit":"Regionen"},"kind":"SITUATION_REPORT","urgency":"IMPORTANT",\
            "publishedAt":"2022-12-13T11:00:00.000000Z","publishedAtPrecision":"EXACT","updatedAt":"2022-12-13T11:00:00.000000Z",\
            "topics":[{"slug":"b","name":"Topic b","description":null},\
            {"slug":"a","name":"Topic a","description":null}],"series":{"slug":"s","name":"Series s"},\
            "figures":[{"name":"patients-in-care","label":"Vårdas","value":522.0,"unit":"patients","change":97.0},\
            {"name":"deaths","label":"Avlidna","value":3.0,"unit":null,"change":null}]}\
            """.formatted(news.get("id").asString()));
    }

    @Test
    void microsecondsAreKept() {
        newsroom.article("exact", Instant.parse("2022-12-13T11:00:00.000001Z"));
        assertThat(bySlug("exact", "publishedAt").get("publishedAt").asString())
                .isEqualTo("2022-12-13T11:00:00.000001Z");
    }

    @Test
    void nodesKeepTheirIdWhenTheSlugChanges() {
        String id = bySlug("article", "id").get("id").asString();
        newsroom.run("update news set slug = 'other' where slug = 'article'");
        assertThat(api.data("query($id: ID!) { node(id: $id) { id ... on News { slug } } }", Map.of("id", id))
                        .at("/node/slug")
                        .asString())
                .isEqualTo("other");
        assertThat(api.data("{ newsBySlug(slug: \"article\") { id slug } }")
                        .get("newsBySlug")
                        .toString())
                .isEqualTo("{\"id\":\"%s\",\"slug\":\"other\"}".formatted(id));
    }

    @Test
    void nodesComeInTheOrderAskedAndNullWhereThereIsNone() {
        String news = bySlug("article", "id").get("id").asString();
        String topic = api.data("{ topicBySlug(slug: \"a\") { id } }")
                .at("/topicBySlug/id")
                .asString();
        String series = api.data("{ seriesBySlug(slug: \"s\") { id } }")
                .at("/seriesBySlug/id")
                .asString();
        JsonNode nodes = api.data(
                        "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on News { slug } ... on Topic {"
                                + " slug } ... on Series { slug } } }",
                        Map.of("ids", List.of(series, "nonsense", news, "Tjk5OTk", topic, news)))
                .get("nodes");
        assertThat(nodes.valueStream()
                        .map(node -> node.isNull() ? "-" : node.get("slug").asString()))
                .containsExactly("s", "-", "article", "-", "a", "article");
    }

    private static final String NAMED = """
        query($filter: NewsFilter!) {
          news(filter: $filter, orderBy: OLDEST_FIRST) { totalCount nodes { slug } }
          topicBySlug(slug: "a") { news(filter: $filter, orderBy: OLDEST_FIRST) { totalCount nodes { slug } } }
          searchNews(query: "titel", filter: $filter) { totalCount nodes { slug } }
          archive(filter: $filter) { year month count topics { count topic { slug } } }
        }
        """;

    @Test
    void newsAreNamedByTheirIdsWhereverThereIsAFilter() {
        String topic = api.data("{ topicBySlug(slug: \"a\") { id } }")
                .at("/topicBySlug/id")
                .asString();
        List<String> ids = List.of(id("report-1"), "nonsense", id("article"), topic, "Tjk5OTk", id("report-1"));
        JsonNode data = named(Map.of("ids", ids));
        assertThat(data.get("news").toString())
                .isEqualTo("{\"totalCount\":2,\"nodes\":[{\"slug\":\"report-1\"},{\"slug\":\"article\"}]}");
        assertThat(data.at("/topicBySlug/news").toString())
                .isEqualTo("{\"totalCount\":1,\"nodes\":[{\"slug\":\"report-1\"}]}");
        assertThat(data.at("/searchNews/totalCount").asInt()).isEqualTo(2);
        assertThat(slugs(data.at("/searchNews/nodes"))).containsExactlyInAnyOrder("article", "report-1");
        assertThat(data.get("archive").toString())
                .isEqualTo("[{\"year\":2022,\"month\":12,\"count\":2,\"topics\":["
                        + "{\"count\":1,\"topic\":{\"slug\":\"a\"}},{\"count\":1,\"topic\":{\"slug\":\"b\"}},"
                        + "{\"count\":1,\"topic\":{\"slug\":\"c\"}}]}]");
    }

    @Test
    void idsGoWithTheOtherConditionsOfAFilter() {
        List<String> ids = List.of(id("report-1"), id("report-3"), id("article"));
        JsonNode data =
                named(Map.of("ids", ids, "series", "s", "publishedAt", Map.of("since", "2022-12-13T11:00:01Z")));
        String report = "{\"totalCount\":1,\"nodes\":[{\"slug\":\"report-3\"}]}";
        assertThat(data.get("news").toString()).isEqualTo(report);
        assertThat(data.get("searchNews").toString()).isEqualTo(report);
        assertThat(data.at("/archive/0/count").asInt()).isEqualTo(1);
    }

    @Test
    void anEmptyListOfIdsIsNoConditionAndOneWithoutNewsMatchesNothing() {
        assertThat(named(Map.of("ids", List.of())).at("/news/totalCount").asInt())
                .isEqualTo(5);
        for (List<String> none : List.of(List.of("nonsense"), List.of("VDE"), List.of("Tjk5OTk"), List.of(""))) {
            JsonNode data = named(Map.of("ids", none));
            assertThat(data.at("/news/totalCount").asInt()).as("%s", none).isZero();
            assertThat(data.at("/news/nodes")).isEmpty();
            assertThat(data.at("/searchNews/nodes")).isEmpty();
            assertThat(data.get("archive")).isEmpty();
        }
    }

    @Test
    void aFilterTakesAsManyIdsAsNodesDoes() {
        List<String> many = IntStream.rangeClosed(1, 100).mapToObj(News::id).toList();
        assertThat(named(Map.of("ids", many)).has("news")).isTrue();
        for (String field : List.of(
                "news(filter: $filter) { totalCount }",
                "searchNews(query: \"a\", filter: $filter) { totalCount }",
                "archive(filter: $filter) { count }")) {
            assertThat(api.code(
                            "query($filter: NewsFilter!) { " + field + " }",
                            Map.of(
                                    "filter",
                                    Map.of(
                                            "ids",
                                            IntStream.rangeClosed(1, 101)
                                                    .mapToObj(News::id)
                                                    .toList()))))
                    .isEqualTo("BAD_USER_INPUT");
        }
    }

    @Test
    void aCursorGoesWithTheIdsOfItsFilter() {
        String page = "query($ids: [ID!], $after: String) { news(filter: { ids: $ids }, first: 1, after: $after) {"
                + " nodes { slug } pageInfo { endCursor } } }";
        List<String> ids = List.of(id("report-1"), id("report-3"));
        String cursor = api.data(page, Map.of("ids", ids))
                .at("/news/pageInfo/endCursor")
                .asString();
        assertThat(slugs(api.data(page, Map.of("ids", ids.reversed(), "after", cursor))
                        .at("/news/nodes")))
                .containsExactly("report-1");
        assertThat(api.code(page, Map.of("ids", List.of(ids.getFirst()), "after", cursor)))
                .isEqualTo("CURSOR_INVALID");
        assertThat(api.code(page, Map.of("after", cursor))).isEqualTo("CURSOR_INVALID");
    }

    private JsonNode named(Map<String, ?> filter) {
        return api.data(NAMED, Map.of("filter", filter));
    }

    private String id(String slug) {
        return bySlug(slug, "id").get("id").asString();
    }

    @Test
    void reportsKnowTheirNeighboursInTheSeries() {
        JsonNode report = bySlug("report-1", "previousInSeries { slug } nextInSeries { slug }");
        assertThat(report.at("/previousInSeries/slug").asString()).isEqualTo("report-0");
        assertThat(report.at("/nextInSeries/slug").asString()).isEqualTo("report-2");
        assertThat(bySlug("report-0", "previousInSeries { slug }")
                        .get("previousInSeries")
                        .isNull())
                .isTrue();
        assertThat(bySlug("article", "nextInSeries { slug }")
                        .get("nextInSeries")
                        .isNull())
                .isTrue();
    }

    @Test
    void relatedNewsShareMostAndAreNearest() {
        newsroom.article("half", NOON.plusSeconds(5), "a", "c");
        newsroom.article("other", NOON.plusSeconds(6));
        assertThat(slugs(bySlug("report-3", "related(first: 10) { slug }").get("related")))
                .containsExactly("report-2", "report-1", "report-0", "half");
        assertThat(bySlug("other", "related { slug }").get("related").isEmpty()).isTrue();
        assertThat(api.code("{ newsBySlug(slug: \"half\") { related(first: 11) { id } } }"))
                .isEqualTo("BAD_USER_INPUT");
    }

    @Test
    void theRecordKeepsEveryVersionWhoeverRevises() {
        newsroom.run("update news set title = 'Rättad', note = 'Rubriken rättad.' where slug = 'article'");
        newsroom.run("update news set summary = 'Ny ingress.' where slug = 'article'");
        newsroom.run("update news set url = 'https://utrop.example/n' where slug = 'article'");
        JsonNode news = bySlug("article", """
            updatedAt revisions(first: 2) {
              nodes { number publishedAt title summary body note } edges { cursor }
              pageInfo { hasNextPage hasPreviousPage endCursor }
            }
            """);
        JsonNode latest = news.at("/revisions/nodes/0");
        assertThat(latest.get("number").asInt()).isEqualTo(3);
        assertThat(latest.get("title").asString()).isEqualTo("Rättad");
        assertThat(latest.get("summary").asString()).isEqualTo("Ny ingress.");
        assertThat(latest.get("note").isNull()).isTrue();
        assertThat(latest.get("publishedAt")).isEqualTo(news.get("updatedAt"));
        assertThat(news.at("/revisions/nodes/1/note").asString()).isEqualTo("Rubriken rättad.");
        assertThat(news.at("/revisions/pageInfo/hasNextPage").asBoolean()).isTrue();
        JsonNode first = api.data(
                        "query($after: String) { newsBySlug(slug: \"article\") { revisions(after: $after) {"
                                + " nodes { number title } pageInfo { hasNextPage hasPreviousPage } } } }",
                        Map.of("after", news.at("/revisions/pageInfo/endCursor").asString()))
                .at("/newsBySlug/revisions");
        assertThat(first.at("/nodes/0/title").asString()).isEqualTo("Titel article");
        assertThat(first.at("/nodes").size()).isEqualTo(1);
        assertThat(first.at("/pageInfo/hasPreviousPage").asBoolean()).isTrue();
        assertThat(first.at("/pageInfo/hasNextPage").asBoolean()).isFalse();
    }

    @Test
    void theRecordHasNoGaps() {
        assertThatThrownBy(() -> newsroom.run("update news set revision = 5 where slug = 'article'"))
                .hasMessageContaining("cannot follow");
    }

    @Test
    void bodiesAreCommonMarkAndTheirHtmlIsSafe() {
        newsroom.run("update news set body = :body where slug = 'article'", Map.of("body", """
            ## Rubrik

            *Vikt* på [länk](https://utrop.example/x) och [fälla](javascript:alert(1)).

            <script>alert(1)</script><p onclick="x()" style="color:red">Text</p><img src=x onerror=alert(1)>

            | a | b |
            |---|---|
            | 1 | 2 |\
            """));
        String html = bySlug("article", "bodyHtml").get("bodyHtml").asString();
        assertThat(html)
                .contains("<h2>Rubrik</h2>")
                .contains("<em>Vikt</em>")
                .contains("<a href=\"https://utrop.example/x\"")
                .contains("<td>1</td>")
                .contains("Text")
                .doesNotContain("script", "onclick", "style", "onerror");
    }

    @Test
    void aTopicListsItsNews() {
        JsonNode topic = api.data("""
            { topicBySlug(slug: "a") { newsCount news(first: 2, orderBy: OLDEST_FIRST) { nodes { slug } totalCount } } }
            """).get("topicBySlug");
        assertThat(topic.get("newsCount").asInt()).isEqualTo(4);
        assertThat(slugs(topic.at("/news/nodes"))).containsExactly("report-0", "report-1");
        assertThat(topic.at("/news/totalCount").asInt()).isEqualTo(4);
    }

    @Test
    void aSeriesListsItsReportsAndDrawsItsFigures() {
        newsroom.series("e", "Empty");
        JsonNode series = api.data("""
            { series { slug latest { slug } news(first: 3) { nodes { slug } pageInfo { hasNextPage } }
              figures(name: "patients-in-care") { publishedAt value change news { slug } }
              none: figures(name: "patients-in-care", publishedOn: { to: "2022-12-12" }) { value } } }
            """).get("series");
        assertThat(slugs(series)).containsExactly("e", "s");
        assertThat(series.at("/0/latest").isNull()).isTrue();
        assertThat(series.at("/0/figures").isEmpty()).isTrue();
        assertThat(series.at("/1/latest/slug").asString()).isEqualTo("report-3");
        assertThat(slugs(series.at("/1/news/nodes"))).containsExactly("report-3", "report-2", "report-1");
        assertThat(series.at("/1/figures")
                        .valueStream()
                        .map(point -> point.at("/news/slug").asString()))
                .containsExactly("report-1", "report-3");
        assertThat(series.at("/1/figures/0/value").asDouble()).isEqualTo(522);
        assertThat(series.at("/1/none").isEmpty()).isTrue();
    }

    @Test
    void topicsAndSeriesComeInSwedishOrder() {
        newsroom.clear();
        List.of("Ökning", "Zebra", "Äldre", "Ålder", "Alm")
                .forEach(name -> newsroom.topic("t" + name.codePointAt(0) + name.length(), name));
        assertThat(api.data("{ topics { name } }")
                        .get("topics")
                        .valueStream()
                        .map(topic -> topic.get("name").asString()))
                .containsExactly("Alm", "Zebra", "Ålder", "Äldre", "Ökning");
    }

    @Test
    void daysAreWholeAcrossBothClockChanges() {
        newsroom.clear();
        List.of(
                        "2023-03-25T22:59:59.999999Z",
                        "2023-03-25T23:00:00Z",
                        "2023-03-26T21:59:59.999999Z",
                        "2023-03-26T22:00:00Z",
                        "2023-10-28T21:59:59.999999Z",
                        "2023-10-28T22:00:00Z",
                        "2023-10-29T22:59:59.999999Z",
                        "2023-10-29T23:00:00Z")
                .forEach(at -> newsroom.article("n" + at.replaceAll("\\D", ""), Instant.parse(at)));
        assertThat(on("2023-03-26")).containsExactly("n20230326215959999999", "n20230325230000");
        assertThat(on("2023-10-29")).containsExactly("n20231029225959999999", "n20231028220000");
    }

    @Test
    void instantsAreHalfOpen() {
        JsonNode news = api.data("""
            { news(filter: { publishedAt: { since: "2022-12-13T12:00:00+01:00", until: "2022-12-13T11:00:01Z" } }) {
              nodes { slug } } }
            """).get("news");
        assertThat(slugs(news.get("nodes"))).containsExactly("report-1", "report-0");
    }

    private List<String> on(String day) {
        return slugs(api.data(
                        "query($d: Date) { news(filter: { publishedOn: { from: $d, to: $d } }) { nodes { slug } } }",
                        Map.of("d", day))
                .at("/news/nodes"));
    }

    private JsonNode bySlug(String slug, String fields) {
        return api.data("query($slug: String!) { newsBySlug(slug: $slug) { " + fields + " } }", Map.of("slug", slug))
                .get("newsBySlug");
    }

    private static List<String> slugs(JsonNode nodes) {
        return nodes.valueStream().map(node -> node.get("slug").asString()).toList();
    }
}
