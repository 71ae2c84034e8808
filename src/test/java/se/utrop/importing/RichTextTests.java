package se.utrop.importing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import se.utrop.text.CommonMark;

class RichTextTests {

    private static final String BASE = "https://kommun.example/nyheter/1";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        <p>Läs <em>mer</em> här.</p>                     | <p>Läs <em>mer</em> här.</p>
        Läs <b>mer</b>                                   | <p>Läs <b>mer</b></p>
        <p onclick="x()" style="color: red">Text</p>     | <p>Text</p>
        <script>alert(1)</script><p>Text</p>             | <p>Text</p>
        <div><p>Ett</p>två</div>                         | <p>Ett</p>\\n<p>två</p>
        <a href="/mer?a=1&amp;b=2">Mer</a>               | <p><a href="https://kommun.example/mer?a=1&amp;b=2">Mer</a></p>
        <a href="mailto:info@kommun.example">Skriv</a>   | <p><a href="mailto:info@kommun.example">Skriv</a></p>
        <a href="javascript:alert(1)">Fälla</a>          | <p>Fälla</p>
        <img src="karta.png" alt="Karta" onerror="x()">  | <p><img src="https://kommun.example/nyheter/karta.png" alt="Karta"></p>
        <img alt="Karta">Text                            | <p>Text</p>
        """)
    void htmlBecomesABlockOfSafeHtml(String html, String block) {
        assertThat(new RichText(RichText.Type.HTML, html).commonMark(BASE)).isEqualTo(block.replace("\\n", "\n"));
    }

    @Test
    void addressesThatCantBeResolvedAreLeftOut() {
        assertThat(new RichText(RichText.Type.HTML, "<p><a href='/mer'>Mer</a><img src='karta.png'></p>")
                        .commonMark(""))
                .isEqualTo("<p>Mer</p>");
    }

    /** What an import lets pass is what a reader is shown: there is one policy. */
    @Test
    void whatIsImportedIsShown() {
        String table = "<table><tbody><tr><th align=\"left\">År</th><td>2023</td></tr></tbody></table>";
        String block = new RichText(RichText.Type.HTML, table + "<ol start=\"3\"><li>Tre</li></ol><h2>R</h2>")
                .commonMark(BASE);
        assertThat(block).isEqualTo(table + "\n<ol start=\"3\"><li>Tre</li></ol>\n<h2>R</h2>");
        assertThat(CommonMark.toSafeHtml(block).strip()).isEqualTo(block);
    }
}
