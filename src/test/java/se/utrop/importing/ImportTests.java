package se.utrop.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.ClassPathResource;
import se.utrop.Api;
import se.utrop.Newsroom;
import se.utrop.UtropTest;

@UtropTest
class ImportTests {

    private static final LocalDate CAPTURED = LocalDate.of(2023, 11, 8);

    private static final String TOPICS = """
        Ekonomi och budget
        Forskning och innovation
        Hälso- och sjukvård
        Hållbarhet
        Kollektivtrafik
        Konstnär och kulturutövare
        Kultur
        Kultur och hälsa
        Offentlig konst
        Organisation och styrning
        Regional utveckling
        """;

    private static final String LISTING = """
        Nyheter

         • Konsten flyttar ut

          Skulpturer ställs ut i länets parker. Visningarna är gratis.

          På söndagar finns guider.

          KulturOffentlig konstHälso- och sjukvårdKultur och hälsa
         • 7 november: Lägesrapport om covid-19

          Totalt vårdas 1 204 patienter med covid-19.
          Det är 12 fler än förra veckan.

          Hälso- och sjukvård
         • Dans för hälsan

          Nu startar danskurser på recept i hela länet.

          Först ut är Norrtälje sjukhus.

          Kultur och hälsaHälso- och sjukvård
         • Konst på recept

          Även konsten gör nytta i vården, visar en studie.

          Offentlig konstKulturKultur och hälsa
        """;

    private final Importer importer;
    private final Newsroom newsroom;
    private final Api api;
    private Path folder;

    ImportTests(Importer importer, Newsroom newsroom, Api api) {
        this.importer = importer;
        this.api = api;
        this.newsroom = newsroom;
    }

    @BeforeEach
    void begin(@TempDir Path folder) {
        this.folder = folder;
        newsroom.clear();
    }

    @Test
    void readsTheCopiedListings() throws IOException {
        Path later = Path.of("../shared/seeds/000_51a1d761c4672fd7.txt");
        Path earlier = Path.of("../shared/seeds/001_74b78f7dba40b26a.txt");
        Assumptions.assumeTrue(Files.isReadable(later) && Files.isReadable(earlier));
        LocalDate before = LocalDate.of(2022, 12, 20);

        assertThat(importer.run(Source.of(earlier, before)).block())
                .isEqualTo(new ImportReport("001_74b78f7dba40b26a.txt", 18, 0, 9, 1));
        assertThat(importer.run(Source.of(later, CAPTURED)).block())
                .isEqualTo(new ImportReport("000_51a1d761c4672fd7.txt", 17, 0, 2, 0));

        List<Listed> listed = Stream.concat(
                        Listed.of(Files.readString(later)).stream(), Listed.of(Files.readString(earlier)).stream())
                .toList();
        assertThat(listed).hasSize(35);
        assertThat(stored()).isEqualTo(listed);
        assertThat(topics()).hasSize(11).isEqualTo(TOPICS.lines().toList());
        assertThat(reports())
                .containsExactly(
                        "2022-12-13 DAY lagesrapport-om-covid-19 522 97",
                        "2022-11-22 DAY lagesrapport-om-covid-19 285 12",
                        "2022-10-18 DAY lagesrapport-om-covid-19 264 -40",
                        "2022-09-13 DAY lagesrapport-om-covid-19 259 38",
                        "2022-07-05 DAY lagesrapport-om-covid-19 183 19");
        assertThat(precisionsBesideReports()).containsOnly("ESTIMATED").hasSize(30);
        assertStrictOrder();

        assertThat(importer.run(Source.of(earlier, before.plusDays(40))).block())
                .isEqualTo(new ImportReport("001_74b78f7dba40b26a.txt", 0, 18, 0, 0));
        assertThat(importer.run(Source.of(later, CAPTURED.minusDays(40))).block())
                .isEqualTo(new ImportReport("000_51a1d761c4672fd7.txt", 0, 17, 0, 0));
        assertThat(stored()).isEqualTo(listed);
    }

