package se.utrop.importing;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.io.ClassPathResource;
import se.utrop.news.DatePrecision;
import se.utrop.news.Urgency;

/** The formats that go in, and what is lenient about them. */
class FeedFormatsTests {

    private static final Instant NOON = Instant.parse("2022-12-13T11:00:00Z");

    @Test
    void readsRss091WithItsDoctype() throws IOException {
        Item item = sample("rss-0.91.xml").item();
        assertThat(item.title()).isEqualTo("Hälsa & vård");
        assertThat(item.url()).isEqualTo("https://kommun.example/halsa");
        assertThat(item.publishedAt()).isEqualTo(NOON);
        assertThat(item.precision()).isEqualTo(DatePrecision.ESTIMATED);
    }

    @Test
    void readsRss10() throws IOException {
        Reading reading = sample("rss-1.0.rdf");
        assertThat(reading.items()).extracting(Item::title).containsExactly("Första", "Andra");
        Item item = reading.items().getFirst();
        assertThat(item.importKey()).isEqualTo("rss:https://kommun.example/1");
        assertThat(item.topics()).containsExactly("Vård", "Kultur");
        assertThat(item.publishedAt()).isEqualTo(NOON);
        assertThat(item.body()).isEqualTo("<p>Läs <a href=\"https://kommun.example/mer\">mer</a></p>");
    }

    @Test
    void readsAtom03() throws IOException {
        Reading reading = sample("atom-0.3.xml");
        Item item = reading.item();
        assertThat(item.importKey()).isEqualTo("atom:tag:kommun.example,2022:1");
        assertThat(item.title()).isEqualTo("Ny bro & väg");
        assertThat(item.publishedAt()).isEqualTo(NOON);
        assertThat(item.url()).isEqualTo("https://kommun.example/bro");
        assertThat(item.summary()).isEqualTo("Bron är öppen.");
    }

    @Test
    void readsJsonFeed() throws IOException {
        Reading reading = sample("feed.json");
        assertThat(reading.items()).extracting(Item::importKey).containsExactly("json:1", "json:2");
        Item item = reading.items().getFirst();
        assertThat(item.title()).isEqualTo("Ny bro");
        assertThat(item.summary()).isEqualTo("Bron är öppen.");
        assertThat(item.body()).isEqualTo("<p>Se <a href=\"https://kommun.example/karta\">kartan</a>.</p>");
        assertThat(item.url()).isEqualTo("https://kommun.example/bro");
        assertThat(item.topics()).containsExactly("Trafik", "Bygge");
        assertThat(requireNonNull(item.image()).url()).hasToString("https://kommun.example/bro.jpg");
        assertThat(item.publishedAt()).isEqualTo(NOON);
        assertThat(reading.items().get(1).publishedAt()).isEqualTo(NOON);
    }

    @Test
    void readsWordPressExports() throws IOException {
        Reading reading = sample("wordpress.xml");
        Item item = reading.item();
        assertThat(item.title()).isEqualTo("Öppet hus");
        assertThat(item.summary()).isEqualTo("Utdrag.");
        assertThat(item.body())
                .isEqualTo("<p>Första stycket.<br>\nNy rad.</p>\n<h2>Rubrik</h2>\n<p>Andra stycket.</p>\n"
                        + "<p><img src=\"https://kommun.example/hus.jpg\" alt=\"Huset\"></p>\n<p>Huset i sol</p>");
        assertThat(item.topics()).containsExactly("Kultur", "fest");
        assertThat(reading.faults().passedOver())
                .isEqualTo("1 draft, 1 private post, 1 page, 1 attachment, 1 future, 1 nav_menu_item");
    }

    @Test
    void readsWarnings() throws IOException {
        Item item = sample("cap.xml").item();
        assertThat(item.title()).isEqualTo("Mycket snö i norr");
        assertThat(item.summary()).isEqualTo("Upp till 30 cm snö.");
        assertThat(item.body())
                .isEqualTo("<p>Upp till 30 cm snö.</p>\n<p>Stanna inne.</p>\n<p>Norrbotten, Västerbotten</p>");
        assertThat(item.url()).isEqualTo("https://varning.example/1");
        assertThat(item.urgency()).isEqualTo(Urgency.BREAKING);
        assertThat(item.topics()).containsExactly("Snöfall");
        assertThat(item.publishedAt()).isEqualTo(NOON);
    }

