package se.utrop.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static se.utrop.Editor.content;
import static se.utrop.Editor.errors;
import static se.utrop.Editor.fields;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.io.InputStreamSource;
import se.utrop.Editor;
import se.utrop.Newsroom;
import se.utrop.Sessions;
import se.utrop.UtropTest;
import tools.jackson.databind.JsonNode;

/**
 * Editors, the schedule and other imports beside an import that is under way: its file ends only when the test lets it. A strict
 * import is one transaction, which stays open meanwhile. How many items: the system property {@code utrop.import.items}.
 */
@UtropTest
class ImportUnderWayTests {

    private static final int ITEMS = Integer.getInteger("utrop.import.items", 4_000);

    private static final CountDownLatch OPEN = new CountDownLatch(0);

    private static final Instant NEWEST = Instant.parse("2024-01-01T00:00:00Z");

    private final Importer importer;
    private final Editor editor;
    private final Newsroom newsroom;
    private final Sessions sessions;

    ImportUnderWayTests(Importer importer, Editor editor, Newsroom newsroom, Sessions sessions) {
        this.importer = importer;
        this.editor = editor;
        this.newsroom = newsroom;
        this.sessions = sessions;
    }

    @BeforeEach
    void fill() {
        newsroom.clear();
        newsroom.topic("kultur", "Kultur");
        newsroom.topic("trafik", "Trafik");
    }

    /** An import that has read this many items, and reads the rest when the gate is opened. */
    private final class Held implements AutoCloseable {

        private final CountDownLatch gate = new CountDownLatch(1);
        private final AtomicInteger read = new AtomicInteger();
        private final CompletableFuture<@Nullable ImportReport> done;

        Held(int first) {
            this(first, true);
        }

        /** One that isn't strict reads all once, before it begins. */
        Held(int first, boolean strict) {
            AtomicInteger openings = new AtomicInteger(strict ? 1 : 0);
            Source source = source(() ->
                    feed(first, openings.getAndIncrement() == 0 ? OPEN : gate).getInputStream());
            done = importer.run(strict ? source.strictly() : source, report -> read.set(report.read()))
                    .toFuture();
            Awaitility.await()
                    .atMost(Duration.ofMinutes(5))
                    .until(() -> done.isDone() || read.get() >= Math.max(500, first - 1_000));
            assertThat(done).isNotDone();
        }

        ImportReport finish() {
            gate.countDown();
            return report(done);
        }

        @Override
        public void close() {
            gate.countDown();
        }
    }