    @Test
    void readsTheSampleReports() throws IOException {
        Source sample = sample("lagesrapporter.txt", CAPTURED);
        assertThat(importer.run(sample).block()).isEqualTo(new ImportReport("lagesrapporter.txt", 24, 0, 2, 2));

        assertThat(stored()).isEqualTo(Listed.of(sampleText("lagesrapporter.txt")));
        assertThat(reports()).containsExactly("""
            2023-05-09 DAY lagesrapport-om-covid-19 74 -11
            2023-03-21 DAY lagesrapport-om-covid-19 168 -14
            2023-03-09 DAY lagesrapport-om-influensa 58 -9
            2023-02-16 DAY lagesrapport-om-influensa 91 -17
            2023-02-14 DAY lagesrapport-om-covid-19 143
            2023-01-26 DAY lagesrapport-om-influensa 134 -22
            2023-01-12 DAY lagesrapport-om-influensa 176 -31
            2023-01-10 DAY lagesrapport-om-covid-19 418 -63
            2022-12-22 DAY lagesrapport-om-influensa 203 38
            2022-12-13 DAY lagesrapport-om-covid-19 522 97
            2022-12-08 DAY lagesrapport-om-influensa 112 29
            2022-11-22 DAY lagesrapport-om-covid-19 285 12
            2022-10-18 DAY lagesrapport-om-covid-19 264 -40
            2022-09-13 DAY lagesrapport-om-covid-19 259 38
            2022-07-05 DAY lagesrapport-om-covid-19 183 19
            2022-05-10 DAY lagesrapport-om-covid-19 121 -24
            2022-03-29 DAY lagesrapport-om-covid-19 312 -41
            2022-03-24 DAY lagesrapport-om-influensa 64 8
            2022-03-03 DAY lagesrapport-om-influensa 37 6
            2022-02-08 DAY lagesrapport-om-covid-19 874 -46
            2022-02-03 DAY lagesrapport-om-influensa 18 -3
            2022-01-18 DAY lagesrapport-om-covid-19 737 158
            2022-01-13 DAY lagesrapport-om-influensa 26
            2021-12-16 DAY lagesrapport-om-influensa 23 7
            """.lines().toArray(String[]::new));
        assertStrictOrder();
    }

    @Test
    void readsTheSampleNews() throws IOException {
        assertThat(importer.run(sample("nyheter.xml", CAPTURED)).block())
                .isEqualTo(new ImportReport("nyheter.xml", 38, 0, 11, 0));

        assertThat(topics()).isEqualTo(TOPICS.lines().toList());
        assertThat(stored()).isEqualTo(Listed.ofAtom(sampleText("nyheter.xml")));
        assertThat(newsroom.ask("select distinct kind || published_at_precision from news", String.class))
                .containsExactly("ARTICLEEXACT");
        assertThat(newsroom.ask("""
            select to_char(published_at at time zone 'Europe/Stockholm', 'YYYY-MM-DD"T"HH24:MI:SS')
            from news order by published_at desc\
            """, String.class)).isEqualTo(found("<published>(.{19})", sampleText("nyheter.xml")));
        assertStrictOrder();
    }

    @Test
    void addsNothingTheSecondTime() {
        importer.run(sample("nyheter.xml", CAPTURED)).block();
        importer.run(sample("lagesrapporter.txt", CAPTURED)).block();
        List<String> before = dates();

        for (int days : new int[] {0, 1, 150, -60, -3_000}) {
            LocalDate captured = CAPTURED.plusDays(days);
            assertThat(importer.run(sample("nyheter.xml", captured)).block())
                    .isEqualTo(new ImportReport("nyheter.xml", 0, 38, 0, 0));
            assertThat(importer.run(sample("lagesrapporter.txt", captured)).block())
                    .isEqualTo(new ImportReport("lagesrapporter.txt", 0, 24, 0, 0));
        }
        assertThat(dates()).isEqualTo(before);
    }

