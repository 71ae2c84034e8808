package se.utrop.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static se.utrop.Editor.content;
import static se.utrop.Editor.fields;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import se.utrop.Api;
import se.utrop.Editor;
import se.utrop.Newsroom;
import se.utrop.UtropTest;
import se.utrop.text.Slug;
import tools.jackson.databind.JsonNode;

@UtropTest
class SearchTests {

    private static final Instant NOON = Instant.parse("2022-12-13T11:00:00Z");

    private static final String SEARCH = """
        query($query: String!, $filter: NewsFilter, $order: SearchOrder! = RELEVANCE, $first: Int, $after: String) {
          searchNews(query: $query, filter: $filter, orderBy: $order, first: $first, after: $after) {
            edges { cursor score node { slug } highlights }
            totalCount
            matching
            correctedQuery
            topics { slug }
            series { slug }
            pageInfo { hasNextPage hasPreviousPage endCursor }
          }
        }
        """;

    private final Api api;

    private final Newsroom newsroom;

    private final Editor editor;

    private int questions;

    SearchTests(Api api, Newsroom newsroom, Editor editor) {
        this.api = api;
        this.newsroom = newsroom;
        this.editor = editor;
    }

    @BeforeEach
    void clear() {
        newsroom.clear();
    }

    @Test
    void titlesCountMoreThanTeasersAndTeasersMoreThanBodies() {
        news("body", "Annat", "Annat.", "En spårvagn.");
        news("title", "En spårvagn", "Annat.", "Annat.");
        news("teaser", "Annat", "En spårvagn.", "Annat.");
        assertThat(found("spårvagn")).containsExactly("title", "teaser", "body");
    }

    @Test
    void newNewsCountMoreThanOld() {
        news("old", NOON.minusSeconds(86_400 * 400L), "En spårvagn", "Annat.");
        news("new", NOON, "En spårvagn", "Annat.");
        news("older", NOON.minusSeconds(86_400 * 800L), "En spårvagn", "Annat.");
        assertThat(found("spårvagn")).containsExactly("new", "old", "older");
        List<Double> scores = scores(search("spårvagn"));
        assertThat(scores.get(0) - scores.get(1)).isCloseTo(400.0 / 365, within(1e-6));
    }

    @Test
    void inflectionsAreFound() {
        news("a", "Sjukhus byggs", "Annat.");
        news("b", "Vårdplatser", "Annat.");
        news("c", "Skolan", "Annat.");
        news("d", "Cyklar", "Annat.");
        Map.of(
                        "sjukhusen",
                        "a",
                        "sjukhuset",
                        "a",
                        "sjukhusets",
                        "a",
                        "vårdplats",
                        "b",
                        "vårdplatserna",
                        "b",
                        "skolor",
                        "c",
                        "cykeln",
                        "d",
                        "cykel",
                        "d")
                .forEach((query, slug) -> assertThat(found(query)).as(query).containsExactly(slug));
    }

    @Test
    void compoundsAreFoundBelowWholeWords() {
        news("compound", "Lägesrapport", "Lägesrapporten om läget.");
        news("whole", NOON.minusSeconds(86_400), "Annat", "Annat.", "En rapport.");
        assertThat(found("rapport")).containsExactly("whole", "compound");
        news("sjukvården", "Sjukvården", "Annat.");
        news("förlossningsvård", "Förlossningsvård", "Annat.");
        assertThat(found("vård")).containsExactlyInAnyOrder("sjukvarden", "forlossningsvard");
    }

    @Test
    void accentsMayBeMissingButAreNotWrong() {
        news("accents", "Förlossning", "Annat.");
        news("none", NOON.minusSeconds(86_400), "Forlossning", "Annat.");
        assertThat(found("forlossning")).containsExactly("none", "accents");
        assertThat(found("förlossning")).containsExactly("accents");
    }

    @Test
    void oneTypingErrorIsForgivenBesideWhatIsWritten() {
        news("covid", "Covid", "Annat.");
        news("pendeltåg", "Pendeltåg", "Annat.");
        List.of("covdi", "covi d", "kovid", "covvid", "ocvid", "pendeltgå", "pendltag")
                .forEach(query -> assertThat(found(query).size()).as(query).isEqualTo(query.equals("covi d") ? 0 : 1));
        assertThat(found("covdi")).containsExactly("covid");
        news("covdi", "Covdi", "Annat.");
        assertThat(found("covdi")).containsExactly("covdi", "covid");
        assertThat(found("covi")).isEmpty();
    }

