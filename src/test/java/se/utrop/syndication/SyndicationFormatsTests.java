package se.utrop.syndication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.rometools.rome.feed.synd.SyndCategory;
import com.rometools.rome.feed.synd.SyndContent;
import com.rometools.rome.feed.synd.SyndEntry;
import com.rometools.rome.feed.synd.SyndFeed;
import com.rometools.rome.feed.synd.SyndLink;
import com.rometools.rome.io.SyndFeedInput;
import com.rometools.rome.io.XmlReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.core.io.ClassPathResource;
import se.utrop.syndication.NewsItem.Label;
import se.utrop.syndication.NewsItem.Picture;
import se.utrop.syndication.NewsPage.PageInfo;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the formats look like, to the eye and to a reader that others wrote. */
class SyndicationFormatsTests {

    private static final Publisher PUBLISHER =
            new Publisher("Region Exempel & län", "sv", "https://news.example.org", true);

    private static final Picture IMAGE =
            new Picture(URI.create("https://img.example.org/tåg.jpg?w=1&h=2"), "Ett tåg & en räls", 800, 600, "Anna");

    private static final NewsItem FULL = new NewsItem(
            "TjE",
            "nya-tag",
            "Nya tåg <snart> & \"säkert\" \u0007😀",
            "Första stycket & mer.\n\nAndra <stycket>.",
            "<p>Läs <a href=\"/mer\">mer</a> ]]&gt;</p><img src=\"bild.png\" alt=\"\">",
            null,
            IMAGE,
            Instant.parse("2022-12-13T11:00:00Z"),
            Instant.parse("2022-12-14T08:30:00.123456Z"),
            List.of(new Label("kollektivtrafik", "Kollektivtrafik"), new Label("bygg-plan", "Bygg & plan")),
            new Label("lagesrapport", "Lägesrapport"));

    private static final NewsItem SHORT = new NewsItem(
            "TjI",
            "kort",
            "Kort",
            "Allt.",
            null,
            URI.create("https://region.example/kort"),
            null,
            Instant.parse("2022-12-03T09:00:00Z"),
            Instant.parse("2022-12-03T09:00:00Z"),
            List.of(),
            null);

    private static final FeedPage PAGE = page(
            FeedRequest.ofTopic("kollektivtrafik"),
            List.of(FULL, SHORT),
            new PageInfo(true, true, "first_cursor", "last_cursor"),
            URI.create("https://hub.example/"));

    private static FeedPage page(FeedRequest request, List<NewsItem> items, PageInfo info, @Nullable URI hub) {
        return new FeedPage(
                PUBLISHER,
                request,
                new EntryIds(new UUID(0, 0)),
                hub,
                new NewsPage(items, info, null),
                List.of(new Tombstone("TjM", Instant.parse("2022-12-15T10:00:00Z"), "Fel & <felaktig>")));
    }

    @ParameterizedTest
    @CsvSource({"ATOM, atom.xml", "RSS, rss.xml", "JSON, feed.json"})
    void writesWhatTheFileHas(FeedFormat format, String file) throws IOException {
        assertThat(readable(format, format.write(PAGE)))
                .isEqualTo(new ClassPathResource("syndication/" + file)
                        .getContentAsString(StandardCharsets.UTF_8)
                        .strip());
    }

    private static String readable(FeedFormat format, byte[] feed) {
        return format == FeedFormat.JSON
                ? JsonMapper.shared()
                        .writerWithDefaultPrettyPrinter()
                        .writeValueAsString(JsonMapper.shared().readTree(feed))
                : new String(feed, StandardCharsets.UTF_8).replace("><", ">\n<");
    }