    @Test
    void leavesWhatWasRetractedRetractedAndItsAddressFree() {
        String listing = "Nyheter\n" + items(1, 3);
        importer.run(listing(listing, CAPTURED)).block();
        String slug = newsroom.ask("select slug from news order by id limit 1", String.class)
                .getFirst();
        newsroom.run("delete from news where slug = '%s'".formatted(slug));

        assertThat(importer.run(listing(listing, CAPTURED.plusDays(1))).block())
                .isEqualTo(new ImportReport("nyheter.txt", 0, 3, 0, 0));

        newsroom.run("update retraction set import_key = null");
        assertThat(importer.run(listing(listing, CAPTURED)).block())
                .isEqualTo(new ImportReport("nyheter.txt", 1, 2, 0, 0));
        assertThat(newsroom.ask("select slug from news", String.class))
                .contains(slug + "-2")
                .doesNotContain(slug);
    }

    @Test
    void leavesTheAddressesOfScheduledNewsFree() {
        newsroom.run(
                "insert into scheduled_news (id, slug, publish_at, content) values (1, 'nyhet-2', '2100-01-01', '{}')");
        importer.run(listing("Nyheter\n" + items(1, 3), CAPTURED)).block();
        assertThat(newsroom.ask("select slug from news", String.class))
                .containsExactlyInAnyOrder("nyhet-1", "nyhet-2-2", "nyhet-3");
    }

    @Test
    void runsOnceUnderOneName() {
        assertThat(importer.runOnce(sample("nyheter.xml", CAPTURED)).blockOptional())
                .isPresent();
        assertThat(importer.runOnce(sample("nyheter.xml", CAPTURED)).blockOptional())
                .isEmpty();
    }

    @Test
    void addsOnlyTheNewOfAnOverlappingListing() {
        String older = "Nyheter\n" + items(11, 40);
        String newer = "Nyheter\n" + items(1, 30);
        importer.run(listing(older, CAPTURED.minusDays(5))).block();
        List<String> before = dates();

        assertThat(importer.run(listing(newer, CAPTURED)).block())
                .isEqualTo(new ImportReport("nyheter.txt", 10, 20, 0, 0));
        assertThat(stored()).isEqualTo(Listed.of("Nyheter\n" + items(1, 40)));
        assertThat(dates()).containsAll(before);
        assertStrictOrder();
    }

    @Test
    void putsWhatWasMissingBetweenItsNeighbours() {
        importer.run(listing("Nyheter\n" + items(1, 5) + items(9, 12), CAPTURED))
                .block();
        importer.run(listing("Nyheter\n" + items(1, 12), CAPTURED.plusDays(1))).block();

        assertThat(stored()).isEqualTo(Listed.of("Nyheter\n" + items(1, 12)));
        assertStrictOrder();
    }

    @Test
    void takesOutWhatNobodySeesAndKnowsTheListingAgain() {
        String listing = """
            Nyheter

             • \u202A13 de\u00ADcember: Lägesrapport om covid\u200B-19\u202C

              Totalt vårdas 522 pa\u00ADtienter.

              Kul\u00ADtur och hälsaKultur\u200B och  hälsaTrafik
            """;
        importer.run(listing(listing, CAPTURED)).block();
        assertThat(newsroom.ask("select slug || '|' || title || '|' || summary from news", String.class))
                .containsExactly("13-december-lagesrapport-om-covid-19|13 december: Lägesrapport om covid-19|"
                        + "Totalt vårdas 522 patienter.");
        assertThat(newsroom.ask("select name from series", String.class)).containsExactly("Lägesrapport om covid-19");
        assertThat(topics()).containsExactly("Kultur och hälsa", "Trafik");
        assertThat(reports()).containsExactly("2022-12-13 DAY lagesrapport-om-covid-19 522");
        assertThat(importer.run(listing(listing, CAPTURED)).block())
                .isEqualTo(new ImportReport("nyheter.txt", 0, 1, 0, 0));
    }

    /** The import key is a digest of the texts as they stand in the listing, as it was when they were stored like that. */
    @Test
    void knowsWhatAnEarlierReleaseImported() {
        newsroom.run("""
            insert into news (slug, title, summary, published_at, import_key)
            values ('a', U&'Sjuk\\00ADhus', 'Text.', now(),
                'listing:' || encode(sha256(convert_to(U&'Sjuk\\00ADhus\\000AText.', 'UTF8')), 'hex'))\
            """);
        assertThat(importer.run(listing("Nyheter\n\n • Sjuk\u00ADhus\n\n  Text.\n\n  Kultur\n", CAPTURED))
                        .block())
                .isEqualTo(new ImportReport("nyheter.txt", 0, 1, 0, 0));
    }