    /** A warning has a block for each group of areas with a severity of its own. */
    @Test
    void readsAllBlocksOfAWarning() throws IOException {
        Item item = Reading.of(text("cap.xml").replace("</alert>", """
            <info><language>sv-SE</language><event>Vind</event><urgency>Future</urgency><severity>Minor</severity>
            <headline>Blåst i väster</headline><description>Hårda byar.</description><instruction>Stanna inne.</instruction>
            <area><areaDesc>Värmland</areaDesc></area></info></alert>\
            """)).item();
        assertThat(item.title()).isEqualTo("Mycket snö i norr");
        assertThat(item.body()).isEqualTo("""
            <p>Mycket snö i norr</p>
            <p>Upp till 30 cm snö.</p>
            <p>Stanna inne.</p>
            <p>Norrbotten, Västerbotten</p>
            <p>Blåst i väster</p>
            <p>Hårda byar.</p>
            <p>Värmland</p>\
            """);
        assertThat(item.topics()).containsExactly("Snöfall", "Vind");
        assertThat(item.urgency()).isEqualTo(Urgency.BREAKING);
    }

    @Test
    void passesOverWarningsThatAreNoNews() throws IOException {
        String cap = text("cap.xml");
        assertThat(Reading.of(cap.replace("Actual", "Exercise")).faults().passedOver())
                .isEqualTo("1 test of warnings");
        assertThat(Reading.of(cap.replace("Public", "Restricted")).faults().passedOver())
                .isEqualTo("1 private warning");
        Reading cancelled = Reading.of(cap.replace("<msgType>Alert", "<msgType>Cancel"));
        assertThat(cancelled.items()).isEmpty();
        assertThat(cancelled.faults().passedOver()).isEqualTo("1 cancelled warning");
    }

    @Test
    void readsNewsSitemaps() throws IOException {
        Reading reading = sample("sitemap.xml");
        Item item = reading.item();
        assertThat(item.title()).isEqualTo("Ny bro");
        assertThat(item.url()).isEqualTo("https://kommun.example/bro");
        assertThat(item.topics()).containsExactly("Trafik", "Bygge");
        assertThat(item.publishedAt()).isEqualTo(NOON);
        assertThat(requireNonNull(item.image()).url()).hasToString("https://kommun.example/bro.jpg");
        assertThat(reading.faults().passedOver()).isEqualTo("1 address without news");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        <html><body>Nyheter</body></html>                     | this is a web page
        <!DOCTYPE html><html lang="sv"><head></head></html>   | this is a web page
        <opml version="2.0"><body/></opml>                    | this is a list of feeds (OPML)
        <sitemapindex/>                                       | this is an index of sitemaps
        <urlset><url><loc>https://a.example/</loc></url></urlset> | this is a sitemap without news
        <other/>                                              | this is XML, but neither RSS, Atom nor a listing
        {"a": 1}                                              | is JSON, but no JSON Feed
        [1]                                                   | is JSON, but no JSON Feed
        BEGIN:VCALENDAR                                       | this is a calendar
        En text.                                              | no line begins with a bullet
        """)
    void saysWhatTheFileSeemsToBeAndWhatIsTaken(String text, String message) {
        assertThatThrownBy(() -> Reading.of(text))
                .isInstanceOf(ImportRefused.class)
                .hasMessageContaining(message)
                .hasMessageContaining("Taken are RSS, Atom, JSON Feed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"items\": [{\"id\": \"1\"", "{\"items\": [}", "{\"items\""})
    void refusesJsonThatIsCutOff(String json) {
        assertThatThrownBy(() -> Reading.of(json))
                .isInstanceOf(ImportRefused.class)
                .hasMessageContaining("is not whole, well-formed JSON");
    }

    @ParameterizedTest
    @CsvSource({
        "UTF-8, UTF-8",
        "ISO-8859-1, UTF-8",
        "windows-1252, UTF-8",
        "UTF-16, UTF-8",
        "klingon, UTF-8",
        "UTF-8, windows-1252",
        "ISO-8859-1, windows-1252",
        "us-ascii, windows-1252",
        "windows-1252, windows-1252"
    })
    void readsWhatTheBytesSay(String declared, String real) {
        String feed =
                "<?xml version='1.0' encoding='%s'?><rss><channel><item><title>Blåbär på 5 € – «BRÅ»</title></item>"
                                .formatted(declared)
                        + "</channel></rss>";
        assertThat(Reading.of(feed.getBytes(Charset.forName(real))).item().title())
                .isEqualTo("Blåbär på 5 € – «BRÅ»");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "x-UTF-16LE-BOM"})
    void readsWideCharacters(String encoding) {
        String feed = "<?xml version='1.0' encoding='UTF-16'?>\n"
                + "<rss><channel><item><title>Får</title></item></channel></rss>";
        assertThat(Reading.of(feed.getBytes(Charset.forName(encoding))).item().title())
                .isEqualTo("Får");
    }

    @Test
    void aByteOrderMarkComesBeforeADeclaration() {
        String feed = "\uFEFF<?xml version='1.0'"
                + " encoding='ISO-8859-1'?><rss><channel><item><title>Får</title></item></channel></rss>";
        assertThat(Reading.of(feed).item().title()).isEqualTo("Får");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        H&auml;lsa &ndash; nu           | Hälsa – nu
        A &#150; B &#x96; C             | A – B – C
        A \u0096 B                      | A – B
        Barn & unga                     | Barn & unga
        Barn &amp;amp; unga             | Barn & unga
        Barn &amp;#8211; unga           | Barn – unga
        <![CDATA[Barn &amp; unga]]>     | Barn & unga
        <![CDATA[H&auml;lsa]]>          | Hälsa
        <![CDATA[<b>Ny</b> bro]]>       | Ny bro
        &lt;em&gt;Ny&lt;/em&gt; bro     | Ny bro
        CO<![CDATA[<sub>2</sub>]]>      | CO2
        10 m<![CDATA[<sup>2</sup>]]>    | 10 m²
        Ett &lt; två &gt; ett           | Ett < två > ett
        &unknown; x                     | &unknown; x
        a&#0;b&#x1F;c                   | abc
        &#55357;&#56832; &#128512;      | 😀 😀
        Ny &lt;br/&gt;bro               | Ny bro
        """)
    void readsTitlesAsTheyAreMeant(String title, String expected) {
        assertThat(Reading.ofItem("<title>" + title + "</title>").item().title())
                .isEqualTo(expected);
    }

