package se.utrop.syndication;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.rometools.rome.feed.synd.SyndEntry;
import com.rometools.rome.feed.synd.SyndFeed;
import com.rometools.rome.io.FeedException;
import com.rometools.rome.io.SyndFeedInput;
import com.rometools.rome.io.XmlReader;
import graphql.parser.Parser;
import graphql.schema.GraphQLSchema;
import graphql.validation.Validator;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.core.io.ClassPathResource;
import org.springframework.graphql.execution.GraphQlSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;
import se.utrop.Editor;
import se.utrop.Newsroom;
import se.utrop.NodeScripts;
import se.utrop.Statements;
import se.utrop.UtropTest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Feeds and sitemaps, as their subscribers and crawlers fetch them. */
@UtropTest
class SyndicationTests {

    private static final Instant NOON = Instant.parse("2022-12-13T12:00:00Z");

    private static final Pattern LOCATION = Pattern.compile("<loc>([^<]*)</loc>");

    private final WebTestClient client;
    private final Newsroom newsroom;
    private final Editor editor;
    private final Statements statements;
    private final GraphQLSchema schema;
    private final int port;

    SyndicationTests(
            WebTestClient client,
            Newsroom newsroom,
            Editor editor,
            Statements statements,
            GraphQlSource source,
            @LocalServerPort int port) {
        this.client = client;
        this.newsroom = newsroom;
        this.editor = editor;
        this.statements = statements;
        this.schema = source.schema();
        this.port = port;
    }

    @BeforeEach
    void fill() {
        newsroom.clear();
        newsroom.topic("vard", "Vård");
        newsroom.topic("skola", "Skola");
        newsroom.series("rapport", "Rapport");
        newsroom.article("a", NOON, "vard");
        newsroom.news("b", NOON.plus(1, ChronoUnit.DAYS), "SITUATION_REPORT", "BREAKING", "rapport", "vard", "skola");
        newsroom.article("c", NOON.plus(2, ChronoUnit.DAYS), "skola");
        newsroom.article("d", NOON.plus(3, ChronoUnit.DAYS));
        newsroom.awaitHeard();
    }

    @ParameterizedTest
    @ValueSource(strings = {"News", "Search", "SitemapMonths", "SitemapOfLists", "SitemapOfNews"})
    void theDocumentsAreValid(String document) throws IOException {
        String text = new ClassPathResource("syndication/" + document + ".graphql")
                .getContentAsString(StandardCharsets.UTF_8);
        assertThat(new Validator().validateDocument(schema, Parser.parse(text), Locale.ENGLISH))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        ''                                    | d c b a
        ?topics=vard                          | b a
        ?topics=vard,skola                    | c b a
        ?topics=vard&topics=skola             | c b a
        ?allTopics=vard,skola                 | b
        ?notTopics=vard                       | d c
        ?topics=skola&notTopics=vard          | c
        ?kinds=situation_report               | b
        ?urgencies=BREAKING                   | b
        ?series=rapport                       | b
        ?from=2022-12-15                      | d c
        ?to=2022-12-14                        | b a
        ?from=2022-12-14&to=2022-12-15        | c b
        ?q=titel b                            | b
        ?q=titel&topics=skola                 | c b
        ?limit=2                              | d c
        ?topics=nothing-here                  | ''
        """)
    void aFeedHasWhatMatchesItsParameters(String query, String slugs) {
        assertThat(slugs("/news.json" + query.strip())).isEqualTo(slugs);
    }

    private String slugs(String address) {
        return String.join(
                " ",
                json(address)
                        .get("items")
                        .valueStream()
                        .map(item -> item.get("title").asString().replace("Titel ", ""))
                        .toList());
    }

    @Test
    void equalFiltersShareOneResponse() {
        EntityExchangeResult<byte[]> first = get("/news.atom?topics=vard&topics=skola&kinds=article&limit=20");
        statements.forget();
        EntityExchangeResult<byte[]> second = get("/news.atom?kinds=ARTICLE&topics=skola,vard,&q=");
        assertThat(second.getResponseBody()).isEqualTo(first.getResponseBody());
        assertThat(statements.sentForClients()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/news.atom, application/atom+xml;charset=UTF-8",
        "/news.rss, application/rss+xml;charset=UTF-8",
        "/news.json, application/feed+json"
    })
    void aFeedIsCachedLikeAnAnswer(String address, String type) {
        HttpHeaders headers = get(address).getResponseHeaders();
        assertThat(headers.getFirst(HttpHeaders.CONTENT_TYPE)).isEqualTo(type);
        assertThat(headers.getFirst(HttpHeaders.LINK)).matches("<http://localhost:\\d+" + address + ">; rel=\"self\"");
        assertThat(headers.getCacheControl()).isEqualTo("public, no-cache");
        assertThat(headers.getVary()).contains("Accept-Encoding").doesNotContain("Accept");
        assertThat(headers.getFirst("Feed-Cursor")).isNotEmpty();
        assertThat(headers.getFirst("Surrogate-Key")).isNotEmpty();

        String tag = requireNonNull(headers.getETag());
        EntityExchangeResult<byte[]> known = exchange(HttpMethod.GET, address, HttpHeaders.IF_NONE_MATCH, tag);
        assertThat(known.getStatus()).isEqualTo(HttpStatus.NOT_MODIFIED);
        EntityExchangeResult<byte[]> head = exchange(HttpMethod.HEAD, address, "Accept", "text/html");
        assertThat(head.getStatus()).isEqualTo(HttpStatus.OK);
        assertThat(head.getResponseBody()).isNull();
        assertThat(head.getResponseHeaders().getETag()).isEqualTo(tag);
        assertThat(exchange(HttpMethod.GET, address, HttpHeaders.ACCEPT_ENCODING, "gzip")
                        .getResponseHeaders()
                        .getETag())
                .endsWith("-gzip\"");

        newsroom.article("e", Instant.now(), "vard");
        newsroom.awaitHeard();
        assertThat(exchange(HttpMethod.GET, address, HttpHeaders.IF_NONE_MATCH, tag)
                        .getStatus())
                .isEqualTo(HttpStatus.OK);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        /news.atom?limit=500&topic=vard | limit=500
        /news.rss?limit=500&topic=vard  | topic: there is no such parameter
        /news.json?after=xyz            | after is not a cursor of this list
        """)
    void aBadParameterIsNamed(String address, String fault) {
        EntityExchangeResult<byte[]> refused = get(address);
        assertThat(refused.getStatus()).isEqualTo(HttpStatus.BAD_REQUEST);
        assertThat(refused.getResponseHeaders().getFirst(HttpHeaders.CONTENT_TYPE))
                .startsWith("text/plain");
        assertThat(refused.getResponseHeaders().getCacheControl()).isEqualTo("no-store");
        assertThat(text(refused)).contains(fault);
    }