    @Test
    void theNamesOfTopicsAndSeriesCountBelowTitlesAndAboveBodies() {
        newsroom.topic("konst", "Offentlig konst");
        newsroom.topic("trafik", "Kollektivtrafik");
        news("body", "Annat", "Annat.", "Om kollektivtrafiken.");
        news("title", "Kollektivtrafik", "Annat.", "Annat.");
        news("filed", "Nya tider", "Annat.", "Annat.");
        file("filed", "trafik");
        assertThat(found("kollektivtrafiken")).containsExactly("title", "filed", "body");
        assertThat(found("tider kollektivtrafik")).startsWith("filed");
        assertThat(search("offentlig konst").toString()).contains("\"topics\":[{\"slug\":\"konst\"}]", "\"edges\":[]");
        newsroom.run("update topic set name = 'Resor' where slug = 'trafik'");
        assertThat(found("kollektivtrafiken")).containsExactly("title", "body");
        assertThat(found("resor")).containsExactly("filed");
        newsroom.run("update news_topic set topic_id = (select id from topic where slug = 'konst')");
        assertThat(found("konsten")).containsExactly("filed");
        newsroom.series("s", "Lägesrapport om mässling");
        newsroom.news("report", NOON, "SITUATION_REPORT", "BREAKING", "s");
        assertThat(found("mässling")).containsExactly("report");
        assertThat(search("mässling").at("/series/0/slug").asString()).isEqualTo("s");
    }

    private void file(String slug, String topic) {
        newsroom.run(
                "insert into news_topic select n.id, 1, t.id, n.published_at from news n, topic t where n.slug = :slug"
                        + " and t.slug = :topic",
                Map.of("slug", slug, "topic", topic));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        bostäder        | Fler bostad
        bostad          | Bostäderna
        klimatet        | Klimat
        klimat          | Klimatets
        öka             | Stor ökning
        ökade           | Ökar
        nytt            | Nya
        stor            | Stort
        numret          | Nummer
        ansökan         | Ansökningar
        köer            | Kön
        vann            | Vinnare
        mat             | Skolmat i en skola
        sten            | Sprängstenen att spränga
        SL              | SLs linjer
        sl              | SLs linjer
        eu              | EUs budget
        EUs             | EU
        covid19         | Covid-19
        covid-19        | Covid19
        2260            | 2 260 personer
        2 260           | 2260 personer
        460 mkr         | 460 miljoner kronor
        460 miljoner kronor | 460 mkr
        St Göran        | S:t Görans
        Sankt Göran     | S:t Göran
        S:t Göran       | Sankt Göran
        jaerfaella      | Järfälla
        idé             | Ide
        ide             | Idéer
        influensavaccin | Vaccin mot influensa
        bergmassor      | Berg- och jordmassor, massor av berg
        berg- och jordmassor | Bergmassor, och jordmassor
        berg- och jordmassor | Berg- och jordmassor
        hälso- och sjukvård  | Sjukvården och hälsovården
        för- eller eftermiddag | I förmiddags
        för- eller eftermiddag | På eftermiddagen
        för- eller eftermiddag | På för- eller eftermiddagen
        buss-, tåg- och båtresor | Resor med båt: båtresor, bussresor, tågresor
        """)
    void whatMeansTheSameIsFound(String query, String title) {
        news("a", title, "Annat.");
        assertThat(found(query)).containsExactly("a");
    }

    @ParameterizedTest
    @CsvSource({
        "gör, Göran",
        "doktor, Hon har dött",
        "Sankt, Jag tänkte",
        "ring, Hantering",
        "Konigs, Kon",
        "bad, Badda",
        "gå, Gås",
        "plan, Planetens"
    })
    void whatOnlyLooksAlikeIsNot(String query, String title) {
        news("a", title, "Annat.");
        assertThat(found(query)).isEmpty();
    }

    @Test
    void aDateNamesTheTimeOfPublicationToo() {
        news("then", NOON, "Covid", "Annat.");
        news("later", NOON.plusSeconds(86_400 * 60), "Covid", "Annat.");
        news("named", NOON.plusSeconds(86_400 * 90), "Covid i december 2022", "Annat.");
        assertThat(found("covid december 2022")).containsExactlyInAnyOrder("named", "then");
        assertThat(found("covid 2023")).containsExactlyInAnyOrder("later", "named");
        news("autumn", Instant.parse("2022-09-13T11:00:00Z"), "Höst", "Annat.");
        news("abbreviated", Instant.parse("2024-09-13T11:00:00Z"), "Beslut den 13 sept. 2022", "Annat.");
        for (String day : List.of("13 sept 2022", "13 sep. 2022", "13 september 2022")) {
            assertThat(found(day)).as(day).containsExactlyInAnyOrder("autumn", "abbreviated");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        13 december          | noon midnight year_later named
        den 13 december      | noon midnight year_later named
        13 dec               | noon midnight year_later named
        13 december 2022     | noon midnight named
        den 13 dec. 2022     | noon midnight named
        2022-12-13           | noon midnight named
        covid 2022-12-13     | noon
        14 december 2022     | evening
        vecka 50 2022        | noon midnight evening
        v. 50 2022           | noon midnight evening
        v 51 2022            |
        31 februari          | never
        31 februari 2022     | never
        29 februari          | leap
        2022-02-31           | never_iso
        """)
    void aDayNamesTheNewsThatWerePublishedThen(String query, @Nullable String expected) {
        news("noon", NOON, "Covid", "Annat.");
        news("midnight", Instant.parse("2022-12-12T23:00:00Z"), "Nytt", "Annat.");
        news("evening", Instant.parse("2022-12-13T23:00:00Z"), "Nytt", "Annat.");
        news("year_later", Instant.parse("2023-12-13T11:00:00Z"), "Nytt", "Annat.");
        news("named", Instant.parse("2023-03-01T11:00:00Z"), "Om den 13 december 2022", "Annat.");
        news("never", Instant.parse("2022-03-03T11:00:00Z"), "Den 31 februari 2022", "Annat.");
        news("never_iso", Instant.parse("2023-03-03T11:00:00Z"), "Den 2022-02-31", "Annat.");
        news("leap", Instant.parse("2024-02-29T11:00:00Z"), "Skottdag", "Annat.");
        assertThat(slugs(search(Map.of("query", query, "order", "NEWEST_FIRST"))))
                .as(query)
                .containsExactlyInAnyOrder(
                        expected == null
                                ? new String[0]
                                : expected.replace('_', '-').split(" "));
    }