    @ParameterizedTest
    @EnumSource(
            value = FeedFormat.class,
            names = {"ATOM", "RSS"})
    void romeReadsAllOfIt(FeedFormat format) throws Exception {
        SyndFeed feed = rome(format, PAGE);
        assertThat(feed.getTitle()).isEqualTo("Region Exempel & län – Kollektivtrafik");
        assertThat(feed.getLanguage()).isIn("sv", null);
        SyndEntry full = feed.getEntries().getFirst();
        assertThat(full.getTitle()).isEqualTo("Nya tåg <snart> & \"säkert\" 😀");
        assertThat(full.getUri()).isEqualTo(PAGE.id(FULL));
        assertThat(full.getLink()).isEqualTo("https://news.example.org/news/nya-tag");
        assertThat(full.getPublishedDate()).isEqualTo(FULL.publishedAt());
        assertThat(full.getCategories())
                .extracting(SyndCategory::getName)
                .containsExactly(
                        format == FeedFormat.ATOM ? "kollektivtrafik" : "Kollektivtrafik",
                        format == FeedFormat.ATOM ? "bygg-plan" : "Bygg & plan");
        assertThat(full.getCategories())
                .extracting(SyndCategory::getTaxonomyUri)
                .containsOnly("https://news.example.org/topics/");
        assertThat(full.getContents())
                .extracting(SyndContent::getValue)
                .first()
                .asString()
                .endsWith("<p>Läs <a href=\"https://news.example.org/mer\">mer</a> ]]&gt;</p>"
                        + "<img src=\"https://news.example.org/news/bild.png\" alt=\"\">");
        assertThat(full.getDescription().getValue())
                .isEqualTo("<p>Första stycket &amp; mer.</p><p>Andra &lt;stycket&gt;.</p>");
        assertThat(full.getEnclosures()).singleElement().satisfies(enclosure -> {
            assertThat(enclosure.getUrl()).isEqualTo("https://img.example.org/t%C3%A5g.jpg?w=1&h=2");
            assertThat(enclosure.getType()).isEqualTo("image/jpeg");
        });
        SyndEntry brief = feed.getEntries().getLast();
        assertThat(brief.getLink()).isEqualTo("https://region.example/kort");
        assertThat(brief.getDescription().getValue()).contains("Allt.");
        assertThat(brief.getEnclosures()).isEmpty();
    }

    @Test
    void romeFollowsTheLinksOfAtom() throws Exception {
        SyndFeed feed = rome(
                FeedFormat.ATOM,
                page(
                        FeedRequest.ofTopic("kollektivtrafik").page("här", null),
                        List.of(FULL),
                        new PageInfo(true, true, "a", "b"),
                        null));
        assertThat(feed.getLinks())
                .extracting(SyndLink::getRel, SyndLink::getHref)
                .contains(tuple("next", "https://news.example.org/news.atom?topics=kollektivtrafik&after=b"))
                .contains(tuple("previous", "https://news.example.org/news.atom?topics=kollektivtrafik&before=a"))
                .contains(tuple("first", "https://news.example.org/news.atom?topics=kollektivtrafik"));
    }

    @ParameterizedTest
    @EnumSource(
            value = FeedFormat.class,
            names = {"ATOM", "RSS"})
    void aFeedMayBeEmpty(FeedFormat format) throws Exception {
        assertThat(rome(format, page(FeedRequest.ofAll(), List.of(), new PageInfo(false, false, null, null), null))
                        .getEntries())
                .isEmpty();
    }

    @Test
    void anEntryWithoutALinkHasItsContent() throws Exception {
        FeedPage page = new FeedPage(
                new Publisher("Region", "sv", "https://news.example.org", false),
                FeedRequest.ofAll(),
                new EntryIds(new UUID(0, 0)),
                null,
                new NewsPage(
                        List.of(new NewsItem(
                                "TjI",
                                "kort",
                                "Kort",
                                "Allt.",
                                null,
                                null,
                                null,
                                SHORT.publishedAt(),
                                SHORT.updatedAt(),
                                List.of(),
                                null)),
                        new PageInfo(false, false, null, null),
                        null),
                List.of());
        SyndEntry entry = rome(FeedFormat.ATOM, page).getEntries().getFirst();
        assertThat(entry.getLink()).isNull();
        assertThat(entry.getContents()).extracting(SyndContent::getValue).containsExactly("<p>Allt.</p>");
    }

    @Test
    void jsonFeedHasWhatItRequires() {
        JsonNode feed = JsonMapper.shared().readTree(FeedFormat.JSON.write(PAGE));
        assertThat(feed.get("version").asString()).isEqualTo("https://jsonfeed.org/version/1.1");
        assertThat(feed.get("title").asString()).isNotEmpty();
        for (JsonNode item : feed.get("items")) {
            assertThat(item.get("id").isString()).isTrue();
            assertThat(item.get("content_html").asString()).isNotEmpty();
        }
    }

    @Test
    void idsFollowTheStandard() {
        // the example of RFC 9562, A.4: the namespace of DNS names
        UUID dns = UUID.fromString("6ba7b810-9dad-11d1-80b4-00c04fd430c8");
        assertThat(new EntryIds(dns).of("www.example.com")).isEqualTo("urn:uuid:2ed6657d-e927-568b-95e1-2665a8aea6a2");
    }

    private static SyndFeed rome(FeedFormat format, FeedPage page) throws Exception {
        return new SyndFeedInput().build(new XmlReader(new ByteArrayInputStream(format.write(page))));
    }
}