    /** Each call returns while the import is still open, so none of them waits for its end. */
    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.5, 1})
    void editorsAndTheScheduleGoOn(double part) {
        try (Held running = new Held(Math.max(1_500, (int) (ITEMS * part)))) {
            assertThat(editor.publish("Något annat").get("slug").asString()).isEqualTo("nagot-annat");
            assertThat(editor.publish("Nyhet 1", "topics", List.of("trafik"))
                            .get("slug")
                            .asString())
                    .startsWith("nyhet-1-");
            assertThat(errors(editor.call("publishNews", Map.of("news", content("T", "slug", "nyhet-2")))))
                    .containsExactly("SLUG_TAKEN news.slug");
            assertThat(errors(schedule("T", "slug", "nyhet-3"))).containsExactly("SLUG_TAKEN news.slug");
            assertThat(errors(schedule("Nyhet 4", "topics", List.of("kultur")))).isEmpty();
            Awaitility.await()
                    .until(() -> newsroom.ask("select slug from news where title = 'Nyhet 4'", String.class)
                                    .size()
                            == 1);
            assertThat(errors(editor.call("createTopic", fields("name", "Sport"))))
                    .isEmpty();
            assertThat(errors(editor.call("createTopic", fields("name", "Ämne 1"))))
                    .containsExactly("INVALID name");
            assertThat(errors(editor.call("renameTopic", fields("slug", "kultur", "name", "Kultur och hälsa"))))
                    .isEmpty();
            String id = editor.publish("Titel").get("id").asString();
            editor.done("reviseNews", fields("id", id, "expectedRevision", 1, "title", "Ny titel"));
            editor.done("retractNews", fields("id", id, "reason", "Fel"));
            assertThat(newsroom.ask("select count(*)::int from news where import_key is not null", Integer.class))
                    .containsExactly(0);
            assertThat(running.finish().added()).isEqualTo(ITEMS);
        }
        assertThat(newsroom.ask("select count(*)::int from news", Integer.class))
                .containsExactly(ITEMS + 3);
        assertThat(newsroom.ask("select title from news where slug = 'nyhet-4'", String.class))
                .containsExactly("Nyhet 4");
        assertThat(newsroom.ask(
                        "select count(*)::int from event e join news n on n.id = e.news_id and import_key is not null",
                        Integer.class))
                .containsExactly(ITEMS);
        assertThat(newsroom.ask(
                        "select count(*)::int from news n join taken_slug t on t.slug = n.slug and t.news_id = n.id",
                        Integer.class))
                .containsExactly(ITEMS + 3);
    }

    private JsonNode schedule(String title, @Nullable Object... namesAndValues) {
        return editor.call(
                "scheduleNews",
                fields(
                        "publishAt",
                        Instant.now()
                                .plusMillis(700)
                                .truncatedTo(ChronoUnit.MICROS)
                                .toString(),
                        "news",
                        content(title, namesAndValues)));
    }

    @Test
    void anImportWaitsForTheSlugThatAnEditorIsTaking() throws SQLException {
        try (Connection session = sessions.open();
                Statement statement = session.createStatement()) {
            session.setAutoCommit(false);
            statement.execute("select free_slug('nyhet-3')");
            statement.execute(
                    "insert into news (slug, title, summary, published_at) values ('nyhet-3', 'En annan', 'S', now())");
            CompletableFuture<@Nullable ImportReport> done =
                    importer.run(source(feed(ITEMS, OPEN))).toFuture();
            int pid = pid(session);
            Awaitility.await().until(() -> isBlocking(pid));
            session.commit();
            assertThat(report(done).added()).isEqualTo(ITEMS);
        }
        assertThat(newsroom.ask(
                        "select slug from news where title in ('Nyhet 3', 'En annan') order by slug", String.class))
                .containsExactly("nyhet-3", "nyhet-3-2");
    }

    private static int pid(Connection session) throws SQLException {
        try (Statement statement = session.createStatement();
                var row = statement.executeQuery("select pg_backend_pid()")) {
            row.next();
            return row.getInt(1);
        }
    }

    private boolean isBlocking(int pid) {
        return newsroom.ask(
                        "select exists (select from pg_stat_activity where %d = any(pg_blocking_pids(pid)))"
                                .formatted(pid),
                        Boolean.class)
                .getFirst();
    }

    @Test
    void anImportCommitsInPartsAndEditorsPublishBetweenThem() {
        try (Held running = new Held(3_500, false)) {
            assertThat(imported()).isEqualTo(3_000);
            newsroom.run("select from feed for update nowait");
            assertThat(editor.publish("Nyhet 3200").get("slug").asString()).isEqualTo("nyhet-3200");
            assertThat(running.finish().added()).isEqualTo(ITEMS);
        }
        assertThat(imported()).isEqualTo(ITEMS);
        assertThat(newsroom.ask("""
            select max(size) from (
                select count(*) from event join news n on n.id = news_id and import_key is not null group by occurred_at
            ) as of_commit (size)\
            """, Long.class)).containsExactly(1_000L);
        assertThat(newsroom.ask("select slug from news where title = 'Nyhet 3200' order by slug", String.class))
                .containsExactly("nyhet-3200", "nyhet-3200-2");
    }

    @Test
    void anImportThatWasInterruptedGoesOnWhereItWas() {
        try (Held interrupted = new Held(2_500, false)) {
            interrupted.done.cancel(true);
        }
        assertThat(report(importer.run(source(feed(ITEMS, OPEN))).toFuture()))
                .isEqualTo(new ImportReport("feed.xml", ITEMS - 2_000, 2_000, 0, 0));
    }

    private int imported() {
        return newsroom.ask("select count(*)::int from news where import_key is not null", Integer.class)
                .getFirst();
    }

    @Test
    void ofTwoImportsOfOneFileTheSecondFindsAllKnown() {
        try (Held first = new Held(ITEMS / 2)) {
            CompletableFuture<@Nullable ImportReport> second =
                    importer.run(source(feed(ITEMS, OPEN))).toFuture();
            assertThat(first.finish().added()).isEqualTo(ITEMS);
            assertThat(report(second)).isEqualTo(new ImportReport("feed.xml", 0, ITEMS, 0, 0));
        }
    }

    @Test
    void anImportThatIsRefusedLeavesItsSlugsToOthers() {
        try (Held refused = new Held(ITEMS)) {
            refused.done.cancel(true);
        }
        Awaitility.await()
                .until(() -> editor.publish("Nyhet 5").get("slug").asString().equals("nyhet-5"));
    }

    private static ImportReport report(CompletableFuture<@Nullable ImportReport> done) {
        return Objects.requireNonNull(done.join());
    }

    private static Source source(InputStreamSource feed) {
        return new Source("feed.xml", "feed.xml", feed, LocalDate.of(2024, 1, 1));
    }

    /** The first items, and the others when the gate is open. */
    private static InputStreamSource feed(int first, CountDownLatch gate) {
        return () -> new SequenceInputStream(Collections.enumeration(List.of(
                bytes("<rss version='2.0'><channel>" + items(0, first)),
                new Gate(bytes(items(first, ITEMS) + "</channel></rss>"), gate))));
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String items(int from, int to) {
        return IntStream.range(from, to).mapToObj(ImportUnderWayTests::item).collect(Collectors.joining());
    }

    private static String item(int number) {
        return """
            <item><guid>https://kommun.example/%d</guid><title>Nyhet %d</title><category>Ämne %d</category>
            <category>Kultur</category><description>En text om budget.</description><pubDate>%s</pubDate></item>
            """.formatted(number, number, number % 7, NEWEST.minusSeconds(60L * number));
    }

    private static final class Gate extends FilterInputStream {

        private final CountDownLatch open;

        Gate(InputStream behind, CountDownLatch open) {
            super(behind);
            this.open = open;
        }

        private void await() {
            try {
                open.await();
            } catch (InterruptedException e) {
                throw new UncheckedIOException(new IOException(e));
            }
        }

        @Override
        public int read() throws IOException {
            await();
            return super.read();
        }

        @Override
        public int read(byte[] buffer, int start, int length) throws IOException {
            await();
            return super.read(buffer, start, length);
        }
    }
}