    /** Documents have the day of the newsroom's zone; what a batch has right, it leaves as it is. */
    @Test
    void daysAreCorrectedWhereTheZoneChanged() {
        news("a", Instant.parse("2022-12-12T23:00:00Z"), "Nytt", "Annat.");
        newsroom.run("update news_search set document = array_to_tsvector(array['day:2022-12-12', 'day:--12-12'])"
                + " || ts_delete(document, search_days(published_at))");
        assertThat(found("12 december 2022")).containsExactly("a");
        newsroom.run("call index_days()");
        String row = "select ctid::text || ' ' || document::text from news_search";
        String corrected = newsroom.ask(row, String.class).getFirst();
        assertThat(corrected).contains("'day:2022-12-13'", "'day:--12-13'").doesNotContain("12-12");
        newsroom.run("call index_days()");
        assertThat(newsroom.ask(row, String.class)).containsExactly(corrected);
    }

    @Test
    void whereNothingHoldsAllWordsMostAreEnough() {
        news("two", "Underskott", "Ekonomin.");
        news("one", "Underskott", "Annat.");
        JsonNode page = search("ekonomiskt underskott ekonomi");
        assertThat(slugs(page)).containsExactly("two");
        assertThat(page.get("matching").asString()).isEqualTo("MOST_WORDS");
        news("all", NOON.minusSeconds(86_400 * 900), "Ekonomiskt underskott", "Ekonomi.");
        page = search("ekonomiskt underskott ekonomi");
        assertThat(slugs(page)).containsExactly("all", "two");
        assertThat(page.get("matching").asString()).isEqualTo("ALL_WORDS");
        assertThat(page.get("totalCount").asInt()).isEqualTo(1);
        assertThat(found("vem vann underskott")).containsExactlyInAnyOrder("two", "one", "all");
        assertThat(paged("ekonomiskt underskott ekonomi")).containsExactly("all", "two");
    }

    private List<String> paged(String query) {
        JsonNode first = search(Map.of("query", query, "first", 1));
        JsonNode second = search(Map.of(
                "query",
                query,
                "first",
                1,
                "after",
                first.at("/pageInfo/endCursor").asString()));
        assertThat(first.at("/pageInfo/hasNextPage").asBoolean()).isTrue();
        assertThat(second.at("/pageInfo/hasNextPage").asBoolean()).isFalse();
        assertThat(second.at("/pageInfo/hasPreviousPage").asBoolean()).isTrue();
        return Stream.of(first, second).flatMap(page -> slugs(page).stream()).toList();
    }