    @Test
    void findsTheTopicThatIsThere() {
        newsroom.run("""
            alter table topic disable trigger keep_topics_apart;
            insert into topic (slug, name) values ('kh', 'Kultur  och hälsa'), ('kultur', 'KULTUR'), ('k', 'Kultur');
            alter table topic enable trigger keep_topics_apart\
            """);
        assertThat(importer.run(listing(LISTING, CAPTURED)).block())
                .isEqualTo(new ImportReport("nyheter.txt", 4, 0, 2, 1));
        assertThat(newsroom.ask("""
            select distinct t.slug from news_topic join topic t on t.id = topic_id order by slug\
            """, String.class)).containsExactly("halso-och-sjukvard", "k", "kh", "offentlig-konst");
    }

    @Test
    void filesANewsItemOnceUnderTopicsThatAreOne() {
        importer.run(source("feed.xml", """
            <rss version="2.0"><channel><item><title>T</title><guid>1</guid><category>Kultur</category>
            <category>kultur</category><category>&#x200B;</category><category>Ny\n   trafik</category>
            <pubDate>Tue, 13 Dec 2022 12:00:00 +0100</pubDate></item></channel></rss>
            """.getBytes(StandardCharsets.UTF_8), CAPTURED))
                .block();
        assertThat(newsroom.ask(
                        "select t.name from news_topic nt join topic t on t.id = topic_id order by nt.position",
                        String.class))
                .containsExactly("Kultur", "Ny trafik");
    }

    @Test
    void tidiesFeeds() {
        importer.run(source("feed.xml", """
            <rss version="2.0"><channel><item><title>&#x202E;Sjuk&#xAD;hus &#x301;</title><guid>1</guid>
            <description>&lt;p&gt;Ett &#x202E;sjuk&amp;shy;hus&lt;/p&gt;</description>
            <pubDate>Tue, 13 Dec 2022 12:00:00 +0100</pubDate></item>
            <item><title>&#x3164;</title><guid>2</guid><description>Text</description>
            <pubDate>Tue, 13 Dec 2022 11:00:00 +0100</pubDate></item></channel></rss>
            """.getBytes(StandardCharsets.UTF_8), CAPTURED))
                .block();
        assertThat(newsroom.ask("select title || '|' || summary from news order by published_at", String.class))
                .containsExactly("Text|Text", "Sjukhus|Ett sjukhus");
    }

    @Test
    void refusesTitlesThatShowNothing() throws IOException {
        assertRefused(
                "Nyheter\n\n • \u3164\n\n  Text.\n\n  Kultur\n".getBytes(StandardCharsets.UTF_8),
                ":3: the title is empty");
    }

    @Test
    void theSignOfANumberIsFoundAsItStandsInAListing() {
        Path listing = Path.of("../shared/seeds/000_51a1d761c4672fd7.txt");
        Assumptions.assumeTrue(Files.isReadable(listing));
        importer.run(Source.of(listing, CAPTURED)).block();
        assertThat(api.data("{ searchNews(query: \"-359 miljoner\") { nodes { slug } } }")
                        .toString())
                .isEqualTo("{\"searchNews\":{\"nodes\":[{\"slug\":\"region-stockholms-delarsrapport-2023\"}]}}");
    }

    @Test
    void countsWhatStandsTwiceAsKnown() {
        assertThat(importer.run(listing("Nyheter\n" + items(1, 3) + items(2, 4), CAPTURED))
                        .block())
                .isEqualTo(new ImportReport("nyheter.txt", 4, 2, 1, 0));
    }

