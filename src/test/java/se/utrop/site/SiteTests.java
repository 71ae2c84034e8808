package se.utrop.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graphql.parser.Parser;
import graphql.schema.GraphQLSchema;
import graphql.validation.Validator;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.io.ClassPathResource;
import org.springframework.graphql.execution.GraphQlSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;
import se.utrop.Api;
import se.utrop.Editor;
import se.utrop.Newsroom;
import se.utrop.Statements;
import se.utrop.UtropTest;
import se.utrop.news.NewsroomProperties;
import se.utrop.site.SiteProperties.Language;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The pages as the server sends them. */
@UtropTest
class SiteTests {

    private static final Path DOCUMENTS = Path.of("src/main/resources/site");

    private static final int FIRST_VIEW = 60_000;

    private static final Instant DAY = Instant.parse("2023-11-06T12:42:00Z");

    private static final String FILES = "link[rel=stylesheet], link[rel=icon], link[rel=modulepreload], script[src]";

    private final WebTestClient client;

    private final Newsroom newsroom;

    private final Editor editor;

    private final Api api;

    private final Statements statements;

    private final GraphQLSchema schema;

    private final String origin;

    SiteTests(
            WebTestClient client,
            Newsroom newsroom,
            Editor editor,
            Api api,
            Statements statements,
            GraphQlSource source,
            @LocalServerPort int port) {
        this.client = client.mutate()
                .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(-1))
                .build();
        this.newsroom = newsroom;
        this.editor = editor;
        this.api = api;
        this.statements = statements;
        this.schema = source.schema();
        this.origin = "http://localhost:" + port;
    }

    @BeforeEach
    void fill() {
        newsroom.clear();
        newsroom.topic("kollektivtrafik", "Kollektivtrafik");
        newsroom.topic("kultur", "Kultur");
        newsroom.series("lagesrapport", "Lägesrapport");
    }

    private void articles(int count) {
        for (int i = 0; i < count; i++) {
            newsroom.article("a" + i, DAY.minusSeconds(3_600L * i), i % 2 == 0 ? "kultur" : "kollektivtrafik");
        }
        newsroom.awaitHeard();
    }

    private void reports(int count) {
        for (int i = 0; i < count; i++) {
            String slug = "r" + i;
            Instant at = DAY.minusSeconds(604_800L * (count - i));
            newsroom.news(slug, at, "SITUATION_REPORT", "ROUTINE", "lagesrapport");
            newsroom.run(
                    "insert into figure (news_id, position, name, label, value, unit, change)"
                            + " select id, 1, 'vardas', 'Vårdas', :value, 'patienter', 10 from news where slug = :slug",
                    Map.of("slug", slug, "value", 100.0 + 10 * i));
        }
        newsroom.awaitHeard();
    }

    @Test
    void everyDocumentIsValid() throws IOException {
        try (Stream<Path> files = Files.list(DOCUMENTS)) {
            List<Path> documents =
                    files.filter(file -> file.toString().endsWith(".graphql")).toList();
            assertThat(documents).hasSizeGreaterThan(10);
            for (Path document : documents) {
                assertThat(new Validator()
                                .validateDocument(schema, Parser.parse(Files.readString(document)), Locale.ENGLISH))
                        .as(document.toString())
                        .isEmpty();
            }
        }
    }

    @Test
    void theFrontPageLeadsToEveryNewsItemByItsPages() {
        articles(45);
        List<String> seen = new ArrayList<>();
        String address = "/";
        String last = address;
        while (address != null) {
            Document page = page(address);
            seen.addAll(slugs(page));
            last = address;
            address = href(page, "link[rel=next]");
            assertThat(href(page, ".paging a[rel=next]")).isEqualTo(address);
        }
        assertThat(seen).isEqualTo(IntStream.range(0, 45).mapToObj(i -> "a" + i).toList());
        String previous = Objects.requireNonNull(href(page(last), "link[rel=prev]"));
        assertThat(slugs(page(previous)))
                .isEqualTo(IntStream.range(20, 40).mapToObj(i -> "a" + i).toList());
    }

    @Test
    void listsAreFilteredByTheAddress() {
        articles(4);
        assertThat(slugs(page("/?topics=kultur&kinds=&from="))).containsExactly("a0", "a2");
        assertThat(slugs(page("/topics/kultur"))).containsExactly("a0", "a2");
        assertThat(slugs(page("/?topics=kultur,kollektivtrafik&from=2023-11-06&to=2023-11-06&urgencies=routine")))
                .hasSize(4);
        assertThat(slugs(page("/?urgencies=BREAKING"))).isEmpty();
        assertThat(slugs(page("/archive/2023/11"))).hasSize(4);
        Document page = page("/?topics=kultur");
        assertThat(page.select("select[name=topics] option[selected]").attr("value"))
                .isEqualTo("kultur");
        assertThat(page.select("link[rel=alternate]").eachAttr("href"))
                .containsExactly("/news.atom?topics=kultur", "/news.rss?topics=kultur", "/news.json?topics=kultur");
    }

    @Test
    void topicsSeriesAndMonthsAreFound() {
        articles(3);
        reports(1);
        assertThat(page("/topics").select("main a").eachAttr("href"))
                .containsExactly("/topics/kollektivtrafik", "/topics/kultur", "/series/lagesrapport");
        Document archive = page("/archive");
        assertThat(archive.select("main a").eachAttr("href")).containsExactly("/archive/2023/11", "/archive/2023/10");
        assertThat(archive.select("main li").text()).contains("November 2023 3 nyheter", "Oktober 2023 1 nyhet");
    }

    @Test
    void searchesShowTheirHits() {
        newsroom.longArticle("langt", "En mening om spårvagnar & bussar <i>i</i> rusningen.");
        newsroom.awaitHeard();
        Document page = page("/search?q=spårvagnar");
        assertThat(slugs(page)).containsExactly("langt");
        assertThat(page.select(".summary mark").text()).isEqualTo("spårvagnar");
        assertThat(page.select("input[id=words]").attr("value")).isEqualTo("spårvagnar");
        assertThat(slugs(page("/search?q=spårvagnar&order=newest"))).containsExactly("langt");
        assertThat(page("/search").select(".teaser")).isEmpty();
        assertThat(page("/search?q=obefintligt").select("main").text()).contains("Inga träffar");
        Document softer = page("/search?q=obefintligt+spårvangar+bussar");
        assertThat(slugs(softer)).containsExactly("langt");
        assertThat(softer.select("[role=status]").text()).contains("Ingen nyhet har alla orden");
        assertThat(softer.select("main a[href^=/search?q=obefintligt%20sp%C3%A5rvagnar%20bussar]")
                        .text())
                .isEqualTo("obefintligt spårvagnar bussar");
        assertThat(page("/search?q=kollektivtrafik")
                        .select("main a[href=/topics/kollektivtrafik]")
                        .text())
                .startsWith("Kollektivtrafik");
    }

    @Test
    void anItemShowsItsRecordAndDescribesItselfToMachines() {
        JsonNode published = editor.publish(
                "Ny </script> & <b>linje</b>",
                "summary",
                "Bussen går måndag.",
                "body",
                "Den *går*.",
                "urgency",
                "IMPORTANT");
        editor.done(
                "reviseNews",
                Map.of(
                        "id",
                        published.at("/id").asString(),
                        "expectedRevision",
                        1,
                        "note",
                        "Fel dag.",
                        "significance",
                        "CORRECTION",
                        "summary",
                        "Bussen går tisdag."));
        newsroom.awaitHeard();
        String address = "/news/" + published.at("/slug").asString();
        Document page = page(address);
        assertThat(page.select("h1").text()).isEqualTo("Ny </script> & <b>linje</b>");
        assertThat(page.select(".body em").text()).isEqualTo("går");
        assertThat(page.select(".record li").text()).contains("Rättad", "Fel dag.");
        assertThat(page.select(".diff").html()).isEqualTo("Bussen går <del>måndag</del><ins>tisdag</ins>.");
        JsonNode data = JsonMapper.shared()
                .readTree(page.select("script[type=application/ld+json]").html());
        assertThat(data.at("/@type").asString()).isEqualTo("NewsArticle");
        assertThat(data.at("/headline").asString()).isEqualTo("Ny </script> & <b>linje</b>");
        assertThat(page.select("meta[property=og:type]").attr("content")).isEqualTo("article");
        assertThat(href(page, "link[rel=canonical]")).isEqualTo(address);
    }

    @Test
    void whatIsLeftOfARetractedItemIsShown() {
        JsonNode published = editor.publish("Fel nyhet");
        editor.done("retractNews", Map.of("id", published.at("/id").asString(), "reason", "Den var <fel>."));
        newsroom.awaitHeard();
        Document page = Jsoup.parse(get("/news/fel-nyhet", 410));
        assertThat(page.select("main").text())
                .contains("återkallad", "Den var <fel>.", "/news/fel-nyhet")
                .doesNotContain("Fel nyhet", "Ingress.");
        assertThat(page.select("dd time")).hasSize(2);
        JsonNode left = api.data("{ retraction(slug: \"fel-nyhet\") { slug publishedAt retractedAt reason } }");
        assertThat(left.at("/retraction/reason").asString()).isEqualTo("Den var <fel>.");
        assertThat(Instant.parse(left.at("/retraction/retractedAt").asString()))
                .isAfterOrEqualTo(
                        Instant.parse(left.at("/retraction/publishedAt").asString()));
        assertThat(api.data("{ retraction(slug: \"fel\") { slug } }")
                        .at("/retraction")
                        .isNull())
                .isTrue();
    }

    @Test
    void aSeriesIsDrawnAndTabulated() {
        reports(5);
        newsroom.run("update news set title = 'Rättad' where slug = 'r2'");
        newsroom.awaitHeard();
        Document page = page("/series/lagesrapport");
        assertThat(page.select(".latest strong").text()).isEqualTo("140");
        assertThat(page.select(".latest .change").text()).startsWith("+10 ");
        assertThat(page.select("svg polyline").attr("points").split(" ")).hasSize(5);
        assertThat(page.select("svg title").text()).isEqualTo("Lägesrapport: Vårdas");
        assertThat(page.select("svg desc").text()).contains("140");
        assertThat(page.select("svg .revised")).hasSize(1);
        assertThat(page.select("tbody tr")).hasSize(5);
        assertThat(page.select("tbody .changed")).hasSize(1);
        assertThat(slugs(page)).containsExactly("r4", "r3", "r2", "r1", "r0");
        String svg = get("/series/lagesrapport/vardas.svg", 200);
        assertThat(Jsoup.parse(svg, org.jsoup.parser.Parser.xmlParser()).select("svg > polyline"))
                .hasSize(1);
        get("/series/lagesrapport/obefintlig.svg", 404);
        get("/series/obefintlig/vardas.svg", 404);
    }

    /** Whatever the values, the line stays within the picture, and small differences can be read. */
    @ParameterizedTest
    @CsvSource({"-10, 90", "-0.5, 3.5", "-12, 25", "-1, 18", "0.004, 0.125", "-3, -1"})
    void everyValueIsWithinItsChart(double lowest, double highest) {
        reports(2);
        newsroom.run(
                "update figure set value = :value from news n where n.id = news_id and slug = 'r0'",
                Map.of("value", lowest));
        newsroom.run(
                "update figure set value = :value from news n where n.id = news_id and slug = 'r1'",
                Map.of("value", highest));
        newsroom.awaitHeard();
        Document page = page("/series/lagesrapport");
        assertThat(page.select("svg circle"))
                .isNotEmpty()
                .allSatisfy(
                        dot -> assertThat(Double.parseDouble(dot.attr("cy"))).isBetween(16.0, 244.0));
        assertThat(page.select(".latest strong").text().replace(',', '.').replace('\u2212', '-'))
                .isEqualTo(highest == (long) highest ? String.valueOf((long) highest) : String.valueOf(highest));
    }

    @Test
    void aFigureKeepsItsLabelWhenTheLatestReportLeavesItOut() {
        reports(3);
        newsroom.run("delete from figure using news n where n.id = news_id and slug = 'r2'");
        newsroom.awaitHeard();
        assertThat(page("/series/lagesrapport").select("svg title").text()).isEqualTo("Lägesrapport: Vårdas");
    }

    @Test
    void theAddressOfAMergedTopicLeadsOn() {
        newsroom.topic("tag", "Tåg");
        newsroom.topic("spar", "Spår");
        newsroom.run("select merge_topics(former.id, present.id) from topic former, topic present"
                + " where former.slug = 'tag' and present.slug = 'spar'");
        newsroom.awaitHeard();
        client.get()
                .uri("/topics/tag")
                .exchange()
                .expectStatus()
                .isEqualTo(HttpStatus.MOVED_PERMANENTLY)
                .expectHeader()
                .location("/topics/spar");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/?from=i-dag", "/?kinds=HEMLIG", "/?after=x", "/topics/kultur?before=x", "/news/%00"})
    void aBadAddressIsExplained(String address) {
        Document page = Jsoup.parse(get(address, 400));
        assertThat(page.select("main h1")).isNotEmpty();
        assertThat(page.select("meta[name=robots]").attr("content")).isEqualTo("noindex");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/news/obefintlig",
                "/topics/obefintlig",
                "/series/obefintlig",
                "/archive/2023/13",
                "/archive/2023/0",
                "/nyheter",
                "/a/b?c=d"
            })
    void anUnknownAddressIsAPageForReaders(String address) {
        EntityExchangeResult<byte[]> page = client.get()
                .uri(URI.create(origin + address))
                .accept(MediaType.TEXT_HTML, MediaType.ALL)
                .exchange()
                .expectStatus()
                .isNotFound()
                .expectBody()
                .returnResult();
        assertThat(Jsoup.parse(text(page.getResponseBody())).select("h1").text())
                .isEqualTo("Sidan finns inte");
        HttpHeaders headers = page.getResponseHeaders();
        HttpHeaders ofFrontPage = exchange(HttpMethod.GET, "/", null).getResponseHeaders();
        assertThat(headers.headerNames()).contains("ETag", "Feed-Cursor");
        for (String name : List.of("Cache-Control", "Content-Security-Policy", "Content-Type")) {
            assertThat(headers.getFirst(name)).as(name).isEqualTo(ofFrontPage.getFirst(name));
        }
        assertThat(headers.getVary()).containsAll(ofFrontPage.getVary());
    }

    /** The same address has another answer for programs. */
    @Test
    void anUnknownAddressIsCachedAsAPageOnlyForBrowsers() {
        for (MediaType type : List.of(MediaType.TEXT_HTML, MediaType.ALL)) {
            HttpHeaders headers = client.get()
                    .uri("/nyheter")
                    .accept(type)
                    .exchange()
                    .expectBody()
                    .returnResult()
                    .getResponseHeaders();
            assertThat(headers.getVary()).contains("Accept");
            assertThat(headers.getCacheControl())
                    .isEqualTo(type.equals(MediaType.ALL) ? "no-store" : "public, no-cache");
        }
        assertThat(exchange(HttpMethod.GET, "/assets/site.css", null)
                        .getResponseHeaders()
                        .getCacheControl())
                .isEqualTo("no-store");
    }

    @Test
    void anUnknownAddressIsAnErrorForPrograms() {
        client.get()
                .uri("/nyheter")
                .accept(MediaType.ALL)
                .exchange()
                .expectStatus()
                .isNotFound()
                .expectHeader()
                .contentType(MediaType.APPLICATION_JSON)
                .expectBody()
                .jsonPath("$.status")
                .isEqualTo(404)
                .jsonPath("$.path")
                .isEqualTo("/nyheter");
        client.post().uri("/").exchange().expectStatus().isEqualTo(405);
        get("/assets/site.css", 404);
    }

    @Test
    void aHotPageTakesNoStatement() {
        articles(3);
        reports(2);
        for (String address : List.of("/", "/news/a0", "/series/lagesrapport", "/topics", "/archive/2023/11")) {
            get(address, 200);
            newsroom.awaitFeedRead();
            statements.forget();
            EntityExchangeResult<byte[]> hot = exchange(HttpMethod.GET, address, null);
            String tag = Objects.requireNonNull(hot.getResponseHeaders().getETag());
            assertThat(exchange(HttpMethod.GET, address, tag).getStatus().value())
                    .isEqualTo(304);
            EntityExchangeResult<byte[]> head = exchange(HttpMethod.HEAD, address, null);
            assertThat(head.getResponseHeaders().getETag()).isEqualTo(tag);
            assertThat(head.getResponseBody()).isNull();
            assertThat(statements.sentForClients()).as(address).isEmpty();
        }
    }

    @Test
    void aPageIsNewAsSoonAsTheNewsroomIs() {
        articles(1);
        assertThat(slugs(page("/"))).containsExactly("a0");
        newsroom.article("b", DAY.plusSeconds(1));
        newsroom.awaitHeard();
        assertThat(slugs(page("/"))).containsExactly("b", "a0");
    }

    @Test
    void theFirstViewIsSmall() {
        articles(40);
        reports(20);
        for (String address : List.of("/", "/news/a0", "/series/lagesrapport")) {
            Document page = page(address);
            int size = get(address, 200).getBytes(StandardCharsets.UTF_8).length;
            for (Element file : page.select(FILES)) {
                size += get(address(file), 200).length();
            }
            assertThat(size).as(address).isLessThan(FIRST_VIEW);
        }
    }

    @Test
    void pagesHaveAStrictPolicyAndFilesThatBrowsersKeep() {
        EntityExchangeResult<byte[]> front = exchange(HttpMethod.GET, "/", null);
        assertThat(front.getResponseHeaders().getFirst("Content-Security-Policy"))
                .startsWith("default-src 'none'; script-src 'self'; style-src 'self'; ")
                .endsWith("; base-uri 'none'; frame-ancestors 'none'")
                .doesNotContain("unsafe", "http", "*");
        assertThat(front.getResponseHeaders().getFirst("X-Content-Type-Options"))
                .isEqualTo("nosniff");
        Document page = Jsoup.parse(text(front.getResponseBody()));
        assertThat(page.select("[style], style, script:not([src])")).isEmpty();
        for (Element file : page.select(FILES)) {
            assertThat(address(file)).matches("/assets/\\w+-[0-9a-f]{12}\\.\\w+");
            assertThat(exchange(HttpMethod.GET, address(file), null)
                            .getResponseHeaders()
                            .getCacheControl())
                    .isEqualTo("max-age=31536000, public, immutable");
        }
        HttpHeaders widget = exchange(HttpMethod.GET, "/widget.js", null).getResponseHeaders();
        assertThat(widget.getContentType()).hasToString("text/javascript");
        assertThat(widget.getCacheControl()).isEqualTo("max-age=3600, public");
    }

    /** Browsers load it into pages of other origins, and Deno finds its types. */
    @Test
    void theModuleThatFollowsTheFeedIsForEveryOrigin() {
        EntityExchangeResult<byte[]> module = exchange(HttpMethod.GET, "/feed.js", null);
        assertThat(module.getResponseHeaders().getContentType()).hasToString("text/javascript");
        assertThat(module.getResponseHeaders().getCacheControl()).isEqualTo("max-age=3600, public");
        assertThat(module.getResponseHeaders().getAccessControlAllowOrigin()).isEqualTo("*");
        assertThat(text(module.getResponseBody()))
                .isEqualTo(get(address(Jsoup.parse(get("/", 200)).expectFirst("link[rel=modulepreload]")), 200))
                .startsWith("/* @ts-self-types=\"./feed.d.ts\" */");
        assertThat(mediaType("/feed.d.ts", "*/*")).startsWith("application/typescript");
        assertThat(get("/feed.d.ts", 200)).contains("export function followFeed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "text/html", "image/avif,*/*;q=0.8"})
    void aFileHasItsMediaTypeWhateverIsAccepted(String accepted) {
        Document page = Jsoup.parse(get("/", 200));
        for (Element file : page.select(FILES)) {
            String ending = address(file).replaceFirst(".*\\.", "");
            assertThat(mediaType(address(file), accepted))
                    .as(ending)
                    .isEqualTo(
                            switch (ending) {
                                case "css" -> "text/css";
                                case "js" -> "text/javascript";
                                default -> "image/svg+xml";
                            });
        }
        assertThat(mediaType("/widget.js", accepted)).isEqualTo("text/javascript");
    }

    private String mediaType(String address, String accepted) {
        HttpHeaders headers = client.get()
                .uri(URI.create(origin + address))
                .header(HttpHeaders.ACCEPT, accepted)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .returnResult()
                .getResponseHeaders();
        return String.valueOf(headers.getContentType());
    }

    @Test
    void bothLanguagesHaveTheSameTexts() throws IOException {
        assertThat(messages("sv").stringPropertyNames())
                .isEqualTo(messages("en").stringPropertyNames());
        Set<String> used = new HashSet<>();
        try (Stream<Path> templates = Files.list(Path.of("src/main/jte"))) {
            for (Path template : templates.toList()) {
                Pattern.compile("t(?:exts\\(\\))?\\.get\\(\"([a-z.]+[a-z])\"")
                        .matcher(Files.readString(template))
                        .results()
                        .map((MatchResult key) -> key.group(1))
                        .forEach(used::add);
            }
        }
        assertThat(messages("sv").stringPropertyNames()).containsAll(used);
    }

    private static Properties messages(String language) throws IOException {
        Properties messages = new Properties();
        try (InputStream file =
                new ClassPathResource("site/messages_%s.properties".formatted(language)).getInputStream()) {
            messages.load(file);
        }
        return messages;
    }

    @Test
    void aSiteMayBeInEnglishUnderItsOwnAddress() {
        SiteProperties properties = new SiteProperties(
                true,
                "Region Example",
                Language.EN,
                URI.create("https://news.example.org"),
                "press@example.org",
                List.of(URI.create("https://images.example.org")));
        Site site = new Site(properties, new NewsroomProperties(ZoneId.of("Europe/Stockholm")));
        Data.Retraction left = new Data.Retraction("gone", DAY, DAY, null);
        Document page =
                Jsoup.parse(text(new Templates(site).render(Page.of("retracted", left, "Retracted", "/news/gone"))));
        assertThat(page.select("html").attr("lang")).isEqualTo("en");
        assertThat(page.title()).isEqualTo("Retracted – Region Example");
        assertThat(page.select("main").text()).contains("It was retracted 6 November 2023 at 13:42");
        assertThat(href(page, "link[rel=canonical]")).isEqualTo("https://news.example.org/news/gone");
        assertThat(page.select("footer a[href^=mailto:]")).hasSize(1);
        assertThat(site.policy()).contains("img-src 'self' https://images.example.org;");
        assertThat(site.shows(URI.create("https://images.example.org/a.png"))).isTrue();
        assertThat(site.shows(URI.create("https://images.example.org.evil.example/a.png")))
                .isFalse();
    }

    @Test
    void numbersAndTimesAreWrittenAsTheLanguageDoes() {
        Texts swedish = new Texts(Language.SV.locale(), ZoneId.of("Europe/Stockholm"));
        assertThat(swedish.number(-12345.5)).isEqualTo("−12\u00a0345,5");
        assertThat(swedish.change(3)).isEqualTo("+3");
        assertThat(swedish.moment(DAY)).isEqualTo("6 november 2023 kl. 13.42");
        assertThat(swedish.count("topic.count", 0)).isEqualTo("Inga nyheter");
        assertThat(swedish.count("topic.count", 1200)).isEqualTo("1\u00a0200 nyheter");
        Texts english = new Texts(Language.EN.locale(), ZoneId.of("Europe/Stockholm"));
        assertThat(english.number(12345.5)).isEqualTo("12,345.5");
        assertThat(english.shortDay(DAY)).isEqualTo("6 Nov 2023");
    }

    @Test
    void settingsAreChecked() {
        assertThatThrownBy(() -> settings("https://news.example.org/path", null))
                .hasMessageContaining("utrop.site.url");
        assertThatThrownBy(() -> settings("/", null)).hasMessageContaining("utrop.site.url");
        assertThatThrownBy(() -> settings("https://a.example", "news.example.org"))
                .hasMessageContaining("utrop.site.contact");
        assertThatThrownBy(() -> new SiteProperties(
                        true, "A", Language.SV, null, null, List.of(URI.create("https://a.example/b"))))
                .hasMessageContaining("utrop.site.image-origins");
        assertThatThrownBy(() -> new SiteProperties(true, " ", Language.SV, null, null, List.of()))
                .hasMessageContaining("utrop.site.name");
    }

    private static SiteProperties settings(String url, @Nullable String contact) {
        return new SiteProperties(true, "Utrop", Language.SV, URI.create(url), contact, List.of());
    }

    private Document page(String address) {
        return Jsoup.parse(get(address, 200));
    }

    private String get(String address, int status) {
        EntityExchangeResult<byte[]> result = exchange(HttpMethod.GET, address, null);
        String content = text(result.getResponseBody());
        assertThat(result.getStatus().value()).as("%s: %s", address, content).isEqualTo(status);
        return content;
    }

    private EntityExchangeResult<byte[]> exchange(HttpMethod method, String address, @Nullable String tag) {
        return client.method(method)
                .uri(URI.create(origin + address.replace("å", "%C3%A5")))
                .headers(headers -> {
                    if (tag != null) {
                        headers.setIfNoneMatch(tag);
                    }
                })
                .exchange()
                .expectBody()
                .returnResult();
    }

    private static String text(byte @Nullable [] content) {
        return content == null ? "" : new String(content, StandardCharsets.UTF_8);
    }

    private static List<String> slugs(Document page) {
        return page.select(".teaser h2 a").eachAttr("href").stream()
                .map(address -> address.substring("/news/".length()))
                .toList();
    }

    private static String address(Element file) {
        return file.hasAttr("src") ? file.attr("src") : file.attr("href");
    }

    private static @Nullable String href(Document page, String selector) {
        Element found = page.selectFirst(selector);
        return found == null ? null : found.attr("href");
    }
}