    @Test
    void aCorrectedQueryIsOffered() {
        news("a", "Pendeltågen", "Pendeltåg.");
        JsonNode page = search("nya Pendletåg");
        assertThat(page.get("correctedQuery").asString()).isEqualTo("nya pendeltåg");
        page = search("pendletåg");
        assertThat(slugs(page)).containsExactly("a");
        assertThat(page.get("matching").asString()).isEqualTo("CORRECTED");
        assertThat(search("pendeltåg").get("correctedQuery").isNull()).isTrue();
    }

    private static final List<String> WORDS = List.of(
            "tåg",
            "tåget",
            "buss",
            "bussen",
            "klimat",
            "klimatet",
            "skola",
            "skolan",
            "skol-",
            "skolbuss",
            "skolmat",
            "mat",
            "covid",
            "covdi",
            "rapport",
            "rapporten",
            "influensa",
            "vaccin",
            "influensavaccin",
            "pendeltåg",
            "pendletåg",
            "ekonomi",
            "ekonomin",
            "2023",
            "december",
            "budget",
            "budgeten",
            "kultur",
            "och",
            "vem");

    /** Whatever is published, and whatever is asked: it finds what it found before. */
    @Test
    void publishingAnItemHidesNoOther() {
        Random random = new Random(28);
        newsroom.topic("kultur", "Kultur och ekonomi");
        for (int round = 0; round < 12; round++) {
            newsroom.run("delete from news");
            String prefix = "r" + round + "n";
            IntStream.range(0, 6).forEach(i -> publish(prefix + i, random));
            List<String> queries = Stream.generate(() -> words(random, 1 + random.nextInt(5)))
                    .limit(10)
                    .toList();
            List<List<String>> before = queries.stream().map(this::found).toList();
            for (int more = 6; more < 8; more++) {
                publish(prefix + more, random);
                for (int i = 0; i < queries.size(); i++) {
                    assertThat(found(queries.get(i)))
                            .as("round %d: %s", round, queries.get(i))
                            .containsAll(before.get(i));
                }
            }
        }
    }

    /** The index tells what holds two of the words, though more news than are read hold one of them. */
    @Test
    void newsThatHoldOneWordHideNoneThatHoldMost() {
        news("most", NOON.minusSeconds(86_400 * 4_000L), "En spårvagn", "En ångbåt.");
        newsroom.run("""
            insert into news (slug, title, summary, published_at)
            select 'n' || i, (array['En spårvagn', 'En ångbåt', 'Ett bibliotek'])[1 + i % 3], 'Annat.',
                timestamptz '2015-01-01 00:00:00Z' + i * interval '1 day'
            from generate_series(1, 3300) i
            """);
        JsonNode page = search("spårvagn ångbåt bibliotek");
        assertThat(slugs(page)).containsExactly("most");
        assertThat(page.get("matching").asString()).isEqualTo("MOST_WORDS");
        assertThat(page.get("totalCount").asInt()).isEqualTo(1);
    }

    private void publish(String slug, Random random) {
        news(slug, NOON.plusSeconds(random.nextInt(40_000_000)), words(random, 2), words(random, 3), words(random, 3));
        if (random.nextInt(4) == 0) {
            file(slug, "kultur");
        }
    }

    private static String words(Random random, int count) {
        return Stream.generate(() -> WORDS.get(random.nextInt(WORDS.size())))
                .limit(count)
                .collect(Collectors.joining(" "));
    }

    @Test
    void numbersAndNamesAreFoundAsTheyAre() {
        news("line", "Linje 17 till Åkeshov", "Annat.");
        news("covid", "Covid-19", "Annat.");
        news("train", "Premiär för X15p", "Annat.");
        assertThat(found("17")).containsExactly("line");
        assertThat(found("19")).containsExactly("covid");
        assertThat(found("covid 19")).containsExactly("covid");
        assertThat(found("x15p")).containsExactly("train");
        assertThat(found("Åkeshovs")).containsExactly("line");
        assertThat(found("18")).isEmpty();
    }

