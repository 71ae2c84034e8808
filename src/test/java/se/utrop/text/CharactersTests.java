package se.utrop.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CharactersTests {

    @Test
    void softHyphensAndZeroWidthSpacesAreTakenOut() {
        assertThat(Characters.clean("Sjuk\u00ADhus\u200Bvård\u2060en\uFEFF")).isEqualTo("Sjukhusvården");
        assertThat(Characters.clean("sjuk\u200Chus\u200Dvård")).isEqualTo("sjukhusvård");
    }

    @Test
    void whatShapesScriptsAndEmojiStays() {
        for (String text : new String[] {
            "👩\u200D🔬", "👨🏽\u200D⚕\uFE0F", "می\u200Cخواهم", "❤\uFE0F", "1\uFE0F\u20E3", "क्\u200Dष"
        }) {
            assertThat(Characters.clean(text)).isEqualTo(text);
        }
        assertThat(Characters.clean("\uFE0FTitel \u200D🔬")).isEqualTo("Titel 🔬");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\u3164", "\uFFA0", "\u115F\u1160", "\u2800", "\u200B\u200D\u00AD", " \u0301", "\u00A0\u2003"})
    void someTextsShowNothing(String text) {
        assertThat(Characters.showsSomething(text)).isFalse();
        assertThat(Characters.isMisleading(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u202Egnilttes",
                "a\u202Db",
                "\u2066a\u2069",
                "a\u200Eb",
                "a\u200Fb",
                "a\u061Cb",
                "a\uDB40\uDC61",
                "\u0301a",
                "a \u0301",
                "a\u3000\u20DD"
            })
    void someTextsReadOtherwiseThanTheyAreStored(String text) {
        assertThat(Characters.isMisleading(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Mälaren", "Ma\u0308laren", "可", "١٢٣", "½", "❤\uFE0F", "می\u200Cخواهم", "שָׁלוֹם", "5 %"})
    void otherTextsAreClear(String text) {
        assertThat(Characters.isMisleading(text)).isFalse();
    }

    @Test
    void textsOfFilesAreTidied() {
        assertThat(Characters.tidy("\u202A\u0301Sjuk\u00ADhuset\u202C \u0301öppnar\uDB40\uDC61"))
                .isEqualTo("Sjukhuset öppnar");
        assertThat(Characters.readable("<p>sjuk\u00ADhus\u202E</p>")).isEqualTo("<p>sjuk\u00ADhus</p>");
    }

    @Test
    void namesHaveSingleSpaces() {
        assertThat(Characters.name("Kultur \u2003 och\u2800hälsa ")).isEqualTo("Kultur och hälsa");
    }
}
