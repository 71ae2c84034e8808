package se.utrop.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.InputStreamSource;
import se.utrop.Newsroom;
import se.utrop.UtropTest;

@UtropTest
class ImportFeedTests {

    private static final int MANY = Integer.getInteger("importing.items", 20_000);
    private static final long MOST_GROWTH = 150_000_000;
    private static final Instant NEWEST = Instant.parse("2024-01-01T00:00:00Z");

    private final Importer importer;
    private final Newsroom newsroom;

    ImportFeedTests(Importer importer, Newsroom newsroom) {
        this.importer = importer;
        this.newsroom = newsroom;
    }

    @BeforeEach
    void clear() {
        newsroom.clear();
    }

    @Test
    void storesTopicsInTheirOrder() {
        assertThat(run(new ClassPathResource("importing/rss.xml"))).isEqualTo(new ImportReport("feed.xml", 3, 0, 3, 0));
        assertThat(newsroom.ask("""
            select t.name || ' ' || t.slug from news_topic nt join topic t on t.id = topic_id
            order by news_id, position\
            """, String.class))
                .containsExactly("Trafik trafik", "Bygge & plan bygge-plan", "Friluftsliv friluftsliv");
        assertThat(run(new ClassPathResource("importing/rss.xml"))).isEqualTo(new ImportReport("feed.xml", 0, 3, 0, 0));
    }

    @Test
    void storesPicturesAndUrgency() {
        run(new ClassPathResource("importing/feed.json"));
        run(new ClassPathResource("importing/cap.xml"));
        assertThat(newsroom.ask(
                        "select concat_ws('|', urgency, image_url, image_alt_text) from news order by title collate"
                                + " \"C\"",
                        String.class))
                .containsExactly("ROUTINE", "BREAKING", "ROUTINE|https://kommun.example/bro.jpg|Ny bro");
    }

    /** The attachment of a post may stand behind it. */
    @Test
    void storesTheFeaturedImageOfAWordPressPost() {
        run(() -> feed(Stream.of("""
            <item xmlns:wp="http://wordpress.org/export/1.2/"><title>Bro</title><wp:status>publish</wp:status>
            <wp:post_type>post</wp:post_type><pubDate>Tue, 13 Dec 2022 12:00:00 GMT</pubDate><wp:postmeta>
            <wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value><![CDATA[7]]></wp:meta_value></wp:postmeta></item>
            <item xmlns:wp="http://wordpress.org/export/1.2/"><title>bro</title><wp:post_id>7</wp:post_id>
            <wp:post_type>attachment</wp:post_type><wp:attachment_url>https://kommun.example/bro.jpg</wp:attachment_url>
            <wp:postmeta><wp:meta_key>_wp_attachment_image_alt</wp:meta_key><wp:meta_value>Bron i sol &amp; vind</wp:meta_value>
            </wp:postmeta></item>
            """)));
        assertThat(newsroom.ask("select image_url || '|' || image_alt_text from news", String.class))
                .containsExactly("https://kommun.example/bro.jpg|Bron i sol & vind");
    }

    @Test
    void leavesOutWhatIsAtFaultAndNamesIt() {
        ImportReport report = run(() -> feed(Stream.of(
                item(1, "Ett"), "<item><pubDate>Tue, 13 Dec 2022 12:00:00 GMT</pubDate></item>", item(2, "Två"))));
        assertThat(report).hasToString("feed.xml: 2 news added, 0 known, 2 topics new, 1 left out");
        assertThat(report.notes()).containsExactly("feed.xml:3: has neither title nor text: give it a title");
        assertThat(newsroom.ask("select title from news order by published_at desc", String.class))
                .containsExactly("Ett", "Två");
    }

    @Test
    void takesAllOrNothingWhereAskedTo() {
        Source source = source(() -> feed(Stream.of(item(1, "Ett"), "<item/>", "<item/>")))
                .strictly();
        assertThatThrownBy(() -> importer.run(source).block())
                .isInstanceOf(ImportRefused.class)
                .hasMessageContaining("feed.xml:3: has neither title nor text")
                .hasMessageContaining("\nfeed.xml:3: has neither");
        assertThat(newsroom.ask("select count(*) from news", Long.class)).containsExactly(0L);
    }

    @Test
    void refusesAFileOfWhichNothingCanGoIn() {
        assertThatThrownBy(() -> run(() -> feed(Stream.of("<item/>"))))
                .isInstanceOf(ImportRefused.class)
                .hasMessage("feed.xml:1: has neither title nor text: give it a title");
    }

    @Test
    void numbersEqualTitles() {
        run(() -> feed(IntStream.range(0, 3).mapToObj(i -> item(i, "Öppet hus"))));
        run(() -> feed(IntStream.range(3, 5).mapToObj(i -> item(i, "Öppet hus!"))));

        assertThat(newsroom.ask("select slug from news order by published_at desc", String.class))
                .containsExactly("oppet-hus", "oppet-hus-2", "oppet-hus-3", "oppet-hus-4", "oppet-hus-5");
    }

    @Test
    void holdsOnlyAPartOfALongFeed() {
        AtomicLong most = new AtomicLong();
        long before = used();
        InputStreamSource feed = () -> feed(IntStream.range(0, MANY).mapToObj(i -> item(i, "Nyhet " + i)));

        ImportReport report = importer.run(source(feed), done -> {
                    if (done.read() % 5_000 == 0) {
                        most.accumulateAndGet(used() - before, Math::max);
                    }
                })
                .block();

        assertThat(report).isEqualTo(new ImportReport("feed.xml", MANY, 0, 7, 0));
        assertThat(newsroom.ask("select title from news order by published_at desc, id desc", String.class))
                .isEqualTo(IntStream.range(0, MANY).mapToObj(i -> "Nyhet " + i).toList());
        assertThat(most).hasValueLessThan(MOST_GROWTH);
    }

    private ImportReport run(InputStreamSource feed) {
        return importer.run(source(feed)).blockOptional().orElseThrow();
    }

    private static Source source(InputStreamSource feed) {
        return new Source("feed.xml", "feed.xml", feed, LocalDate.of(2024, 1, 1));
    }

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static String item(int number, String title) {
        return """
            <item><guid>https://kommun.example/%d</guid><title>%s</title><category>Ämne %d</category>
            <description>%s</description><pubDate>%s</pubDate></item>
            """.formatted(number, title, number % 7, "Text. ".repeat(100), NEWEST.minusSeconds(60L * number));
    }

    @SuppressWarnings("JdkObsolete") // SequenceInputStream takes nothing newer
    private static InputStream feed(Stream<String> items) {
        Iterator<String> parts = Stream.concat(
                        Stream.concat(Stream.of("<rss version='2.0'><channel>"), items), Stream.of("</channel></rss>"))
                .iterator();
        return new SequenceInputStream(new Enumeration<InputStream>() {
            @Override
            public boolean hasMoreElements() {
                return parts.hasNext();
            }

            @Override
            public InputStream nextElement() {
                return new ByteArrayInputStream(parts.next().getBytes(StandardCharsets.UTF_8));
            }
        });
    }
}
