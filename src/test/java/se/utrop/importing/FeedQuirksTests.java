package se.utrop.importing;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import se.utrop.news.DatePrecision;

/** Feeds of the kinds that users of other readers have reported: the bug trackers of feedparser, ROME, gofeed, feed-rs, FreshRSS and Miniflux. */
class FeedQuirksTests {

    private static final Instant NOON = Instant.parse("2022-12-13T11:00:00Z");

    private static final String DATE = "<pubDate>Tue, 13 Dec 2022 12:00:00 +0100</pubDate>";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        Tue, Dec 13 2022 11:00:00 +0000              | EXACT
        Tue, 13 Dec 2022 11:00:00 GMT+0000           | EXACT
        Tue, 13 Dec 2022 12:00 PM                    | EXACT
        TUE,13 DEC 2022 12:00:00                     | EXACT
        Tue, 13 December 2022 11:00:00 UTC           | EXACT
        Tue, 13 Dec 2022 11:00:00 Z                  | EXACT
        Tue, 13 Dec 2022 11:00:00 -0000              | EXACT
        Tue, 13 Dec 2022 12:00:00 Europe/Stockholm   | EXACT
        Tue , 13 Dec 2022 11:00:00 GMT               | EXACT
        Tue, 13 Dec 2022 11:00:00.000 GMT            | EXACT
        2022-12-13T11:00:00.0000000Z                 | EXACT
        2022-12-13T12:00:00 +01:00                   | EXACT
        2022-12-13 12:00:00.0 CET                    | EXACT
        tis 13 dec 2022 12:00:00 +0100               | EXACT
        tisdag 13 december 2022                      | DAY
        """)
    void readsTheDate(String date, DatePrecision precision) {
        Item item = Reading.ofItem("<title>T</title><pubDate>\n  " + date + "\n</pubDate>")
                .item();
        assertThat(item.publishedAt()).isEqualTo(NOON);
        assertThat(item.precision()).isEqualTo(precision);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        &lt;![CDATA[Bron är öppen.]]&gt;                   | Bron är öppen.
        &lt;![CDATA[Bron]]&gt; är &lt;![CDATA[öppen.]]&gt; | Bron är öppen.
        <![CDATA[&lt;p&gt;Bron är öppen.&lt;/p&gt;]]>      | Bron är öppen.
        <p>Bron är</p><p>öppen.</p>                        | Bron är\\n\\nöppen.
        <![CDATA[Bron är ]]> öppen.]]>                     | Bron är öppen.]]>
        <![CDATA[Bron]]> är <![CDATA[öppen.]]>             | Bron är öppen.
        Bron␋ är␁ öppen.                                   | Bron är öppen.
        Bron &auml;r &ouml;ppen &ndash; nu                 | Bron är öppen – nu
        <!-- <p>Utkast</p> -->Bron är öppen.               | Bron är öppen.
        <![CDATA[<!-- Utkast --><p>Bron är öppen.</p>]]>   | Bron är öppen.
        <![CDATA[<style>p { color: red }</style><script>x()</script>Bron är öppen.]]> | Bron är öppen.
        <![CDATA[Bron&nbsp;är&shy; öppen.]]>               | Bron är öppen.
        """)
    void readsTheText(String description, String summary) {
        Item item = Reading.ofItem("<title>T</title>" + DATE + "<description>"
                        + description.replace('␋', '\u000B').replace('␁', '\u0001') + "</description>")
                .item();
        assertThat(item.summary().replace('\u00a0', ' ').replace("\u00ad", "")).isEqualTo(summary.replace("\\n", "\n"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        <link>https://kommun.example/?a=1&b=2</link>                                        | https://kommun.example/?a=1&b=2
        <link>\\n  https://kommun.example/bro\\n</link>                                     | https://kommun.example/bro
        <link/><guid>https://kommun.example/bro</guid>                                      | https://kommun.example/bro
        <link></link><atom:link rel="alternate" href="https://kommun.example/bro"/>         | https://kommun.example/bro
        <atom:link rel="self" href="https://kommun.example/x"/><link>/bro</link>            | https://kommun.example/bro
        <link href="https://kommun.example/bro"/>                                           | https://kommun.example/bro
        <link><![CDATA[https://kommun.example/bro]]></link>                                 | https://kommun.example/bro
        <guid isPermaLink="false">https://kommun.example/id</guid>                          |
        <guid isPermaLink="false"/><link>https://kommun.example/bro</link>                  | https://kommun.example/bro
        """)
    void readsTheAddress(String links, String url) {
        Item item = Reading.of(Reading.rss("<item><title>T</title>" + DATE + links.replace("\\n", "\n") + "</item>"))
                .item();
        assertThat(item.url()).isEqualTo(url);
    }

    @Test
    void tellsItemsWithEmptyGuidsApart() {
        Reading reading = Reading.of(Reading.rss("""
            <item><title>A</title><guid isPermaLink="false"/><link>https://kommun.example/a</link></item>
            <item><title>B</title><guid isPermaLink="false"/><link>https://kommun.example/b</link></item>
            """));
        assertThat(reading.items())
                .extracting(Item::importKey)
                .doesNotHaveDuplicates()
                .hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<content type='text/html'><p>Läs <a href='/mer'>mer</a>.</p></content>",
                "<content type='text/html'>&lt;p>Läs &lt;a href='/mer'>mer&lt;/a>.&lt;/p></content>",
                "<content type='application/xhtml+xml'><p xmlns='http://www.w3.org/1999/xhtml'>Läs"
                        + " <a href='/mer'>mer</a>.</p></content>",
                "<content type='xhtml'><x:div xmlns:x='http://www.w3.org/1999/xhtml'><x:p>Läs <x:a"
                        + " href='/mer'>mer</x:a>.</x:p></x:div></content>",
                "<content type='HTML'><![CDATA[<p>Läs <a href='/mer'>mer</a>.</p>]]></content>",
                "<content type='xhtml'><p>Läs <a href='/mer'>mer</a>.</p></content>"
            })
    void readsContentOfAtomByWhateverTypeItHas(String content) {
        Item item = entry("<title>T</title>" + content);
        assertThat(item.summary()).isEqualTo("Läs mer.");
        assertThat(item.body()).isEqualTo("<p>Läs <a href=\"https://kommun.example/mer\">mer</a>.</p>");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        <content>Bron är öppen.</content>                                            | Bron är öppen.
        <content type="text">Bron &lt; öppen</content>                               | Bron < öppen
        <summary type="text">2 &lt; 3 &amp; 3 &gt; 2</summary>                       | 2 < 3 & 3 > 2
        <content type="text"/><summary>Bron är öppen.</summary>                      | Bron är öppen.
        <content src="https://kommun.example/bro" type="text/html"/><summary>Bron är öppen.</summary> | Bron är öppen.
        """)
    void readsTextOfAtom(String content, String summary) {
        assertThat(entry("<title>T</title>" + content).summary()).isEqualTo(summary);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<title type='xhtml'>Ny bro</title>",
                "<title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>Ny <b>bro</b></div></title>",
                "<title type='html'>Ny &lt;b>bro&lt;/b></title>",
                "<title type='text/plain'>Ny bro</title>",
                "<title>\n  Ny\n  bro\n</title>"
            })
    void readsTitlesOfAtom(String title) {
        assertThat(entry(title).title()).isEqualTo("Ny bro");
    }

    private static Item entry(String children) {
        return Reading.of("""
            <feed xmlns="http://www.w3.org/2005/Atom"><id>f</id><title>Kommun</title>
            <link href="https://kommun.example/"/><entry><id>1</id><updated>2022-12-13T11:00:00Z</updated>
            """ + children + "</entry></feed>").item();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\n \n<?xml version='1.0'?><rss version=' 2.0'><channel>ITEM</channel></rss>",
                "<?xml version='1.1'?><rss><channel>ITEM</channel></rss>",
                "<?xml version='1.0'?><?xml-stylesheet href='a.xsl'?><!-- a --><rss><channel>ITEM</channel></rss>",
                "<rss xmlns='http://backend.userland.com/rss2'><channel>ITEM</channel></rss>",
                "<rss><channel><title>K</title></channel>ITEM</rss>",
                "<rss><channel><image><title>B</title><link>https://b.example/</link></image>ITEM</channel></rss>",
                "<!DOCTYPE rss [<!ENTITY nbsp '&#160;'>]><rss><channel>ITEM</channel></rss>",
                "<rss><channel>ITEM</channel></rss><rss><channel></channel></rss>"
            })
    void readsTheItem(String feed) {
        Item item = Reading.of(feed.replace("ITEM", "<item><title>Ny bro</title>" + DATE + "</item>"))
                .item();
        assertThat(item.title()).isEqualTo("Ny bro");
        assertThat(item.publishedAt()).isEqualTo(NOON);
    }

    @Test
    void oneByteThatIsNoUtf8LeavesTheOthers() {
        byte[] feed = Reading.rss("<item><title>Bl?b&#228;r &#246;ver å</title>" + DATE + "</item>")
                .getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < feed.length; i++) {
            feed[i] = feed[i] == '?' && feed[i - 1] == 'l' ? (byte) 0xe5 : feed[i];
        }
        assertThat(Reading.of(feed).item().title()).startsWith("Bl").contains("bär över ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        {"url": "https://kommun.example/bro", "title": "Ny bro"}                           | Ny bro         | Ny bro
        {"id": 7, "title": "Ny bro", "content_text": "Den är öppen."}                      | Ny bro         | Den är öppen.
        {"id": "7", "title": null, "content_text": "Bron är öppen."}                       | Bron är öppen. | Bron är öppen.
        {"id": "7", "title": "Ny bro", "content_html": "", "summary": "Öppen."}            | Ny bro         | Öppen.
        {"id": "7", "title": "Ny bro", "tags": null, "authors": [], "content_html": "<p>Öppen.</p>"} | Ny bro | Öppen.
        {"id": "7", "title": "Barn & unga", "date_published": "", "summary": "A"}          | Barn & unga    | A
        """)
    void readsJson(String item, String title, String summary) {
        Item read = Reading.of("{\"version\": \"https://jsonfeed.org/version/1.1\", \"title\": \"K\", \"items\": ["
                        + item + "]}")
                .item();
        assertThat(read.title()).isEqualTo(title);
        assertThat(read.summary()).isEqualTo(summary);
    }

    @Test
    void anEmptyContentLeavesTheDescription() {
        Item item = Reading.ofItem("<title> <![CDATA[ ]]> </title><description>Bron är öppen.</description>"
                        + "<content:encoded><![CDATA[ ]]></content:encoded>" + DATE)
                .item();
        assertThat(item.title()).isEqualTo("Bron är öppen.");
        assertThat(item.summary()).isEqualTo("Bron är öppen.");
    }

    @Test
    void theTextOfAFilmIsTheSummary() {
        Item item = entry("<title>Ny bro</title><media:group xmlns:media='http://search.yahoo.com/mrss/'>"
                + "<media:title>Film</media:title><media:thumbnail url='https://kommun.example/a.jpg' width='4'/>"
                + "<media:description>Bron är öppen.</media:description></media:group>");
        assertThat(item.title()).isEqualTo("Ny bro");
        assertThat(item.summary()).isEqualTo("Bron är öppen.");
        assertThat(requireNonNull(item.image()).url()).hasToString("https://kommun.example/a.jpg");
    }

    @Test
    void titlesOfOtherNamespacesAreNotThatOfTheItem() {
        Item item = Reading.ofItem("<title>Ny bro</title><media:title>Bild</media:title><dc:title>Annan</dc:title>"
                        + "<source url='https://b.example/'><title>Källa</title></source>" + DATE)
                .item();
        assertThat(item.title()).isEqualTo("Ny bro");
    }
}
