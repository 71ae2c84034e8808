package se.utrop.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlainTextTests {

    @Test
    void composesLetters() {
        assertThat(PlainText.line("Va\u030Ard")).isEqualTo("Vård");
    }

    @Test
    void dropsWhatNoReaderSees() {
        assertThat(PlainText.line("\uFEFF 5\u00A0572\u0000\t\u0007 kr\u0085ny\u2028rad "))
                .isEqualTo("5 572  kr ny rad");
    }

    @Test
    void keepsTheLinesOfProse() {
        assertThat(PlainText.prose("\r\nEtt\r\n\r\nTvå\tsteg\u2029Tre\n")).isEqualTo("Ett\n\nTvå\tsteg\nTre");
    }

    @Test
    void startsWithWholeWords() {
        assertThat(PlainText.start("Nu är det vår", 13)).isEqualTo("Nu är det vår");
        assertThat(PlainText.start("Nu är det vår", 12)).isEqualTo("Nu är det…");
        assertThat(PlainText.start("😀😀😀", 2)).isEqualTo("😀…");
    }
}
