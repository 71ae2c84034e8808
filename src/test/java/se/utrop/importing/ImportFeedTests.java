package se.utrop.importing;

import static org.assertj.core.api.Assertions.assertThat;

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