    @Test
    void keepsParagraphsAndFigures() {
        importer.run(listing(LISTING, CAPTURED)).block();

        assertThat(newsroom.ask("select summary from news order by published_at desc", String.class))
                .startsWith(
                        "Skulpturer ställs ut i länets parker. Visningarna är gratis.\n\nPå söndagar finns guider.",
                        "Totalt vårdas 1 204 patienter med covid-19.\nDet är 12 fler än förra veckan.");
        assertThat(reports()).containsExactly("2023-11-07 DAY lagesrapport-om-covid-19 1204 12");
    }

    @Test
    void readsLineBreaksOfEverySystem() {
        importer.run(listing("\uFEFF" + LISTING.replace("\n", "\r\n"), CAPTURED))
                .block();
        assertThat(importer.run(listing(LISTING.replace('\n', '\r'), CAPTURED)).block())
                .isEqualTo(new ImportReport("nyheter.txt", 0, 4, 0, 0));
        assertThat(stored()).isEqualTo(Listed.of(LISTING));
    }

    static Stream<Arguments> unreadable() {
        return Stream.of(
                Arguments.of("", ": is empty"),
                Arguments.of(" \n\n", ": is empty"),
                Arguments.of(LISTING + "\0", ": is a binary file"),
                Arguments.of(LISTING.repeat(20).replaceFirst("(?s)(.{5000})", "$1\0"), ": is a binary file"),
                Arguments.of("%PDF-1.7\n" + LISTING, ": is a binary file"),
                Arguments.of("Nyheter\n\nInga punkter.\n", ":1: no line begins with a bullet"),
                Arguments.of(" • En\n\n  Kultur\n • Två\n\n  Text.\n\n  Kultur\n", ":1: «En» has no teaser"),
                Arguments.of(
                        " • En\n\n  Text.\n\n  Kultur\n •\n\n  Text.\n\n  Kultur\n", ":6: a bullet without a title"),
                Arguments.of(
                        " • En\n\n  Text.\n\n  Kultur\n • Två\n\n  Text.\n", ":8: the last item has no line of topics"),
                Arguments.of(
                        LISTING.substring(0, LISTING.length() - 4), ":27: the topic «Kultur och hä» lacks its end"),
                Arguments.of(
                        LISTING.replace("7 november", "9 november 2023"),
                        ":10: states 2023-11-09, but the listing was"),
                Arguments.of("Nyheter\n\nMer\n" + LISTING, ":3: text before the first bullet"),
                Arguments.of("<html><body><p>Nyheter</p></body></html>", ":1: the root element is <html>"),
                Arguments.of("<?xml version='1.0'?>\n<rss version='2.0'></rss>", ":2: <rss> without a <channel>"),
                Arguments.of(rss(600, "").replace("</channel></rss>", ""), ":605: is not whole, well-formed XML"),
                Arguments.of(rss(600, "<item><title>Sen</title></item>"), ":603: has no date: give it a <pubDate>"),
                Arguments.of(
                        rss(600, "<item><title>Sen</title><pubDate>Mon, 01 Jan 2929 00:00:00 GMT</pubDate></item>"),
                        ":603: is dated 2929-01-01T00:00:00Z, in the future"),
                Arguments.of(
                        rss(600, "<item><title>Sen</title><pubDate>i går</pubDate></item>"),
                        ":603: «i går» is not a date with time and zone"),
                Arguments.of("""
                    <?xml version="1.0"?>
                    <!DOCTYPE rss [
                      <!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">
                    ]>
                    <rss><channel><item><title>&c;</title></item></channel></rss>\
                    """, ":4: has a DOCTYPE"),
                Arguments.of("""
                    <!DOCTYPE rss [<!ENTITY file SYSTEM "file:///etc/hostname">]>
                    <rss><channel><item><title>&file;</title></item></channel></rss>\
                    """, ":1: has a DOCTYPE"));
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void refusesAndStoresNothing(String text, String message) throws IOException {
        assertRefused(text.getBytes(StandardCharsets.UTF_8), message);
    }

    @Test
    void refusesOtherEncodings() throws IOException {
        assertRefused(LISTING.getBytes(StandardCharsets.ISO_8859_1), ":5: byte 49 of the file is not UTF-8");
        assertRefused(LISTING.getBytes(StandardCharsets.UTF_16), ":1: byte 1 of the file is not UTF-8 but UTF-16");
        assertRefused(
                "Nyheter\n\n • Mål\n\n  Text.\n\n  Hälsa\n"
                        .replace("•", "\u2022")
                        .getBytes(StandardCharsets.UTF_16BE),
                ": is a binary file");
        byte[] listing = "Nyheter\n\n • Må".getBytes(StandardCharsets.UTF_8);
        assertRefused(Arrays.copyOf(listing, listing.length - 1), ":3: ends within a character");
    }

    @Test
    void refusesWhatIsNoFile() {
        Path missing = folder.resolve("saknas.txt");
        assertThatThrownBy(() -> importer.run(Source.of(missing, CAPTURED)).block())
                .isInstanceOf(ImportRefused.class)
                .hasMessage(missing + ": does not exist");
        assertThatThrownBy(() -> importer.run(Source.of(folder, CAPTURED)).block())
                .isInstanceOf(ImportRefused.class)
                .hasMessage(folder + ": cannot be read: Is a directory");
        assertThat(counts()).isEqualTo("0 0 0 0");
    }

    @Test
    void refusesAListingCutBelowItsFirstItemOrKeepsWholeItems() {
        byte[] whole = LISTING.getBytes(StandardCharsets.UTF_8);
        for (int length = begun(LISTING); length < whole.length; length++) {
            newsroom.clear();
            if (isRead(new String(Arrays.copyOf(whole, length), StandardCharsets.ISO_8859_1))) {
                assertThat(Listed.of(LISTING).stream().map(Listed::title).toList())
                        .as("cut at byte %d", length)
                        .startsWith(stored().stream().map(Listed::title).toArray(String[]::new));
                assertThat(summaries(LISTING)).containsAll(newsroom.ask("select summary from news", String.class));
                assertThat(TOPICS.lines()).as("cut at byte %d", length).containsAll(topics());
            } else {
                assertThat(counts()).as("cut at byte %d", length).isEqualTo("0 0 0 0");
            }
        }
    }

    @Test
    void refusesTheSampleCutBelowItsFirstItemOrKeepsWholeItems() throws IOException {
        byte[] whole = sampleText("lagesrapporter.txt").getBytes(StandardCharsets.UTF_8);
        List<Listed> all = Listed.of(new String(whole, StandardCharsets.UTF_8));
        for (int length = begun(sampleText("lagesrapporter.txt")); length < whole.length; length += 97) {
            newsroom.clear();
            if (isRead(new String(Arrays.copyOf(whole, length), StandardCharsets.ISO_8859_1))) {
                assertThat(all).as("cut at byte %d", length).startsWith(stored().toArray(Listed[]::new));
            } else {
                assertThat(counts()).as("cut at byte %d", length).isEqualTo("0 0 0 0");
            }
        }
    }

    /** How many bytes it takes until the first item is whole and nothing more. */
    private static int begun(String listing) {
        String first = listing.substring(0, listing.indexOf('•', listing.indexOf('•') + 1));
        return first.getBytes(StandardCharsets.UTF_8).length;
    }

    private boolean isRead(String bytes) {
        try {
            importer.run(source("nyheter.txt", bytes.getBytes(StandardCharsets.ISO_8859_1), CAPTURED))
                    .block();
            return true;
        } catch (ImportRefused e) {
            assertThat(e).hasMessageStartingWith("nyheter.txt:");
            return false;
        }
    }

    private void assertRefused(byte[] content, String message) throws IOException {
        newsroom.clear();
        newsroom.article("forut", Instant.parse("2020-01-01T00:00:00Z"));
        Path file = Files.write(folder.resolve("nyheter.txt"), content);
        assertThatThrownBy(
                        () -> importer.run(Source.of(file, CAPTURED).strictly()).block())
                .isInstanceOf(ImportRefused.class)
                .hasMessageContaining(file + message);
        assertThat(counts()).isEqualTo("1 0 0 0");
    }

    private void assertStrictOrder() {
        assertThat(newsroom.ask("select count(distinct published_at) = count(*) from news", Boolean.class))
                .containsExactly(true);
        assertThat(newsroom.ask("select count(*) from news where published_at > now()", Long.class))
                .containsExactly(0L);
    }

    private String counts() {
        return newsroom.ask("""
            select concat_ws(' ', (select count(*) from news), (select count(*) from topic),
                (select count(*) from series), (select count(*) from import))\
            """, String.class).getFirst();
    }

    private List<Listed> stored() {
        return newsroom.ask("""
            select n.title || '|' || string_agg(t.name, '' order by nt.position)
            from news n join news_topic nt on nt.news_id = n.id join topic t on t.id = nt.topic_id
            group by n.id order by n.published_at desc, n.id desc\
            """, String.class).stream()
                .map(row -> new Listed(row.substring(0, row.lastIndexOf('|')), row.substring(row.lastIndexOf('|') + 1)))
                .toList();
    }

    private List<String> topics() {
        return newsroom.ask("select name from topic order by name collate \"C\"", String.class).stream()
                .sorted()
                .toList();
    }

    private List<String> dates() {
        return newsroom.ask("select title || ' ' || published_at from news order by published_at desc", String.class);
    }

    private List<String> reports() {
        return newsroom.ask("""
            select concat_ws(' ', (published_at at time zone 'Europe/Stockholm')::date, published_at_precision,
                s.slug, f.value, f.change)
            from news n join series s on s.id = series_id join figure f on f.news_id = n.id
            where kind = 'SITUATION_REPORT' and f.name = 'patients-in-care'
            order by published_at desc\
            """, String.class);
    }

    private List<String> precisionsBesideReports() {
        return newsroom.ask(
                "select published_at_precision from news where kind = 'ARTICLE' and series_id is null", String.class);
    }

    /** An item as the file has it. */
    private record Listed(String title, String topics) {

        static List<Listed> of(String listing) {
            return Pattern.compile("•")
                    .splitAsStream(listing)
                    .skip(1)
                    .map(item -> item.strip().lines().map(String::strip).toList())
                    .map(lines -> new Listed(lines.getFirst(), lines.getLast()))
                    .toList();
        }

        static List<Listed> ofAtom(String feed) {
            return Pattern.compile("<entry>")
                    .splitAsStream(feed)
                    .skip(1)
                    .map(entry -> new Listed(
                            found("<title>([^<]*)", entry).getFirst(),
                            String.join("", found("<category term=\"([^\"]*)", entry))))
                    .toList();
        }
    }

    private static List<String> found(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    private static List<String> summaries(String listing) {
        return Pattern.compile("•")
                .splitAsStream(listing)
                .skip(1)
                .map(item -> item.strip().lines().map(String::strip).toList())
                .map(lines -> String.join("\n", lines.subList(2, lines.size() - 2)))
                .toList();
    }

    private static String items(int first, int last) {
        return IntStream.rangeClosed(first, last)
                .mapToObj(" • Nyhet %1$d\n\n  Detta är nyhet %1$d.\n\n  Kultur\n"::formatted)
                .collect(Collectors.joining());
    }

    private static String rss(int items, String last) {
        return IntStream.range(0, items)
                .mapToObj(
                        "<item><title>Nyhet %d</title><pubDate>Tue, 13 Dec 2022 12:00:00 +0100</pubDate></item>\n"
                                ::formatted)
                .collect(Collectors.joining("", "<rss version='2.0'>\n<channel>\n", last + "\n\n</channel></rss>"));
    }

    private static Source listing(String text, LocalDate captured) {
        return source("nyheter.txt", text.getBytes(StandardCharsets.UTF_8), captured);
    }

    private static Source source(String name, byte[] content, LocalDate captured) {
        return new Source(name, name, new ByteArrayResource(content), captured);
    }

    private static Source sample(String name, LocalDate captured) {
        return new Source(name, name, new ClassPathResource("db/sample/" + name), captured);
    }

    private static String sampleText(String name) throws IOException {
        return new ClassPathResource("db/sample/" + name).getContentAsString(StandardCharsets.UTF_8);
    }
}