    @Test
    void readsPrefixesThatNothingDeclares() {
        Item item = Reading.of(
                        "<rss><channel><item><title>T</title><dc:subject>Vård</dc:subject><x:y z:a=\"1\">b</x:y></item>"
                                + "</channel></rss>")
                .item();
        assertThat(item.topics()).containsExactly("Vård");
    }

    @Test
    void ignoresWhatComesBehindTheFeed() {
        assertThat(Reading.of("\n\n" + Reading.rss("<item><title>T</title></item>") + "\n<script>x</script>")
                        .item()
                        .title())
                .isEqualTo("T");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        fre, 13 maj 2022 12:00:00 +0200       | 2022-05-13T10:00:00Z | EXACT
        13 okt 2022 12:00 +0200               | 2022-10-13T10:00:00Z | EXACT
        den 13 oktober 2022 kl. 12.00         | 2022-10-13T10:00:00Z | EXACT
        Tue, 13 Dec 2022 12:00:00 +0100 (CET) | 2022-12-13T11:00:00Z | EXACT
        Tue, 13 Dec 2022 12:00:00             | 2022-12-13T11:00:00Z | EXACT
        Tue, 13 Dec 2022                      | 2022-12-13T11:00:00Z | DAY
        Tuesday, 13-Dec-22 11:00:00 GMT       | 2022-12-13T11:00:00Z | EXACT
        Tue Dec 13 12:00:00 CET 2022          | 2022-12-13T11:00:00Z | EXACT
        Tue Dec 13 12:00:00 2022              | 2022-12-13T11:00:00Z | EXACT
        Dec 13, 2022 12:00 PM                 | 2022-12-13T11:00:00Z | EXACT
        December 13, 2022                     | 2022-12-13T11:00:00Z | DAY
        2022-12-13                            | 2022-12-13T11:00:00Z | DAY
        20221213                              | 2022-12-13T11:00:00Z | DAY
        2022-12-13T12:00:00                   | 2022-12-13T11:00:00Z | EXACT
        2022-12-13T12:00:00+0100              | 2022-12-13T11:00:00Z | EXACT
        2022-12-13T12:00+01                   | 2022-12-13T11:00:00Z | EXACT
        2022-12-13 12:00:00 +0100             | 2022-12-13T11:00:00Z | EXACT
        2022-12-13 kl. 12:00                  | 2022-12-13T11:00:00Z | EXACT
        2022-12-13, 12:00                     | 2022-12-13T11:00:00Z | EXACT
        1:a december 2022                     | 2022-12-01T11:00:00Z | DAY
        2022-12-13 11:00:00 UTC               | 2022-12-13T11:00:00Z | EXACT
        2022-12-13T11:00:00.5Z                | 2022-12-13T11:00:00.500Z | EXACT
        20221213T110000Z                      | 2022-12-13T11:00:00Z | EXACT
        2022/12/13 12:00                      | 2022-12-13T11:00:00Z | EXACT
        13.12.2022 12:00                      | 2022-12-13T11:00:00Z | EXACT
        Tue, 13 Dec 2022 24:00:00 +0100       | 2022-12-13T23:00:00Z | EXACT
        Tue, 13 Dec 2022 11:00:00 GMT+00:00   | 2022-12-13T11:00:00Z | EXACT
        2022-07-01T12:00:00                   | 2022-07-01T10:00:00Z | EXACT
        """)
    void readsDatesAsFeedsWriteThem(String text, Instant instant, DatePrecision precision) {
        assertThat(FeedDate.parse(text, Reading.ARRIVAL.zone())).isEqualTo(new FeedDate(instant, precision));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "i går",
                "31 Feb 2022 12:00 GMT",
                "1 Foo 2022 12:00 GMT",
                "2022-13-01",
                "01/02/2022",
                "0001-01-01T00:00:00Z",
                "1970-01-01T00:00:00Z",
                "Wed, 30 Nov -0001 00:00:00 +0000",
                "Tue, 13 Dec 2022 25:00:00 GMT",
                "1970-01-01",
                "1970-01-01T00:00:00",
                "1970-01-01 00:00:00",
                "Thu, 01 Jan 1970 00:00:00 +0100",
                "12:00"
            })
    void readsNoDateThatIsNone(String text) {
        assertThat(FeedDate.parse(text, Reading.ARRIVAL.zone())).isNull();
    }

    @Test
    void takesTheDateOfPublicationBeforeAnyOther() {
        assertThat(Reading.ofItem("<title>T</title><dc:date>2023-01-02T10:00:00Z</dc:date>"
                                + "<pubDate>Tue, 13 Dec 2022 12:00:00 +0100</pubDate>")
                        .item()
                        .publishedAt())
                .isEqualTo(NOON);
        assertThat(Reading.ofItem("<title>T</title><pubDate>nyss</pubDate><dc:date>2022-12-13T11:00:00Z</dc:date>")
                        .item()
                        .publishedAt())
                .isEqualTo(NOON);
    }

    @Test
    void estimatesTheDatesOfTheUndatedInTheirOrder() {
        Reading reading = Reading.of("<rss><channel><pubDate>Tue, 13 Dec 2022 12:00:00 +0100</pubDate>"
                + "<item><title>A</title></item><item><title>B</title></item></channel></rss>");
        assertThat(reading.items()).extracting(Item::publishedAt).containsExactly(NOON, NOON.minusMillis(1));
        assertThat(reading.items()).extracting(Item::precision).containsOnly(DatePrecision.ESTIMATED);
        assertThat(reading.faults().estimated()).isEqualTo(2);
        assertThat(Reading.of("<rss><channel><item><title>A</title></item></channel></rss>")
                        .item()
                        .publishedAt())
                .isEqualTo(Reading.ARRIVAL.now());
    }

    @Test
    void namesEachFaultAndTakesTheOthers() {
        Reading reading = Reading.of("""
            <rss><channel>
            <item><title>A</title><pubDate>Tue, 13 Dec 2022 12:00:00 +0100</pubDate></item>
            <item><pubDate>Tue, 13 Dec 2022 12:00:00 +0100</pubDate></item>
            <item><title>C</title><pubDate>Mon, 01 Jan 2929 00:00:00 GMT</pubDate></item>
            <item><title>D</title><pubDate>i går</pubDate></item>
            </channel></rss>
            """);
        assertThat(reading.items()).extracting(Item::title).containsExactly("A", "D");
        assertThat(reading.faults().leftOut()).isEqualTo(2);
        assertThat(reading.faults().messages())
                .satisfiesExactly(
                        message -> assertThat(message).startsWith("feed:3: has neither title nor text"),
                        message ->
                                assertThat(message).startsWith("feed:4: is dated 2929-01-01T00:00:00Z, in the future"),
                        message -> assertThat(message).startsWith("feed:5: «i går» is not a date"));
    }

    @Test
    void tellsItemsOfOneLinkApart() {
        Reading reading = Reading.of("""
            <rss><channel><item><title>Linje 4</title><link>https://a.example/drift</link></item>
            <item><title>Linje 5</title><link>https://a.example/drift</link></item>
            <item><title>Linje 4</title><link>https://a.example/drift</link></item></channel></rss>
            """);
        List<String> keys = reading.items().stream().map(Item::importKey).toList();
        assertThat(keys.getFirst()).isEqualTo(keys.getLast()).isNotEqualTo(keys.get(1));
    }

    private static Reading sample(String file) throws IOException {
        return Reading.of(new ClassPathResource("importing/" + file).getContentAsByteArray());
    }

    private static String text(String file) throws IOException {
        return new ClassPathResource("importing/" + file).getContentAsString(StandardCharsets.UTF_8);
    }
}
