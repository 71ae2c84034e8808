package se.utrop.importing;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.io.ClassPathResource;
import se.utrop.news.DatePrecision;

class FeedReaderTests {

    private static final Arrival ARRIVAL =
            new Arrival(Instant.parse("2026-01-01T00:00:00Z"), ZoneId.of("Europe/Stockholm"));

    @Test
    void readsRss() throws IOException {
        List<Item> items = sample("rss.xml");

        assertThat(items).hasSize(3);
        Item first = items.getFirst();
        assertThat(first.line()).isEqualTo(10);
        assertThat(first.title()).isEqualTo("Ny bro över ån & nya stigar");
        assertThat(first.summary()).isEqualTo("Bron är öppen.\n\nVälkommen på invigning!");
        assertThat(requireNonNull(first.body()))
                .contains("<h2>Så går det till</h2>", "<a href=\"https://kommun.example/karta\">");
        assertThat(first.body()).doesNotContain("script", "onclick", "alert");
        assertThat(first.url()).isEqualTo("https://kommun.example/bro?a=1&b=2");
        assertThat(first.topics()).containsExactly("Trafik", "Bygge & plan", "Friluftsliv");
        assertThat(first.publishedAt()).isEqualTo("2024-03-31T00:30:00Z");
        assertThat(first.precision()).isEqualTo(DatePrecision.EXACT);
        assertThat(items.get(1).url()).isEqualTo("https://kommun.example/2");
        assertThat(items.get(1).summary()).isEqualTo("Bara en rubrik");
        assertThat(items.get(1).body()).isNull();
        assertThat(items.get(2).url()).isNull();
        assertThat(items.get(2).publishedAt()).isEqualTo("2024-01-02T03:04:05.678Z");
    }

    @Test
    void readsAtom() throws IOException {
        List<Item> items = sample("atom.xml");

        assertThat(items).hasSize(3);
        Item first = items.getFirst();
        assertThat(first.title()).isEqualTo("Vatten < viktigt");
        assertThat(first.summary()).isEqualTo("Spara på vattnet i sommar.");
        assertThat(requireNonNull(first.body())).contains("<p>Läs <em>mer</em> här.</p>");
        assertThat(first.url()).isEqualTo("https://kommun.example/vatten");
        assertThat(first.topics()).containsExactly("Miljö", "Vatten");
        assertThat(first.publishedAt()).isEqualTo("2024-06-30T22:00:00.123456Z");
        assertThat(items.get(1).publishedAt()).isEqualTo("2024-05-01T12:00:00Z");
        assertThat(items.get(1).body()).isEqualTo("## Rubrik\n\nMer *text* här.");
        assertThat(items.get(2).summary()).isEqualTo("Ett < två & *tre*");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        Tue, 13 Dec 2022 12:00:00 +0100   | 2022-12-13T11:00:00Z
        13 Dec 2022 12:00 GMT             | 2022-12-13T12:00:00Z
        Tue, 13 Dec 22 12:00:00 CET       | 2022-12-13T11:00:00Z
        Fri, 1 Jul 2022 00:00:00 CEST     | 2022-06-30T22:00:00Z
        Tue, 13 Dec 2022 23:59:60 -0500   | 2022-12-14T04:59:59Z
        2022-12-13T12:00:00+01:00         | 2022-12-13T11:00:00Z
        2022-12-13t12:00:00.1234567z      | 2022-12-13T12:00:00.123456Z
        """)
    void readsDatesWithTheirZones(String text, Instant instant) {
        assertThat(FeedDate.parse(text, ARRIVAL.zone())).isEqualTo(new FeedDate(instant, DatePrecision.EXACT));
    }

    @Test
    void readsADeclaredEncoding() throws IOException {
        String feed = "<?xml version='1.0' encoding='ISO-8859-1'?><rss><channel><item><title>Får å ö</title>"
                + "<pubDate>Tue, 13 Dec 2022 12:00:00 GMT</pubDate></item></channel></rss>";
        assertThat(read(feed.getBytes(StandardCharsets.ISO_8859_1)).getFirst().title())
                .isEqualTo("Får å ö");
    }

    @Test
    void refusesBytesThatAreNotUtf8() {
        byte[] feed = "<rss>\n<channel>\n<title>Får".getBytes(Charset.forName("windows-1252"));
        assertThatThrownBy(() -> read(feed))
                .isInstanceOf(ImportRefused.class)
                .hasMessageStartingWith("byte 26 of the file is not UTF-8");
    }

    @Test
    void readsEntitiesOfHtmlThatNothingDeclares() throws IOException {
        String feed = "<rss><channel><item><title>H&auml;lsa&nbsp;&amp; A&B &c;</title>"
                + "<pubDate>Tue, 13 Dec 2022 12:00:00 GMT</pubDate></item></channel></rss>";
        assertThat(read(feed.getBytes(StandardCharsets.UTF_8)).getFirst().title())
                .isEqualTo("Hälsa & A&B &c;");
    }

    private static List<Item> sample(String file) throws IOException {
        return read(new ClassPathResource("importing/" + file).getContentAsByteArray());
    }

    private static List<Item> read(byte[] feed) throws IOException {
        SourceFormat content = SourceFormat.of(new ByteArrayInputStream(feed), ARRIVAL, new Faults("feed", false));
        assertThat(content).isInstanceOf(SourceFormat.Feed.class);
        try (ItemReader reader = ((SourceFormat.Feed) content).reader()) {
            return reader.read(100);
        }
    }
}
