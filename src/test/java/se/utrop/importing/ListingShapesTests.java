package se.utrop.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Listings that were copied from pages of other shapes. */
class ListingShapesTests {

    private static final String LISTING = """
        Nyheter

         • Ny vårdcentral

          På måndag öppnar den.
          - Drop in
          * Tidsbokning

          Hälso- och sjukvård
         • Budgeten är beslutad

          Fullmäktige har beslutat.

          Ekonomi
        """;

    @ParameterizedTest
    @ValueSource(strings = {"•", "■", "▸", "✓", "·", "+", "–"})
    void readsEachBullet(String bullet) throws IOException {
        assertThat(read(LISTING.replace("•", bullet))).isEqualTo(read(LISTING)).hasSize(2);
    }

    @Test
    void readsHyphensAsterisksAndNumbers() throws IOException {
        String plain = LISTING.replaceAll("(?m)^  [-*] .*\n", "");
        for (String bullet : List.of("-", "*", "1.", "12)")) {
            assertThat(read(plain.replace("•", bullet))).as(bullet).isEqualTo(read(plain));
        }
    }

    @Test
    void aListWithinAnItemIsItsText() throws IOException {
        assertThat(read(LISTING).getFirst().summary()).isEqualTo("På måndag öppnar den.\n- Drop in\n* Tidsbokning");
        assertThat(read(LISTING.replace("•", "-").replace("  - Drop", "    - Drop")))
                .hasSize(2);
    }

    @Test
    void topicsMayBeMissingThroughout() throws IOException {
        List<ListingItem> items = read("Nyheter\n\n • Ett\n\n  Text ett.\n • Två\n\n  Text två utan punkt\n");
        assertThat(items).extracting(ListingItem::summary).containsExactly("Text ett.", "Text två utan punkt");
        assertThat(items).allMatch(item -> item.topics().isEmpty());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        Kultur, Trafik                  | Kultur;Trafik
        Kultur; Trafik                  | Kultur;Trafik
        Kultur · Trafik                 | Kultur;Trafik
        Kultur / Trafik                 | Kultur;Trafik
        KulturTrafik                    | Kultur;Trafik
        Hälsa, vård och omsorg, Trafik  | Hälsa, vård och omsorg;Trafik
        Ämnen: kultur, trafik           | kultur;trafik
        Kategori: Kultur                | Kultur
        Hälso- och sjukvård             | Hälso- och sjukvård
        """)
    void topicsArePartedAsOnThePage(String line, String topics) throws IOException {
        assertThat(read(" • Ett\n\n  Text.\n\n  " + line + "\n").getFirst().topics())
                .containsExactly(topics.split(";"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " • Ett\n\n  13 december 2022\n\n  Text.\n\n  Kultur\n",
                " • Ett\n  13 dec 2022\n  Text.\n\n  Kultur\n",
                " • Ett\n\n  Text.\n\n  Kultur\n\n  2022-12-13\n",
                " • Ett\n\n  Publicerad: tisdag 13 december 2022, kl. 12.00\n\n  Text.\n\n  Kultur\n",
                "Nyheter\n\n13 december 2022\n\n • Ett\n\n  Text.\n\n  Kultur\n"
            })
    void aDayMayStandOnALineOfItsOwn(String listing) throws IOException {
        ListingItem item = read(listing).getFirst();
        assertThat(item.stated()).isEqualTo(StatedDay.alone("13 december 2022"));
        assertThat(item.summary()).isEqualTo("Text.");
        assertThat(item.topics()).containsExactly("Kultur");
    }

    @Test
    void aDayAboveItemsIsThatOfEach() throws IOException {
        List<ListingItem> items = read("""
            13 december 2022

             • Ett

              Text.

              Kultur
             • Två

              Text.

              Kultur

            12 december 2022

             • Tre

              Text.

              Kultur
            """);
        assertThat(items)
                .extracting(item -> Objects.requireNonNull(item.stated()).day().getDayOfMonth())
                .containsExactly(13, 13, 12);
        assertThat(items).allMatch(item -> item.topics().equals(List.of("Kultur")));
    }

    @Test
    void anIntroductionMayStandAbove() throws IOException {
        assertThat(read("Nyheter\n\nHär finns de senaste.\n\n" + LISTING.substring(LISTING.indexOf(" •"))))
                .isEqualTo(read(LISTING.replaceFirst("Nyheter", "Nyheter\n\nX.")));
        assertThatThrownBy(() -> read("Nyheter\n\nEn tappad rubrik\n\nText.\n\n" + LISTING))
                .isInstanceOf(ImportRefused.class)
                .hasMessageContaining("text before the first bullet");
    }

    @Test
    void anItemAtFaultIsLeftOutUnlessItIsTheLast() throws IOException {
        Faults faults = new Faults("nyheter.txt", false);
        assertThat(read(" • En\n\n  Kultur\n • Två\n\n  Text.\n\n  Kultur\n", faults))
                .extracting(ListingItem::title)
                .containsExactly("Två");
        assertThat(faults.messages()).containsExactly("nyheter.txt:1: «En» has no teaser");
    }

    private static List<ListingItem> read(String listing) throws IOException {
        return read(listing, new Faults("nyheter.txt", false));
    }

    private static List<ListingItem> read(String listing, Faults faults) throws IOException {
        return ListingReader.read(new ByteArrayInputStream(listing.getBytes(StandardCharsets.UTF_8)), faults);
    }
}
