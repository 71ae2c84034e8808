package se.utrop.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlugTests {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        Hälso- och sjukvård             | halso-och-sjukvard
        13 december: Lägesrapport       | 13-december-lagesrapport
        »ÅÄÖ« på Île-de-France          | aao-pa-ile-de-france
        Smørrebrød, Ægir & Straße       | smorrebrod-aegir-strasse
        Þingvellir og Reykjavíkurborð   | thingvellir-og-reykjavikurbord
        --7–8 november!--               | 7-8-november
        Cafe\u0301                      | cafe
        """)
    void spellsTitlesInPlainLetters(String title, String slug) {
        assertThat(Slug.of(title, "nyhet")).isEqualTo(slug);
    }

    @Test
    void readsBothNormalFormsAlike() {
        String title = "Får gräset växa på ön?";
        assertThat(Slug.of(Normalizer.normalize(title, Normalizer.Form.NFD), "nyhet"))
                .isEqualTo(Slug.of(title, "nyhet"));
    }

    @Test
    void fallsBackWhereNothingIsLeft() {
        assertThat(Slug.of("新闻 – !", "nyhet")).isEqualTo("nyhet");
    }

    @Test
    void cutsBetweenWords() {
        assertThat(Slug.of("elva tecken ".repeat(9), "nyhet")).hasSize(76).endsWith("-tecken-elva");
        assertThat(Slug.of("a".repeat(80) + " b", "nyhet")).isEqualTo("a".repeat(80));
    }

    @Test
    void cutsOneLongWordHard() {
        assertThat(Slug.of("x".repeat(200), "nyhet")).isEqualTo("x".repeat(80));
    }

    @Test
    void numbersFromTheSecond() {
        assertThat(Slug.numbered("val", 1)).isEqualTo("val");
        assertThat(Slug.numbered("val", 2)).isEqualTo("val-2");
    }
}