    @Test
    void theSyntaxIsThatOfSearchEngines() {
        news("both", "Nya tåg i länet", "En buss.");
        news("apart", "Nya turer med tåg", "Annat.");
        news("boat", "En båt", "Annat.");
        assertThat(found("nya tåg")).containsExactlyInAnyOrder("both", "apart");
        assertThat(found("\"nya tåg\"")).containsExactly("both");
        assertThat(found("nya -buss")).containsExactly("apart");
        assertThat(found("nya -\"nya tåg\"")).containsExactly("apart");
        assertThat(found("”nya tåg”")).containsExactly("both");
        assertThat(found("«nya tåg»")).containsExactly("both");
        assertThat(found("nya -”nya tåg”")).containsExactly("apart");
        assertThat(found("båt OR buss")).containsExactlyInAnyOrder("both", "boat");
        assertThat(found("nya båt OR buss")).containsExactly("both");
        assertThat(found("-båt")).containsExactlyInAnyOrder("both", "apart");
        assertThat(found("nya -tur")).containsExactly("both");
        assertThat(found("båt -bå")).containsExactly("boat");
        assertThat(found("båt \"nya -")).isEmpty();
        List.of("", "  ", "\"\"", "OR", "-", "och", "- - OR", "!!&|()", "\u0000\ud800")
                .forEach(nothing -> assertThat(found(nothing)).as(nothing).isEmpty());
    }

    /** What stands beside OR, or is excluded, has as many spellings as other words. */
    @Test
    void alternativesAndExcludedWordsHaveTheirSpellings() {
        news("old", Instant.parse("2022-05-01T10:00:00Z"), "Influensa och Covid-19", "Läget.");
        news("sum", Instant.parse("2021-05-01T10:00:00Z"), "Överskott på 2 260 miljoner", "Influensa.");
        assertThat(found("covid19 OR ozonlager")).containsExactly("old");
        assertThat(found("ozonlager OR covid19")).containsExactly("old");
        assertThat(found("2260 OR 5572")).containsExactly("sum");
        assertThat(found("2022 OR 2019")).containsExactly("old");
        assertThat(found("2021 OR 2022")).containsExactlyInAnyOrder("old", "sum");
        assertThat(found("influensa -covid19")).containsExactly("sum");
    }

    /** A compound may begin with a stem, which a text may hold by itself, and with any word of the stem. */
    @Test
    void aHangingHyphenInATextHidesNoOther() {
        news("a", "Bussar till skolan", "Annat.");
        news("b", "En skola", "Annat.");
        assertThat(found("skolbuss")).containsExactly("a");
        news("c", "Skol- och fritidsplan", "Annat.");
        assertThat(found("skolbuss")).containsExactly("a");
    }