    @Test
    void onlyReadingIsAllowed() {
        EntityExchangeResult<byte[]> refused = exchange(HttpMethod.POST, "/news.atom", "Accept", "*/*");
        assertThat(refused.getStatus()).isEqualTo(HttpStatus.METHOD_NOT_ALLOWED);
        assertThat(refused.getResponseHeaders().getAllow()).containsExactlyInAnyOrder(HttpMethod.GET, HttpMethod.HEAD);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/news.atom?limit=1", "/news.rss?limit=1", "/news.atom?q=titel&limit=1"})
    void pagesLeadToTheEndAndBack(String start) throws Exception {
        List<String> titles = new ArrayList<>();
        String address = start;
        String last = start;
        while (address != null) {
            SyndFeed page = rome(address);
            page.getEntries().forEach(entry -> titles.add(entry.getTitle()));
            last = address;
            address = link(address, "next");
        }
        assertThat(titles).containsExactly("Titel d", "Titel c", "Titel b", "Titel a");
        assertThat(link(last, "first")).endsWith(start);
        if (!start.contains("q=")) {
            String previous = requireNonNull(link(last, "previous"));
            assertThat(rome(previous).getEntries())
                    .extracting(SyndEntry::getTitle)
                    .containsExactly("Titel b");
            assertThat(link(previous, "previous")).isNotNull();
            assertThat(link(start, "previous")).isNull();
        }
    }

    @Test
    void pagesOfJsonFeedLeadToTheEnd() {
        List<String> titles = new ArrayList<>();
        String address = "/news.json?limit=3";
        while (address != null) {
            JsonNode page = json(address);
            page.get("items").forEach(item -> titles.add(item.get("title").asString()));
            address = page.has("next_url") ? relative(page.get("next_url").asString()) : null;
        }
        assertThat(titles).containsExactly("Titel d", "Titel c", "Titel b", "Titel a");
    }

    private @Nullable String link(String address, String relation) {
        return Pattern.compile("<(?:atom:)?link rel=\"%s\" type=\"[^\"]*\" href=\"([^\"]*)\"".formatted(relation))
                .matcher(text(get(address)))
                .results()
                .map(link -> relative(link.group(1).replace("&amp;", "&")))
                .findFirst()
                .orElse(null);
    }

    private static String relative(String address) {
        URI parsed = URI.create(address);
        return parsed.getRawPath() + "?" + parsed.getRawQuery();
    }

    @ParameterizedTest
    @EnumSource(FeedFormat.class)
    void aSubscriberSeesARevisionAndARetraction(FeedFormat format) throws Exception {
        String address = format.path() + "?topics=vard";
        String id = editor.publish("Nytt", "body", "Första *versionen*.", "topics", List.of("vard"))
                .get("id")
                .asString();
        Seen published = seen(format, address);
        assertThat(published.title()).isEqualTo("Nytt");
        assertThat(published.text()).contains("<p>Första <em>versionen</em>.</p>");

        editor.done("reviseNews", Editor.fields("id", id, "expectedRevision", 1, "title", "Nyare", "body", "Andra."));
        Seen revised = seen(format, address);
        assertThat(revised.id()).isEqualTo(published.id());
        assertThat(revised.title()).isEqualTo("Nyare");
        assertThat(revised.text()).contains("<p>Andra.</p>");
        assertThat(revised.updated()).isAfter(published.updated());
        assertThat(revised.published()).isEqualTo(published.published());

        editor.done("retractNews", Map.of("id", id, "reason", "Det var <fel>."));
        assertThat(seen(format, address).title()).isEqualTo("Titel b");
        String feed = text(get(address));
        assertThat(feed).doesNotContain("Nyare");
        if (format == FeedFormat.ATOM) {
            assertThat(feed)
                    .containsPattern("<at:deleted-entry ref=\"" + published.id() + "\" when=\"[^\"]+\">"
                            + "<at:comment>Det var &lt;fel&gt;.</at:comment></at:deleted-entry>");
        } else {
            assertThat(feed).doesNotContain(published.id());
        }
        assertThat(text(get(format.path() + "?topics=skola"))).doesNotContain(published.id());
    }

    @Test
    void feedparserReadsAllOfIt() throws Exception {
        editor.publish(
                "Nya <tåg>",
                "url",
                "https://region.example/nya-tag",
                "body",
                "Läs **mer**.",
                "topics",
                List.of("vard"),
                "image",
                Map.of("url", "https://img.example.org/bild.png", "altText", "En bild"));
        String origin = "http://localhost:" + port;
        JsonNode feeds = JsonMapper.shared()
                .readTree(NodeScripts.run("node", "feeds.mjs", origin + "/news.atom", origin + "/news.rss"));
        for (JsonNode feed : feeds) {
            assertThat(feed.get("title").asString()).isEqualTo("Utrop");
            assertThat(feed.get("entries")).hasSize(5);
            JsonNode entry = feed.at("/entries/0");
            assertThat(entry.get("guid").asString()).startsWith("urn:uuid:");
            assertThat(entry.get("title").asString()).isEqualTo("Nya <tåg>");
            assertThat(entry.get("link").asString()).isEqualTo("https://region.example/nya-tag");
            assertThat(entry.get("description").asString()).contains("<p>Läs <strong>mer</strong>.</p>");
            assertThat(entry.at("/enclosures/0/url").asString()).isEqualTo("https://img.example.org/bild.png");
            assertThat(Instant.parse(feed.at("/entries/4/pubdate").asString())).isEqualTo(NOON);
        }
        assertThat(feeds.at("/1/entries/0/categories/0").asString()).isEqualTo("Vård");
    }

    /** The first entry of a feed, as a reader shows it. */
    private record Seen(String id, String title, String text, Instant published, Instant updated) {}

    private Seen seen(FeedFormat format, String address) throws Exception {
        if (format == FeedFormat.JSON) {
            JsonNode item = json(address).at("/items/0");
            return new Seen(
                    item.get("id").asString(),
                    item.get("title").asString(),
                    item.get("content_html").asString(),
                    Instant.parse(item.get("date_published").asString()),
                    Instant.parse(item.get("date_modified").asString()));
        }
        SyndEntry entry = rome(address).getEntries().getFirst();
        return new Seen(
                entry.getUri(),
                entry.getTitle(),
                entry.getContents().isEmpty()
                        ? ""
                        : entry.getContents().getFirst().getValue(),
                entry.getPublishedDate().toInstant(),
                updated(text(get(address)), entry.getUri()));
    }

    private static Instant updated(String feed, String id) {
        Matcher updated = Pattern.compile(
                        "(?s)" + Pattern.quote(id + "<") + ".*?<(?:atom:)?updated>([^<]*)</(?:atom:)?updated>")
                .matcher(feed);
        assertThat(updated.find()).isTrue();
        return Instant.parse(updated.group(1));
    }

    @Test
    void tombstonesFollowTheFilterAndTheTimeButNotTheSearch() {
        newsroom.run("delete from news where slug in ('a', 'c')");
        newsroom.run("update retraction set retracted_at = now() - interval '31 days' where slug = 'c'");
        newsroom.awaitHeard();
        assertThat(tombstones("/news.atom")).isEqualTo(1);
        assertThat(tombstones("/news.atom?topics=vard&to=2022-12-13")).isEqualTo(1);
        assertThat(tombstones("/news.atom?q=annat")).isEqualTo(1);
        assertThat(tombstones("/news.atom?topics=skola")).isZero();
        assertThat(tombstones("/news.atom?from=2022-12-14")).isZero();
        assertThat(tombstones("/news.atom?urgencies=BREAKING")).isZero();
    }

    /** Readers of feeds still hold what was withdrawn before it was retracted. */
    @Test
    void whatWasWithdrawnAndThenRetractedHasATombstone() {
        newsroom.run("update news set withdrawn_at = now() where slug = 'a'");
        newsroom.run("delete from news where slug = 'a'");
        newsroom.awaitHeard();
        assertThat(tombstones("/news.atom?topics=vard")).isEqualTo(1);
    }

    @Test
    void retractionsOfOtherTopicsPushNoTombstoneOut() {
        newsroom.run("delete from news where slug = 'a'");
        newsroom.run("insert into news (slug, title, summary, published_at)"
                + " select 'm' || i, 'T', 'I', now() from generate_series(1, 101) i");
        newsroom.run("delete from news where slug ~ '^m\\d+$'");
        newsroom.awaitHeard();
        assertThat(tombstones("/news.atom?topics=vard")).isEqualTo(1);
        assertThat(tombstones("/news.atom")).isEqualTo(100);
    }

    private long tombstones(String address) {
        return Pattern.compile("<at:deleted-entry ")
                .matcher(text(get(address)))
                .results()
                .count();
    }

    @Test
    void sitemapsListEveryPage() {
        newsroom.article("e", Instant.now().minusSeconds(60));
        newsroom.awaitHeard();
        String origin = locations("/sitemap.xml").getFirst().replaceFirst("/sitemap/.*", "");
        String month = Instant.now().minusSeconds(60).toString().substring(0, 7);
        assertThat(locations("/sitemap.xml"))
                .contains(
                        origin + "/sitemap/lists.xml", origin + "/sitemap/latest.xml", origin + "/sitemap/2022-12.xml")
                .hasSize(4);
        assertThat(locations("/sitemap/2022-12.xml"))
                .containsExactly(origin + "/news/d", origin + "/news/c", origin + "/news/b", origin + "/news/a");
        assertThat(locations("/sitemap/lists.xml"))
                .contains(origin + "/", origin + "/topics/vard", origin + "/series/rapport");
        assertThat(locations("/sitemap/latest.xml")).containsExactly(origin + "/news/e");
        assertThat(text(get("/sitemap/latest.xml")))
                .contains("<news:title>Titel e</news:title>", "<news:language>sv</news:language>");
        assertThat(get("/sitemap/" + month + ".xml").getStatus()).isEqualTo(HttpStatus.OK);
        for (String unknown : List.of("/sitemap/2022-13.xml", "/sitemap/x.xml", "/sitemap/2022-12")) {
            assertThat(get(unknown).getStatus()).as(unknown).isEqualTo(HttpStatus.NOT_FOUND);
        }
        assertThat(text(get("/robots.txt")))
                .contains("User-agent: *", "Sitemap: " + origin + "/sitemap.xml", "Disallow: /graphql");
    }

    @Test
    void aSitemapReadsPageAfterPage() {
        newsroom.run("""
            insert into news (slug, title, summary, published_at, updated_at)
            select 'n' || i, 'T', 'I', timestamptz '2021-05-05 12:00Z' + i * interval '1 minute', now()
            from generate_series(1, 230) i
            """);
        newsroom.awaitHeard();
        assertThat(locations("/sitemap/2021-05.xml")).hasSize(230).doesNotHaveDuplicates();
    }

    private List<String> locations(String address) {
        EntityExchangeResult<byte[]> sitemap = get(address);
        assertThat(sitemap.getResponseHeaders().getFirst(HttpHeaders.CONTENT_TYPE))
                .startsWith("application/xml");
        return LOCATION.matcher(text(sitemap))
                .results()
                .map((MatchResult location) -> location.group(1))
                .toList();
    }

    private SyndFeed rome(String address) throws IOException, FeedException {
        return new SyndFeedInput()
                .build(new XmlReader(
                        new ByteArrayInputStream(requireNonNull(get(address).getResponseBody()))));
    }

    private JsonNode json(String address) {
        return JsonMapper.shared().readTree(get(address).getResponseBody());
    }

    private static String text(EntityExchangeResult<byte[]> response) {
        return new String(requireNonNull(response.getResponseBody()), StandardCharsets.UTF_8);
    }

    private EntityExchangeResult<byte[]> get(String address) {
        return exchange(HttpMethod.GET, address, "Accept", "*/*");
    }

    private EntityExchangeResult<byte[]> exchange(HttpMethod method, String address, String header, String value) {
        return client.method(method)
                .uri(base -> URI.create(base.build().toString() + address.replace(" ", "%20")))
                .header(header, value)
                .exchange()
                .expectBody()
                .returnResult();
    }
}
