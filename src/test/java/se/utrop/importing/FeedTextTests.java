package se.utrop.importing;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import se.utrop.news.Image;
import se.utrop.text.CommonMark;

/** What an item of a feed keeps of its texts, links and pictures. */
class FeedTextTests {

    @ParameterizedTest
    @Timeout(60)
    @ValueSource(
            strings = {"<div>", "<section><div>", "<b>", "<blockquote>", "<table><tr><td>", "<ul><li>", "<p><span>"})
    void readsWhatIsNestedDeep(String opening) {
        String nested = opening.repeat(100_000 / opening.length() * 5) + "<a href=\"https://a.example/\">Ord</a>";
        assertThat(Reading.ofItem("<title>T</title><content:encoded><![CDATA[" + nested + "]]></content:encoded>")
                        .item()
                        .summary())
                .contains("Ord");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<p>Läs <a href='https://a.example/'>mer</a></p>",
                "<p>Bild <img src='/a.jpg' alt='A'></p>",
                "<ul><li>Ett</li><li>Två</li></ul>",
                "<ol start='3'><li>Tre</li></ol>",
                "<table><tr><td>A</td><td>1</td></tr></table>",
                "<blockquote>Citat</blockquote>",
                "<p>10<sup>6</sup></p>",
                "<p>H<sub>2</sub>O</p>",
                "<p><del>Nej</del> Ja</p>",
                "<h2>Rubrik</h2><p>Text</p>",
                "<pre>a  b</pre>"
            })
    void markupThatASummaryCantHoldKeepsItsBody(String html) {
        String body = requireNonNull(described(html).body());
        assertThat(CommonMark.toSafeHtml(body).strip().replace(" />", ">")).isEqualTo(body);
        assertThat(HtmlBlock.hasMarkup(body)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Text",
                "<p>Text</p>",
                "<div>Text<br>rad</div>",
                "<p>Ett <b>fett</b> ord</p>",
                "<a href='javascript:x()'>Text</a>"
            })
    void textThatASummaryHoldsNeedsNoBody(String html) {
        assertThat(described(html).body()).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        <div>Ett</div><div>Två</div>                           | <p>Ett</p>\\n<p>Två</p>
        <div>Ett<div>Två</div>tre</div>                        | <p>Ett</p>\\n<p>Två</p>\\n<p>tre</p>
        <section><h2>R</h2>Text</section>                      | <h2>R</h2>\\n<p>Text</p>
        <dl><dt>Danderyd</dt><dd>12</dd></dl>                  | <p><strong>Danderyd</strong></p>\\n<p>12</p>
        <figure><img src="/a.jpg" alt="A"><figcaption>Text</figcaption></figure> | <p><img src="https://kommun.example/a.jpg" alt="A"></p>\\n<p>Text</p>
        <table><caption>Vård</caption><tr><td><div>A</div></td><td>1</td></tr></table> | <p>Vård</p>\\n<table><tbody><tr><td>A</td><td>1</td></tr></tbody></table>
        <a href="tel:08 123 45">Ring</a>                       | <p><a href="tel:0812345">Ring</a></p>
        <a href="mailto:a@b.example">Skriv</a>                 | <p><a href="mailto:a&#64;b.example">Skriv</a></p>
        <strike>Nej</strike> <del>nej</del>                    | <p><s>Nej</s> <del>nej</del></p>
        <a href="/mer"><div>Mer</div></a>                      | <p><a href="https://kommun.example/mer">Mer<br></a></p>
        <a href="https://malmö.example/a b">M</a>              | <p><a href="https://xn--malm-8qa.example/a%20b">M</a></p>
        <iframe src="https://film.example/1" title="Film"></iframe> | <p><a href="https://film.example/1">Film</a></p>
        <img src="data:image/gif;base64,R0" data-src="/b.jpg" alt="B">x | <p><img src="https://kommun.example/b.jpg" alt="B">x</p>
        <img src="/p.gif" width="1" height="1">Text            | <p>Text</p>
        """)
    void htmlBecomesWhatTheRendererHas(String html, String block) {
        String made = new RichText(RichText.Type.HTML, html).commonMark("https://kommun.example/");
        assertThat(made.replace("@", "&#64;")).isEqualTo(block.replace("\\n", "\n"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        <div>Första</div><div>Andra</div>                                  | Första\\n\\nAndra
        <table><tr><td>Danderyd</td><td>12</td></tr><tr><td>Nacka</td><td>30</td></tr></table> | Danderyd 12\\nNacka 30
        <dl><dt>Danderyd</dt><dd>12</dd><dt>Nacka</dt><dd>30</dd></dl>     | Danderyd\\n12\\nNacka\\n30
        <figure><img src="a.jpg"><figcaption>Bild</figcaption></figure>Text | Bild\\n\\nText
        10<sup>6</sup> på 5 m<sup>2</sup> och CO<sub>2</sub>               | 10⁶ på 5 m² och CO2
        Pris <del>200</del> 100 kr                                         | Pris 100 kr
        Ett<br>två                                                         | Ett\\ntvå
        """)
    void blocksPartWords(String html, String summary) {
        assertThat(described(html).summary()).isEqualTo(summary.replace("\\n", "\n"));
    }

    @Test
    void linksOfASummaryAreKeptBesideTheContent() {
        Item item = Reading.ofItem("<title>T</title><description><![CDATA[Se <a href='/a'>A</a>.]]></description>"
                        + "<content:encoded><![CDATA[<p>En helt annan text.</p>]]></content:encoded>")
                .item();
        assertThat(item.body()).contains("https://kommun.example/a", "En helt annan text.");
    }

    @Test
    void theSameTextWithMarkupIsTheBody() {
        Item item = Reading.ofItem("<title>T</title><description>Se A.</description>"
                        + "<content:encoded><![CDATA[<p>Se <a href='/a'>A</a>.</p>]]></content:encoded>")
                .item();
        assertThat(item.body()).isEqualTo("<p>Se <a href=\"https://kommun.example/a\">A</a>.</p>");
    }

    @Test
    void aPictureWithoutATextIsKept() {
        Item item = described("<img src='/a.jpg' alt='En bro'>");
        assertThat(item.summary()).isEqualTo("T");
        assertThat(item.body()).isEqualTo("<p><img src=\"https://kommun.example/a.jpg\" alt=\"En bro\"></p>");
        assertThat(image(item).altText()).isEqualTo("En bro");
    }

    @Test
    void plainTextKeepsItsParagraphs() {
        assertThat(described("Ett.\n   Mer.\n\n   Två.").summary()).isEqualTo("Ett. Mer.\n\nTvå.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        <enclosure url="/a.jpg" type="image/jpeg" length="9"/>                               | https://kommun.example/a.jpg | T |     |     |
        <enclosure url="/a.png" length="9"/>                                                 | https://kommun.example/a.png | T |     |     |
        <media:content url="/a.jpg" medium="image" width="640" height="480px"/>              | https://kommun.example/a.jpg | T | 640 | 480 |
        <media:content url="/a.jpg" type="image/jpeg"><media:title>Bro</media:title><media:credit>Anna</media:credit></media:content> | https://kommun.example/a.jpg | Bro | | | Anna
        <media:group><media:content url="/s.jpg" medium="image" width="10"/><media:content url="/l.jpg" medium="image" width="99"/></media:group> | https://kommun.example/l.jpg | T | 99 | |
        <media:thumbnail url="/t.jpg" width="75" height="50"/>                               | https://kommun.example/t.jpg | T | 75 | 50 |
        <media:thumbnail url="/t.jpg"/><media:content url="/a.jpg" medium="image"/>          | https://kommun.example/a.jpg | T |     |     |
        <media:content url="/a.jpg" medium="image"/><media:description>En bro</media:description><media:credit>Bo</media:credit> | https://kommun.example/a.jpg | En bro | | | Bo
        <atom:link rel="enclosure" type="image/png" href="/a"/>                              | https://kommun.example/a | T | | |
        <image><url>/a.jpg</url><title>Bro</title></image>                                   | https://kommun.example/a.jpg | Bro | | |
        """)
    void picturesComeFromWhereFeedsPutThem(
            String children,
            String url,
            String alt,
            @Nullable Integer width,
            @Nullable Integer height,
            @Nullable String credit) {
        Image image = image(Reading.ofItem("<title>T</title>" + children).item());
        assertThat(image.url()).hasToString(url);
        assertThat(image.altText()).isEqualTo(alt);
        assertThat(image.width()).isEqualTo(width);
        assertThat(image.height()).isEqualTo(height);
        assertThat(image.credit()).isEqualTo(credit);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<enclosure url='/a.mp3' type='audio/mpeg' length='9'/>",
                "<enclosure url='javascript:x' type='image/png' length='9'/>",
                "<media:content url='/a.mp4' medium='video'/>",
                "<media:title>Bild</media:title>"
            })
    void whatIsNoPictureIsNone(String children) {
        assertThat(Reading.ofItem("<title>T</title>" + children).item().image()).isNull();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        <img src="/a.jpg" alt="En bro">                                                     | En bro |
        <img src="/a.jpg" alt="">                                                           | ``     |
        <img src="/a.jpg">                                                                  | T      |
        <img src="/a.jpg" title="Bron">                                                     | Bron   |
        <figure><img src="/a.jpg"><figcaption>En bro. Foto: Anna Ek</figcaption></figure>   | En bro. Foto: Anna Ek | Anna Ek
        <img src="/p.gif" width="1" height="1"><img src="/a.jpg" alt="A">                   | A      |
        """)
    void aMissingAlternativeTextDoesNotMeanDecorative(String html, String alt, @Nullable String credit) {
        Image image = image(described(html));
        assertThat(image.url()).hasToString("https://kommun.example/a.jpg");
        assertThat(image.altText()).isEqualTo(alt);
        assertThat(image.credit()).isEqualTo(credit);
    }

    @Test
    void anEnclosureTakesTheAlternativeTextFromTheText() {
        Item item = Reading.ofItem("<title>T</title><enclosure url='/a.jpg' type='image/jpeg'/>"
                        + "<description><![CDATA[<img src='/a.jpg' alt='En bro'>]]></description>")
                .item();
        assertThat(image(item).altText()).isEqualTo("En bro");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        https://a.example/n/1           | https://a.example/n/1
        HTTPS://a.example/              | https://a.example/
        /n/1                            | https://kommun.example/n/1
        n/1?a=1#b                       | https://kommun.example/press/n/1?a=1#b
        ../n                            | https://kommun.example/n
        ../../../n                      | https://kommun.example/n
        ?id=1                           | https://kommun.example/press/?id=1
        #x                              | https://kommun.example/press/#x
        //b.example/n                   | https://b.example/n
        www.b.example/n                 | https://www.b.example/n
        https://www.malmö.se/gågata     | https://www.xn--malm-8qa.se/gågata
        https://a.example/fil namn.pdf  | https://a.example/fil%20namn.pdf
        https://a.example/a[1]?b[]=2    | https://a.example/a%5B1%5D?b[]=2
        https://a.example/100%          | https://a.example/100%25
        https://a.example/%C3%A5        | https://a.example/%C3%A5
        https://min_host.example/       | https://min_host.example/
        https://a.example:8080/         | https://a.example:8080/
        javascript:alert(1)             |
        data:text/html,x                |
        https://                        |
        mailto:a@b.example              |
        """)
    void addressesHoldEverywhere(String text, @Nullable String address) {
        assertThat(WebAddress.of(text, "https://kommun.example/press/")).isEqualTo(address);
    }

    @Test
    void barsInAddressesAreEncoded() {
        assertThat(WebAddress.of("https://a.example/a|b", null)).isEqualTo("https://a.example/a%7Cb");
        assertThat(WebAddress.of("/a", null)).isNull();
    }

    @Test
    void readsBasesOfEachLevel() {
        Item item = Reading.of("""
            <feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://kommun.example/press/">
            <entry xml:base="2022/"><id>1</id><title>T</title><link href="bro"/>
            <content type="html" xml:base="/bilder/">&lt;img src="a.jpg" alt="A">&lt;a href="b">B&lt;/a></content></entry></feed>
            """).item();
        assertThat(item.url()).isEqualTo("https://kommun.example/press/2022/bro");
        assertThat(item.body()).contains("https://kommun.example/bilder/a.jpg", "https://kommun.example/bilder/b");
        assertThat(image(item).url()).hasToString("https://kommun.example/bilder/a.jpg");
    }

    @Test
    void readsTheBaseOfPicturesThatAreNoPartOfATextToo() {
        Item item = Reading.of("""
            <feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"
                xml:base="https://kommun.example/nyheter/">
            <entry><id>1</id><title>T</title><link href="https://annan.example/x"/>
            <media:content url="bild.jpg" medium="image"/></entry></feed>
            """).item();
        assertThat(image(item).url()).hasToString("https://kommun.example/nyheter/bild.jpg");
    }

    @Test
    void choosesTheAlternateOfTheNewsroomsLanguage() {
        Item item = Reading.of("""
            <feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><title>T</title>
            <link rel="alternate" type="application/pdf" hreflang="sv" href="https://kommun.example/a.pdf"/>
            <link rel="alternate" type="text/html" hreflang="en" href="https://kommun.example/en"/>
            <link rel="alternate" type="text/html" hreflang="sv-SE" href="https://kommun.example/sv"/>
            <link rel="self" href="https://kommun.example/self"/></entry></feed>
            """).item();
        assertThat(item.url()).isEqualTo("https://kommun.example/sv");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        <category><![CDATA[H&auml;lsa &amp; v&aring;rd]]></category>                       | Hälsa & vård
        <category><![CDATA[<b>Kultur</b>]]></category>                                     | Kultur
        <category>Kultur</category><category>KULTUR</category><category> kultur  </category> | Kultur
        <category>Kultur och  hälsa</category><category>kultur och hälsa</category>        | Kultur och hälsa
        <dc:subject>Vård</dc:subject><category>vård</category>                             | Vård
        <media:keywords>bro, väg</media:keywords>                                          | bro;väg
        """)
    void topicsThatAreOneAreOne(String children, String topics) {
        assertThat(Reading.ofItem("<title>T</title>" + children).item().topics())
                .containsExactly(topics.split(";"));
    }

    private static Item described(String html) {
        return Reading.ofItem("<title>T</title><description><![CDATA[" + html + "]]></description>")
                .item();
    }

    private static Image image(Item item) {
        return requireNonNull(item.image());
    }
}