    @Test
    void aMinusBeforeANumberExcludesNothing() {
        news(
                "deficit",
                "Delårsrapport 2023",
                "Region Stockholm redovisar ett resultat på -359 miljoner kronor, budgeterat är - 2 260 miljoner"
                        + " kronor.");
        news("surplus", "Delårsrapport 2022", "Resultatet är 5 572 miljoner kronor.");
        for (String minus :
                List.of("-", "\u2212", "\u2013", "\u2010", "\u2011", "\uFE63", "\uFF0D", "--", "-$", "-\u200B", "- ")) {
            assertThat(found(minus + "359 miljoner")).as(minus).containsExactly("deficit");
            assertThat(found("\"" + minus + "359 miljoner\"")).as(minus).containsExactly("deficit");
        }
        assertThat(found("resultat -359")).containsExactly("deficit");
        assertThat(found("miljoner -\"359 miljoner\"")).containsExactly("surplus");
        assertThat(found("miljoner -budgeterat")).containsExactly("surplus");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u00AD", "\u200B", "\u200C", "\u200D", "\u2060", "\uFEFF", "\u034F", "\uFE0F", "\u2064", "\u180E",
                "\u200E"
            })
    void charactersThatNobodySeesCountNowhere(String invisible) {
        news("clear", "Konserthuset öppnar", "Annat.");
        newsroom.run("alter domain text_line drop constraint text_line_is_clear");
        news("parted", "Konsert" + invisible + "huset stänger", "Annat.", "Bibli" + invisible + "oteket & länken.");
        newsroom.run(
                "alter domain text_line add constraint text_line_is_clear check (not is_misleading(value)) not valid");
        assertThat(found("konserthuset")).containsExactlyInAnyOrder("clear", "parted");
        assertThat(found("konsert" + invisible + "huset")).containsExactlyInAnyOrder("clear", "parted");
        assertThat(found("konsert" + invisible + "huset -stän" + invisible + "ger"))
                .containsExactly("clear");
        assertThat(found("biblioteket")).containsExactly("parted");
        assertThat(search("biblioteket").at("/edges/0/highlights").toString())
                .isEqualTo("[\"<mark>Bibli" + invisible + "oteket</mark> &amp; länken.\"]");
    }

    @Test
    void softHyphensThatAreWrittenAsEntitiesCountNowhere() {
        news("a", "Buss", "Annat.", "Bibli&shy;oteket öppnar.");
        assertThat(found("biblioteket")).containsExactly("a");
    }

    @Test
    void highlightsShowWhyANewsItemWasFoundAndAreSafe() {
        news(
                "a",
                "Tåg & <b>buss</b>",
                "Pendeltåget går.",
                "# Rubrik\n\nDet finns [ett tåg](https://utrop.example) " + "och annat ".repeat(60) + "ett tåg till.");
        JsonNode highlights = search("tåg").at("/edges/0/highlights");
        assertThat(highlights.valueStream().map(JsonNode::asString))
                .startsWith("<mark>Tåg</mark> &amp; &lt;b&gt;buss&lt;/b&gt;", "<mark>Pendeltåget</mark> går.")
                .hasSize(3)
                .allMatch(fragment -> fragment.length() < 220)
                .noneMatch(fragment -> fragment.contains("utrop.example"));
    }

    @Test
    void pagesFollowEachOtherInEitherOrder() {
        IntStream.range(0, 45)
                .forEach(i -> news("n" + i, NOON.plusSeconds(i / 2), i % 3 == 0 ? "En buss" : "Annat", "Buss."));
        for (String order : List.of("RELEVANCE", "NEWEST_FIRST")) {
            Map<String, Object> asked = new HashMap<>(Map.of("query", "buss", "order", order, "first", 100));
            List<String> whole = slugs(search(asked));
            assertThat(whole).hasSize(45).doesNotHaveDuplicates();
            asked.put("first", 7);
            assertThat(paged(asked, 45)).isEqualTo(whole);
        }
    }

    @Test
    void newsOfOneInstantAreAllThereAlsoWhereTheIndexIsAskedMonthByMonth() {
        newsroom.run("""
            insert into news (slug, title, summary, published_at)
            select 'n' || i, 'En buss', 'Annat.',
                case when i < 30 then timestamptz '2022-12-01 00:00:00Z' else timestamptz '2022-01-01 00:00:00Z' end
            from generate_series(0, 59) i
            """);
        newsroom.run("update search_word set magnitude = 20");
        assertThat(paged(Map.of("query", "buss", "order", "NEWEST_FIRST", "first", 7), 60))
                .hasSize(60)
                .doesNotHaveDuplicates();
        newsroom.run("truncate search_word");
    }

    @Test
    void whatIsScheduledOrRetractedIsNotFound() {
        editor.done(
                "scheduleNews",
                fields(
                        "publishAt",
                        Instant.now()
                                .plusSeconds(3600)
                                .truncatedTo(ChronoUnit.SECONDS)
                                .toString(),
                        "news",
                        content("En ångbåt")));
        assertThat(found("ångbåt")).isEmpty();
        JsonNode published = editor.publish("En ångbåt");
        assertThat(found("ångbåt")).hasSize(1);
        editor.done("retractNews", fields("id", published.get("id").asString(), "reason", "Fel"));
        assertThat(found("ångbåt")).isEmpty();
    }

    @Test
    void ofVeryManyMatchesTheNewestAreRankedButAllAreThere() {
        newsroom.run("""
            insert into news (slug, title, summary, published_at)
            select 'n' || i, 'En buss', 'Annat.', timestamptz '2015-01-01 00:00:00Z' + i * interval '1 day'
            from generate_series(1, 2100) i
            """);
        assertThat(paged(Map.of("query", "buss", "first", 100), 2_100))
                .hasSize(1_000)
                .contains("n1101")
                .doesNotContain("n1100");
        assertThat(paged(Map.of("query", "buss", "first", 100, "order", "NEWEST_FIRST"), 2_100))
                .hasSize(2_100);
        assertThat(paged(Map.of("query", "\"en buss\"", "first", 100, "order", "NEWEST_FIRST"), 2_100))
                .hasSize(2_100);
        assertThat(search("buss").get("totalCount").asInt()).isEqualTo(2_100);
    }

    /** The slugs of all pages, each of which states the total. */
    private List<String> paged(Map<String, ?> variables, int total) {
        Map<String, Object> asked = new HashMap<>(variables);
        List<String> slugs = new ArrayList<>();
        JsonNode page;
        do {
            page = search(asked);
            assertThat(page.at("/totalCount").asInt()).isEqualTo(total);
            assertThat(page.at("/pageInfo/hasPreviousPage").asBoolean()).isEqualTo(!slugs.isEmpty());
            slugs.addAll(slugs(page));
            asked.put("after", page.at("/pageInfo/endCursor").asString());
        } while (page.at("/pageInfo/hasNextPage").asBoolean());
        return slugs;
    }

    @Test
    void aCursorGoesWithItsOwnSearchOnly() {
        news("a", "Buss", "Annat.");
        String cursor = search("buss").at("/pageInfo/endCursor").asString();
        assertThat(slugs(search(Map.of("query", "buss", "after", cursor)))).isEmpty();
        List.of(
                        Map.of("query", "bussar", "after", cursor),
                        Map.of("query", "buss", "after", cursor, "order", "NEWEST_FIRST"),
                        Map.of("query", "buss", "after", cursor, "filter", Map.of("kinds", List.of("ARTICLE"))),
                        Map.of("query", "buss", "after", "nonsense"))
                .forEach(other -> assertThat(api.code(SEARCH, other)).isEqualTo("CURSOR_INVALID"));
    }

    @Test
    void everyFilterNarrowsASearch() {
        List.of("x", "y", "z").forEach(topic -> newsroom.topic(topic, "Topic " + topic));
        newsroom.series("s", "Series s");
        newsroom.news("report", NOON, "SITUATION_REPORT", "BREAKING", "s", "x", "y");
        newsroom.news("article", NOON.plusSeconds(86_400), "ARTICLE", "ROUTINE", null, "x");
        newsroom.news("other", NOON.plusSeconds(2 * 86_400), "ARTICLE", "IMPORTANT", null);
        Map<Map<String, ?>, List<String>> expected = Map.of(
                Map.of(), List.of("other", "article", "report"),
                Map.of("kinds", List.of("SITUATION_REPORT")), List.of("report"),
                Map.of("urgencies", List.of("ROUTINE", "BREAKING")), List.of("article", "report"),
                Map.of("series", "s"), List.of("report"),
                Map.of("series", "unknown"), List.of(),
                Map.of("topics", Map.of("anyOf", List.of("y", "z", "unknown"))), List.of("report"),
                Map.of("topics", Map.of("allOf", List.of("x", "y"))), List.of("report"),
                Map.of("topics", Map.of("allOf", List.of("x", "unknown"))), List.of(),
                Map.of("topics", Map.of("noneOf", List.of("y", "unknown"))), List.of("other", "article"),
                Map.of("publishedOn", Map.of("from", "2022-12-14", "to", "2022-12-14")), List.of("article"));
        expected.forEach((filter, slugs) -> List.of("RELEVANCE", "NEWEST_FIRST")
                .forEach(
                        order -> assertThat(slugs(search(Map.of("query", "ingress", "filter", filter, "order", order))))
                                .as("%s %s", filter, order)
                                .isEqualTo(slugs)));
    }

    @Test
    void itMakesNoDifferenceHowCommonAWordIsTakenToBe() {
        newsroom.run("""
            insert into news (slug, title, summary, published_at)
            select 'n' || i, case when i % 3 = 0 then 'En buss' when i % 3 = 1 then 'Ett tåg' else 'En buss, ett tåg' end,
                'Annat.', timestamptz '2018-12-31 22:30:00Z' + i * interval '13 days'
            from generate_series(0, 120) i
            """);
        newsroom.run("update search_word set magnitude = 3");
        List<JsonNode> rare = searchesOfAnyTime();
        newsroom.run("update search_word set magnitude = 20");
        assertThat(searchesOfAnyTime()).isEqualTo(rare);
        newsroom.run("truncate search_word");
    }

    private List<JsonNode> searchesOfAnyTime() {
        List<Map<String, ?>> filters = List.of(
                Map.of(),
                Map.of("publishedOn", Map.of("from", "2019-01-01", "to", "2019-12-31")),
                Map.of("publishedOn", Map.of("from", "2020-02-11")),
                Map.of("publishedOn", Map.of("from", "2001-01-01", "to", "2021-03-31")),
                Map.of("publishedAt", Map.of("since", "2019-07-01T00:00:00Z", "until", "2022-02-28T23:59:59Z")),
                Map.of("publishedAt", Map.of("since", "2029-07-01T00:00:00Z")));
        return filters.stream()
                .flatMap(filter -> Stream.of("buss", "buss OR tåg", "tåg -buss", "\"ett tåg\"", "-buss")
                        .flatMap(query -> Stream.of("RELEVANCE", "NEWEST_FIRST")
                                .map(order -> search(
                                        Map.of("query", query, "filter", filter, "order", order, "first", 100)))))
                .toList();
    }

    @Test
    void aSearchKnowsWhatWasCommittedAndNothingElse() {
        newsroom.topic("x", "Topic x");
        news("a", "Buss", "Annat.");
        assertThat(found("buss")).containsExactly("a");
        newsroom.run("update news set title = 'Tåg' where slug = 'a'");
        assertThat(found("buss")).isEmpty();
        assertThat(found("tåg")).containsExactly("a");
        newsroom.run("insert into news_topic select id, 1, (select id from topic), published_at from news");
        Map<String, ?> filed = Map.of("query", "tåg", "filter", Map.of("topics", Map.of("anyOf", List.of("x"))));
        assertThat(slugs(search(filed))).containsExactly("a");
        newsroom.run("delete from news");
        assertThat(found("tåg")).isEmpty();
    }

    @Test
    void theLanguageIsASetting() {
        news("a", "Studies", "Annat.");
        newsroom.run("select search_in('english')");
        assertThat(found("studying")).containsExactly("a");
        newsroom.run("select search_in('swedish')");
        assertThat(found("studying")).isEmpty();
        assertThat(found("studies")).containsExactly("a");
        assertThatThrownBy(() -> newsroom.run("select search_in('klingon')"))
                .hasStackTraceContaining(
                        "utrop.search.language: PostgreSQL has no text search configuration named klingon");
    }

    @Test
    void wordsAreCountedAboutRight() {
        String words = "array(select 'ord' || chr(97 + i) from generate_series(0, 15) i)";
        newsroom.run("select note_words(%s, array_fill(1::bigint, array[16])) from generate_series(1, 2048)"
                .formatted(words));
        String mean = "select avg(magnitude)::float8 from search_word where lexeme = any(" + words + ")";
        assertThat(newsroom.ask(mean, Double.class).getFirst()).isBetween(9.5, 12.5);
        newsroom.run("delete from search_word where lexeme = any(" + words + ")");
    }

    @Test
    void theLongestTextsAreIndexed() {
        String words = IntStream.range(0, 32_000)
                .mapToObj(i -> "ä" + i)
                .reduce(new StringBuilder(), (all, word) -> all.append(word).append(' '), StringBuilder::append)
                .toString();
        news("long", "Buss", "Annat.", words.substring(0, 199_000));
        news("one", "Båt", "Annat.", "å".repeat(199_000));
        assertThat(found("buss ä77")).containsExactly("long");
        assertThat(found("båt")).containsExactly("one");
    }

    private void news(String slug, String title, String summary) {
        news(slug, NOON, title, summary);
    }

    private void news(String slug, Instant at, String title, String summary) {
        news(slug, at, title, summary, "Annat.");
    }

    private void news(String slug, String title, String summary, String body) {
        news(slug, NOON, title, summary, body);
    }

    private void news(String slug, Instant at, String title, String summary, String body) {
        newsroom.run(
                "insert into news (slug, title, summary, body, published_at) values (:slug, :title, :summary, :body,"
                        + " :at)",
                Map.of("slug", Slug.of(slug, "x"), "title", title, "summary", summary, "body", body, "at", at));
    }

    private List<String> found(String query) {
        return slugs(search(query));
    }

    private JsonNode search(String query) {
        return search(Map.of("query", query));
    }

    private JsonNode search(Map<String, ?> variables) {
        Map<String, Object> asked = new HashMap<>(variables);
        // what was asked before might be answered from before
        asked.put("number", questions++);
        return api.data(SEARCH, asked).get("searchNews");
    }

    private static List<String> slugs(JsonNode page) {
        return page.get("edges")
                .valueStream()
                .map(edge -> edge.at("/node/slug").asString())
                .toList();
    }

    private static List<Double> scores(JsonNode page) {
        return page.get("edges")
                .valueStream()
                .map(edge -> edge.get("score").asDouble())
                .toList();
    }
}
