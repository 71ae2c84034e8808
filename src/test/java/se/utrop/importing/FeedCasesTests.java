package se.utrop.importing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/** Small inputs, each for one fault that a reader of feeds may have. The name of a file says what holds. */
class FeedCasesTests {

    private static final String FOLDER = "importing/cases/";

    private static final String SITE = "https://www.example.se/";

    private static final String LISTING = "Ny vårdcentral [Hälso- och sjukvård]; Budgeten är beslutad [Ekonomi]";

    @Test
    void takesEachItemOfEachCase() throws IOException {
        Resource[] files = new PathMatchingResourcePatternResolver().getResources("classpath:" + FOLDER + "*");
        assertThat(files).hasSize(44);
        for (Resource file : files) {
            Reading reading = Reading.of(file.getContentAsByteArray());
            boolean isNoNews = String.valueOf(file.getFilename()).matches("f04-wxr-(?:draft|attachment).*");
            assertThat(reading.items().isEmpty()).as("%s", file).isEqualTo(isNoNews);
            assertThat(reading.faults().leftOut()).as("%s", file).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        f01-link-of-a-short-text-is-kept             | <a href="https://www.1177.se/">1177</a>
        f02-div-parts-words                          | <p>Första</p>\\n<p>Andra</p>
        f02-table-parts-figures                      | <tr><td>Danderyd</td><td>12</td></tr>
        f03-sup-keeps-its-meaning                    | 10<sup>6</sup> bakterier
        f03-tel-link                                 | <a href="tel:1177">1177</a>
        """)
    void keepsItsMarkup(String file, String markup) throws IOException {
        assertThat(read(file + ".xml").item().body()).contains(markup.replace("\\n", "\n"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        f06-net-guid-that-changes-by-fetch           | Titel n/1
        f06-two-items-of-one-link-no-guid            | Linje 4 drift; Linje 5 drift
        f08-entity-in-rss-title                      | Barn & unga – nytt n/1
        f11-address-with-a-in-its-host               | Titel https://www.xn--malm-8qa.se/nyheter/1
        f11-address-with-a-in-its-path-control       | Titel https://www.malmo.se/nyheter/gågata
        f11-address-with-a-space                     | Titel fil%20namn.pdf
        f11-xml-base-of-the-feed                     | Titel press/nyheter/1
        f13-utf-8-declared-as-iso-8859-1-with-byte-order-mark | Vård n/1
        f13-utf-8-declared-as-windows-1252           | Vård n/1
        f13-utf-16-with-byte-order-mark              | Vård n/1
        f13-c1-reference-150                         | A – B n/1
        f14-auml-undeclared                          | Hälsa n/1
        f14-doctype-of-rss-0-91                      | Titel n/1
        f17-rss-1-0                                  | T 1
        f17-atom-0-3                                 | T null
        f17-cap-1-2                                  | H null
        f17-json-feed.json                           | T null
        """)
    void readsTitleAndAddress(String file, String items) throws IOException {
        Reading reading = read(file.contains(".") ? file : file + ".xml");
        assertThat(reading.items().stream()
                        .map(item ->
                                item.title() + " " + String.valueOf(item.url()).replaceFirst("^" + SITE + "(?=.)", ""))
                        .collect(Collectors.joining("; ")))
                .isEqualTo(items);
        assertThat(reading.items()).extracting(Item::importKey).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        f15-swedish-maj                              | 2022-05-13T10:00:00Z EXACT
        f15-iso-0100                                 | 2022-12-13T11:00:00Z EXACT
        f15-iso-without-zone-that-of-the-newsroom    | 2022-12-13T11:00:00Z EXACT
        f15-date-alone-day-precision                 | 2022-12-13T11:00:00Z DAY
        f15-comment-cet                              | 2022-12-13T11:00:00Z EXACT
        f15-undated-item-date-of-the-channel         | 2022-12-13T11:00:00Z ESTIMATED
        f15-pubdate-before-dc-date                   | 2022-12-13T11:00:00Z EXACT
        f17-rss-1-0                                  | 2022-12-13T11:00:00Z EXACT
        f17-atom-0-3                                 | 2022-12-13T11:00:00Z EXACT
        f17-cap-1-2                                  | 2022-12-13T11:00:00Z EXACT
        f17-json-feed.json                           | 2022-12-13T11:00:00Z EXACT
        """)
    void readsItsDate(String file, String date) throws IOException {
        Item item = read(file.contains(".") ? file : file + ".xml").item();
        assertThat(item.publishedAt() + " " + item.precision()).isEqualTo(date);
    }

    @Test
    void keepsTheParagraphsOfWordPress() throws IOException {
        Item item = read("f04-wxr-classic-editor-keeps-paragraphs.xml").item();
        assertThat(item.summary()).isEqualTo("Första.\n\nAndra.");
    }

    @Test
    void readsTopicsAndPictures() throws IOException {
        assertThat(read("f08-entity-in-category.xml").item().topics()).containsExactly("Hälsa & vård");
        assertThat(read("f09-dc-subject-is-a-topic.xml").item().topics()).containsExactly("Vård");
        assertThat(Objects.requireNonNull(
                                read("f10-picture-of-the-item.xml").item().image())
                        .url())
                .hasToString(SITE + "a.jpg");
    }

    @Test
    void theBadItemOfThreeIsTheOnlyOneThatIsNamed() throws IOException {
        Reading reading = read("f12-one-bad-item-of-three.xml");
        assertThat(reading.items()).hasSize(3);
        assertThat(reading.faults().estimated()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
        as-made-control         | -
        hyphens                 | -
        asterisks               | -
        with-an-introduction    | -
        crlf-control            | -
        no-break-spaces-control | -
        without-topics          | Ny vårdcentral []; Budgeten är beslutad []
        topics-by-comma         | Ny vårdcentral [Kultur, Trafik]; Budgeten är beslutad [Ekonomi]
        """)
    void readsTheListing(String name, @Nullable String items) throws IOException {
        assertThat(read("f18-listing-" + name + ".txt").items().stream()
                        .map(item -> item.title() + " " + item.topics())
                        .collect(Collectors.joining("; ")))
                .isEqualTo(Objects.requireNonNullElse(items, LISTING));
    }

    private static Reading read(String file) throws IOException {
        return Reading.of(new ClassPathResource(FOLDER + file).getContentAsByteArray());
    }
}
