package se.utrop.importing;

import static org.assertj.core.api.Assertions.assertThat;
import static se.utrop.Editor.fields;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.ClassPathResource;
import se.utrop.Api;
import se.utrop.Editor;
import se.utrop.Newsroom;
import se.utrop.UtropTest;
import se.utrop.importing.ImportReport.Changes;
import se.utrop.importing.ImportedSource.SeriesRule;
import se.utrop.news.News;
import se.utrop.news.Urgency;
import se.utrop.node.GlobalId;
import tools.jackson.databind.JsonNode;

/** The second import of an item: by what it is known, and what becomes of it. */
@UtropTest
class ImportUpdatesTests {

    private static final String NOON = "Tue, 13 Dec 2022 12:00:00 +0100";
    private static final String ONE = "Tue, 13 Dec 2022 13:00:00 +0100";

    private final Importer importer;
    private final Editor editor;
    private final Newsroom newsroom;
    private final Api api;

    ImportUpdatesTests(Importer importer, Editor editor, Newsroom newsroom, Api api) {
        this.importer = importer;
        this.editor = editor;
        this.newsroom = newsroom;
        this.api = api;
    }

    @BeforeEach
    void clear() {
        newsroom.clear();
    }

    // What the source has changed

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        Title  | Ny titel | Text.    | 12:00:00 | Kultur
        Text   | Titel    | Ny text. | 12:00:00 | Kultur
        Date   | Titel    | Text.    | 11:30:00 | Kultur
        Topics | Titel    | Text.    | 12:00:00 | Trafik
        """)
    void whatTheSourceHasChangedIsARevision(String what, String title, String text, String time, String topic) {
        run(rss(item("1", "Titel", "Text.", NOON, "Kultur")));
        newsroom.awaitHeard();
        String cursor = cursor();
        String changed = rss(item("1", title, text, NOON.replace("12:00:00", time), topic));

        assertThat(run(changed)).as(what).isEqualTo(revised(1));
        assertThat(newsroom.ask("""
            select concat_ws('|', title, summary, to_char(published_at at time zone 'Europe/Stockholm', 'HH24:MI:SS'),
                (select string_agg(name, '+') from topic where id = any(topic_ids)), revision, significance)
            from news\
            """, String.class))
                .containsExactly(title + "|" + text + "|" + time + "|" + topic + "|2|MINOR");
        assertThat(newsroom.ask("select string_agg(significance, ' ' order by number) from revision", String.class))
                .containsExactly("MAJOR MINOR");
        newsroom.awaitHeard();
        assertThat(events(cursor))
                .isEqualTo("[{\"__typename\":\"NewsRevised\",\"significance\":\"MINOR\",\"revision\":2}]");
        assertThat(run(changed)).as(what + " again").isEqualTo(known(1));
    }

    @Test
    void whatHasOnlyMovedItsUpdateIsKnown() {
        run(atom(entry("urn:x:1", "Titel", "2022-12-13T12:00:00Z", "2022-12-13T12:00:00Z")));
        assertThat(run(atom(entry("urn:x:1", "Titel", "2022-12-13T12:00:00Z", "2022-12-14T12:00:00Z"))))
                .isEqualTo(known(1));
        run(atom("<entry><id>urn:x:2</id><title>T</title><updated>2022-12-13T12:00:00Z</updated></entry>"));
        assertThat(run(atom("<entry><id>urn:x:2</id><title>T</title><updated>2022-12-15T12:00:00Z</updated></entry>")))
                .isEqualTo(known(1));
    }

    @Test
    void anOlderFileDoesNotUndoANewerOne() {
        String older = atom(entry("urn:x:1", "Gammal", "2022-12-13T12:00:00Z", "2022-12-13T12:00:00Z"));
        run(older);
        run(atom(entry("urn:x:1", "Ny", "2022-12-13T12:00:00Z", "2022-12-14T12:00:00Z")));
        assertThat(run(older)).isEqualTo(known(1));
        assertThat(titles()).containsExactly("Ny");
    }

    @Test
    void aCorrectionSaysSo() {
        run(rss(item("1", "Nya tider", "Text.", NOON, "Kultur")));
        run(rss(item("1", "Rättelse: nya tider", "Text.", NOON, "Kultur")));
        assertThat(newsroom.ask("select significance from news", String.class)).containsExactly("CORRECTION");
    }

    @Test
    void whoeverKeepsGetsNoRevisions() {
        run(rss(item("1", "Titel", "Text.", NOON, "Kultur")));
        ImportedSource kept = new ImportedSource("feed.xml", List.of(), Urgency.ROUTINE, List.of(), false, false);
        assertThat(run(new Source(
                        "feed.xml", document(rss(item("1", "Ny", "Text.", NOON, "Kultur"))), DAY, false, false, kept)))
                .isEqualTo(known(1));
        assertThat(titles()).containsExactly("Titel");
    }

    @Test
    void whatAnEditorHasRevisedStaysAndIsNamedOnce() {
        run(rss(item("1", "Titel", "Text.", NOON, "Kultur")));
        revise("Titeln");
        assertThat(run(rss(item("1", "Titel", "Text.", NOON, "Kultur")))).isEqualTo(known(1));

        ImportReport report = run(rss(item("1", "Titel!", "Text.", NOON, "Kultur")));
        assertThat(report)
                .hasToString("feed.xml: 0 news added, 0 known, 0 topics new, 1 in conflict with revisions of editors");
        assertThat(report.notes()).singleElement().asString().contains("«Titel!» has changed, but an editor", onlyId());
        assertThat(titles()).containsExactly("Titeln");
        assertThat(run(rss(item("1", "Titel!", "Text.", NOON, "Kultur")))).isEqualTo(known(1));
    }

    @Test
    void whatAnEditorHasRetractedStaysRetracted() {
        run(rss(item("1", "Titel", "Text.", NOON, "Kultur")));
        editor.done("retractNews", fields("id", onlyId(), "reason", "Fel"));
        assertThat(run(rss(item("1", "Ny titel", "Text.", NOON, "Kultur")))).isEqualTo(known(1));
        assertThat(titles()).isEmpty();
    }

    // Keys

    @Test
    void feedsWithTheSameIdsDoNotHideEachOther() {
        run("a.xml", rss("https://a.example/", item("1", "Ett", "A.", NOON, "Kultur")));
        assertThat(run("b.xml", rss("https://b.example/", item("1", "Två", "B.", NOON, "Kultur")))
                        .added())
                .isEqualTo(1);
        assertThat(run("c.xml", rss("https://a.example/", item("1", "Ett", "A.", NOON, "Kultur"))))
                .isEqualTo(new ImportReport("c.xml", 0, 1, 0, 0));
        assertThat(take("nyheter", rss("https://a.example/", item("1", "Tre", "C.", ONE, "Kultur")))
                        .added())
                .isEqualTo(1);
    }

    @Test
    void aFeedThatSaysNothingOfItselfIsKnownByItsFile() {
        String feed = "<rss><channel>" + item("1", "Ett", "A.", NOON, "Kultur") + "</channel></rss>";
        run("a.xml", feed);
        assertThat(run("b.xml", feed.replace("Ett", "Två")).added()).isEqualTo(1);
        assertThat(run("a.xml", feed).known()).isEqualTo(1);
    }

    @Test
    void aSourceDoesNotChangeWhatBelongsToAnother() {
        String id = "https://a.example/1";
        take("a", rss(item(id, "Titel", "Text.", NOON, "Kultur")));
        assertThat(take("b", rss(item(id, "Annan titel", "Text.", NOON, "Kultur")))
                        .known())
                .isEqualTo(1);
        assertThat(take("a", rss(item(id, "Ny titel", "Text.", NOON, "Kultur"))).changes())
                .isEqualTo(new Changes(1, 0, 0, 0));
        assertThat(titles()).containsExactly("Ny titel");
    }

    @Test
    void itemsOfOneLinkWithoutIdsAreToldApart() {
        String first = linked("Linje 4", "https://a.example/drift", NOON);
        run(rss(first));
        assertThat(run(rss(linked("Linje 5", "https://a.example/drift", ONE) + first)))
                .isEqualTo(new ImportReport("feed.xml", 1, 1, 0, 0));
        assertThat(run(rss(linked("Linje 5 och 6", "https://a.example/drift", ONE) + first)))
                .isEqualTo(new ImportReport(
                        "feed.xml", 0, 1, 0, 0, new Changes(1, 0, 0, 0), ImportReport.Others.NONE, List.of()));
        assertThat(titles()).containsExactlyInAnyOrder("Linje 4", "Linje 5 och 6");
    }

    @Test
    void idsThatChangeAtEachFetchFallBackToTheLink() {
        String item = "<item><guid isPermaLink='false'>%s</guid>"
                + linked("Titel", "https://a.example/1", NOON).substring("<item>".length());
        run(rss(item.formatted("uuid:e36303e9-6d13-4e03-9916-62b466775a47;id=1496")));
        assertThat(run(rss(item.formatted("uuid:99999999-6d13-4e03-9916-62b466775a47;id=3"))))
                .isEqualTo(known(1));
        for (int i = 0; i < 15; i++) {
            assertThat(run(rss(item.formatted("random-" + i)))).isEqualTo(known(1));
        }
        assertThat(newsroom.ask("select count(*)::int <= 10 from import_key", Boolean.class))
                .containsExactly(true);
    }

    @ParameterizedTest
    @CsvSource({
        "http://a.example/1, https://a.example/1",
        "https://a.example/1?utm_source=rss&utm_medium=x, https://a.example/1",
        "https://a.example/1?id=7&fbclid=abc, https://a.example/1?gclid=def&id=7",
        "https://A.example:443/1#utm_campaign=x, https://a.example/1",
        "https://a.example, http://a.example/"
    })
    void addressesThatDifferInTrackingAreOne(String before, String after) {
        run(rss(item(before, "Titel", "Text.", NOON, "Kultur")));
        assertThat(run(rss(item(after, "Titel", "Text.", NOON, "Kultur")))).isEqualTo(known(1));
        newsroom.clear();
        run(rss(linked("Titel", before, NOON)));
        assertThat(run(rss(linked("Titel", after, NOON)))).isEqualTo(known(1));
    }

    @Test
    void addressesThatDifferInMoreAreNot() {
        run(rss(item("https://a.example/?p=1", "Ett", "Text.", NOON, "Kultur")));
        assertThat(run(rss(item("https://a.example/?p=2", "Två", "Text.", ONE, "Kultur")))
                        .added())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        rss:http://a.example/1?utm_source=rss | <guid>http://a.example/1?utm_source=rss</guid>
        rss:1                                 | <guid isPermaLink='false'>1</guid>
        rss:https://a.example/1               | <link>https://a.example/1</link>
        rss:tag:a.example,2022:1              | <guid isPermaLink='false'>tag:a.example,2022:1</guid>
        """)
    void whatEarlierReleasesImportedIsRecognised(String key, String identity) {
        newsroom.run("""
            insert into news (slug, title, summary, published_at, import_key)
            values ('titel', 'Titel', 'Text.', '2022-12-13 12:00+01', '%s')\
            """.formatted(key));
        String item = "<item>" + identity + "<title>%s</title><description>Text.</description><pubDate>" + NOON
                + "</pubDate></item>";
        assertThat(run(rss(item.formatted("Titel")))).isEqualTo(known(1));
        // From then on, its changes are seen, whatever its title was.
        String changed = identity.contains("<link>") ? "Titel" : "Ny titel";
        assertThat(run(rss(item.formatted(changed).replace("Text.", "Ny text."))))
                .isEqualTo(revised(1));
    }

    @Test
    void theIdsOfAnotherFeedThatAnEarlierReleaseImportedHideNothing() {
        newsroom.run("""
            insert into news (slug, title, summary, published_at, import_key)
            values ('annat', 'Något annat', 'Text.', '2020-01-01', 'rss:1')\
            """);
        assertThat(run(rss(item("1", "Titel", "Text.", NOON, "Kultur"))).added())
                .isEqualTo(1);
    }

    // Deletions

    @Test
    void tombstonesRetractWhereAskedTo() {
        String feed = atom(entry("urn:x:1", "Titel", "2022-12-13T12:00:00Z", "2022-12-13T12:00:00Z")
                + entry("urn:x:2", "Kvar", "2022-12-12T12:00:00Z", "2022-12-12T12:00:00Z"));
        run(feed);
        String deleted = atom("""
            <at:deleted-entry xmlns:at="http://purl.org/atompub/tombstones/1.0" ref="urn:x:1" when="2022-12-14T12:00:00Z">
            <at:comment>Dubblett.</at:comment></at:deleted-entry>\
            """);
        assertThat(run(deleted)).hasToString("feed.xml: 0 news added, 0 known, 0 topics new, passed over: 1 deleted");
        ImportedSource retracting = new ImportedSource("feed.xml", List.of(), Urgency.ROUTINE, List.of(), true, true);
        assertThat(run(new Source("feed.xml", document(deleted), DAY, false, false, retracting)))
                .hasToString("feed.xml: 0 news added, 0 known, 0 topics new, 1 retracted");
        assertThat(titles()).containsExactly("Kvar");
        assertThat(newsroom.ask("select reason from retraction", String.class)).containsExactly("Dubblett.");
        assertThat(run(feed)).isEqualTo(known(2));
    }

    /** A feed may hold the tombstone of an entry that was published again. */
    @Test
    void anOldTombstoneRetractsNothing() {
        ImportedSource retracting = new ImportedSource("a", List.of(), Urgency.ROUTINE, List.of(), true, true);
        String tombstone = """
            <at:deleted-entry xmlns:at="http://purl.org/atompub/tombstones/1.0" ref="urn:x:1" when="2022-12-14T12:00:00Z"/>\
            """;
        String again = entry("urn:x:1", "Titel", "2022-12-13T12:00:00Z", "2022-12-20T12:00:00Z");
        take(retracting, atom(tombstone + again));
        take(retracting, atom(again + tombstone));
        assertThat(titles()).containsExactly("Titel");
        take(retracting, atom(entry("urn:x:1", "Titel", "2022-12-13T12:00:00Z", "2022-12-13T12:00:00Z") + tombstone));
        assertThat(titles()).isEmpty();
    }

    @Test
    void aWarningThatIsCancelledIsRetracted() throws IOException {
        ImportedSource retracting = new ImportedSource("a", List.of(), Urgency.ROUTINE, List.of(), true, true);
        String warning = new ClassPathResource("importing/cap.xml").getContentAsString(StandardCharsets.UTF_8);
        take(retracting, warning);
        assertThat(titles()).containsExactly("Mycket snö i norr");
        take(
                retracting,
                warning.replace(
                                "<msgType>Alert",
                                "<references>varning.example,2.49.0.1.752,2022-12-13T12:00:00+01:00"
                                        + "</references><note>Faran är över.</note><msgType>Cancel")
                        .replace("<identifier>2.49.0.1.752", "<identifier>2.49.0.1.753"));
        assertThat(titles()).isEmpty();
        assertThat(newsroom.ask("select reason from retraction", String.class)).containsExactly("Faran är över.");
    }

    @Test
    void tombstonesDoNotRetractWhatAnEditorHasRevised() {
        ImportedSource retracting = new ImportedSource("a", List.of(), Urgency.ROUTINE, List.of(), true, true);
        take(retracting, atom(entry("urn:x:1", "Titel", "2022-12-13T12:00:00Z", "2022-12-13T12:00:00Z")));
        revise("Titeln");
        ImportReport report = take(retracting, atom("""
            <at:deleted-entry xmlns:at="http://purl.org/atompub/tombstones/1.0" ref="urn:x:1" when="2022-12-14T12:00:00Z"/>\
            """));
        assertThat(report.changes()).isEqualTo(new Changes(0, 0, 0, 1));
        assertThat(titles()).containsExactly("Titeln");
    }

    // Times

    @Test
    void whatIsDatedInTheFutureIsScheduled() {
        Instant future = Instant.now().plus(Duration.ofDays(2)).truncatedTo(ChronoUnit.SECONDS);
        assertThat(run(atom(entry("urn:x:1", "Titel", future.toString(), future.toString()))))
                .hasToString("feed.xml: 0 news added, 0 known, 0 topics new, 1 scheduled");
        assertThat(titles()).isEmpty();
        assertThat(run(atom(entry("urn:x:1", "Titel", future.toString(), future.toString()))))
                .isEqualTo(known(1));
        Instant soon = Instant.now().plusMillis(300).truncatedTo(ChronoUnit.MILLIS);
        assertThat(run(atom(entry("urn:x:1", "Ny titel", soon.toString(), soon.toString())))
                        .changes())
                .isEqualTo(new Changes(0, 0, 1, 0));
        Awaitility.await().until(() -> titles().equals(List.of("Ny titel")));
        assertThat(run(atom(entry("urn:x:1", "Ny titel", soon.toString(), soon.toString()))))
                .isEqualTo(known(1));
        assertThat(run(atom(entry("urn:x:1", "Nyare titel", soon.toString(), soon.toString()))))
                .isEqualTo(revised(1));
    }

    /** Saved on the schedule, and off it. */
    @ParameterizedTest
    @CsvSource({"true", "false"})
    void whatAnEditorChangedBeforeItWasPublishedIsAConflict(boolean isScheduled) {
        Instant future = Instant.now().plus(Duration.ofDays(2)).truncatedTo(ChronoUnit.SECONDS);
        run(atom(entry("urn:x:1", "Titel", future.toString(), future.toString())));
        long key = newsroom.ask("select id from draft", Long.class).getFirst();
        if (!isScheduled) {
            editor.cancel(News.id(key));
        }
        String draft = new GlobalId('D', key).toString();
        editor.done("saveDraft", fields("id", draft, "expectedVersion", 1, "content", Map.of("title", "Redaktörens")));
        if (isScheduled) {
            assertThat(run(atom(entry("urn:x:1", "Källans", future.toString(), future.toString())))
                            .changes())
                    .isEqualTo(new Changes(0, 0, 0, 1));
        }
        editor.done("publishDraft", fields("id", draft, "expectedVersion", 2));
        assertThat(run(atom(entry("urn:x:1", "Källans nya", future.toString(), future.toString())))
                        .changes())
                .isEqualTo(new Changes(0, 0, 0, 1));
        assertThat(titles()).containsExactly("Redaktörens");
    }

    /** An embargo that an editor has set holds, whatever the source says afterwards. */
    @Test
    void aTimeThatAnEditorHasGivenStays() {
        Instant future = Instant.now().plus(Duration.ofDays(2)).truncatedTo(ChronoUnit.SECONDS);
        run(atom(entry("urn:x:1", "Titel", future.toString(), future.toString())));
        long key = newsroom.ask("select id from draft", Long.class).getFirst();
        Instant embargo = future.plus(Duration.ofDays(5));
        editor.done(
                "scheduleDraft",
                fields("id", new GlobalId('D', key).toString(), "expectedVersion", 1, "publishAt", embargo.toString()));
        String earlier = future.minus(Duration.ofDays(1)).toString();
        assertThat(run(atom(entry("urn:x:1", "Källans", earlier, future.toString())))
                        .changes())
                .isEqualTo(new Changes(0, 0, 1, 0));
        assertThat(newsroom.ask("select publish_at from draft", Instant.class)).containsExactly(embargo);
        assertThat(newsroom.ask("select content->>'title' from draft", String.class))
                .containsExactly("Källans");
    }

    @Test
    void whatAnEditorHasTakenOffTheScheduleStaysOff() {
        Instant future = Instant.now().plus(Duration.ofDays(2)).truncatedTo(ChronoUnit.SECONDS);
        String feed = atom(entry("urn:x:1", "Titel", future.toString(), future.toString()));
        run(feed);
        editor.cancel(News.id(
                newsroom.ask("select id from scheduled_news", Long.class).getFirst()));
        assertThat(run(feed)).isEqualTo(known(1));
        assertThat(newsroom.ask("select count(*) from scheduled_news", Long.class))
                .containsExactly(0L);
        newsroom.run("delete from imported_item");
    }

    @Test
    void anArchiveIsBackdated() {
        newsroom.awaitHeard();
        String cursor = cursor();
        String now =
                Instant.now().minusSeconds(60).truncatedTo(ChronoUnit.SECONDS).toString();
        run(atom(entry("urn:x:1", "Gammal", "2022-12-13T12:00:00Z", "2022-12-13T12:00:00Z")
                + entry("urn:x:2", "Ny", now, now)));
        newsroom.awaitHeard();
        assertThat(events(cursor))
                .isEqualTo("[{\"__typename\":\"NewsPublished\",\"backdated\":true},"
                        + "{\"__typename\":\"NewsPublished\",\"backdated\":false}]");
    }

    // The rules of a source

    @Test
    void itemsGetTheTopicsUrgencyAndSeriesOfTheirSource() {
        ImportedSource source = new ImportedSource(
                "lage",
                List.of("Vård", "KULTUR"),
                Urgency.IMPORTANT,
                List.of(new SeriesRule(Pattern.compile("^Lägesrapport"), "Lägesrapporter")),
                true,
                false);
        String feed =
                rss(item("1", "Lägesrapport 3", "Text.", NOON, "Kultur") + item("2", "Annat", "Text.", ONE, "Kultur"));
        assertThat(take(source, feed)).isEqualTo(new ImportReport("lage", 2, 0, 2, 1));
        assertThat(newsroom.ask("""
            select concat_ws('|', title, urgency, kind, (select name from series where id = series_id),
                (select string_agg(t.name, '+' order by f.position) from news_topic f join topic t on t.id = f.topic_id
                where news_id = n.id))
            from news n order by published_at\
            """, String.class))
                .containsExactly(
                        "Lägesrapport 3|IMPORTANT|SITUATION_REPORT|Lägesrapporter|Kultur+Vård",
                        "Annat|IMPORTANT|ARTICLE|Kultur+Vård");
        assertThat(take(ImportedSource.named("lage"), feed).known()).isEqualTo(2);
        assertThat(newsroom.ask("select count(*) from import", Long.class)).containsExactly(1L);
    }

    // The significance of revisions

    @Test
    void onlyWhatMattersMovesThePublicUpdate() {
        run(rss(item("1", "Titel", "Text.", NOON, "Kultur")));
        String id = onlyId();
        assertThat(shown(id)).isEqualTo("{\"publiclyUpdatedAt\":\"2022-12-13T11:00:00.000000Z\",\"corrections\":[]}");
        run(rss(item("1", "Titel!", "Text.", NOON, "Kultur")));
        assertThat(shown(id)).isEqualTo("{\"publiclyUpdatedAt\":\"2022-12-13T11:00:00.000000Z\",\"corrections\":[]}");
        editor.done("reviseNews", fields("id", id, "expectedRevision", 2, "title", "Ny titel", "note", "Ändrat"));
        String told = newsroom.ask("select cast(updated_at as text) from news", String.class)
                .getFirst();
        editor.done(
                "reviseNews",
                fields("id", id, "expectedRevision", 3, "title", "Rätt titel", "significance", "CORRECTION"));
        editor.done("reviseNews", fields("id", id, "expectedRevision", 4, "title", "Titel", "significance", "MINOR"));
        assertThat(newsroom.ask("select string_agg(significance, ' ' order by number) from revision", String.class))
                .containsExactly("MAJOR MINOR MAJOR CORRECTION MINOR");
        assertThat(api.data(
                                "query($id: ID!) { node(id: $id) { ... on News { corrections { number title"
                                        + " significance } } } }",
                                Map.of("id", id))
                        .get("node")
                        .toString())
                .isEqualTo(
                        "{\"corrections\":[{\"number\":4,\"title\":\"Rätt titel\",\"significance\":\"CORRECTION\"}]}");
        assertThat(newsroom.ask("""
            select (select published_at from revision where number = 4) > '%s'::timestamptz\
            """.formatted(told), Boolean.class)).containsExactly(true);
        assertThat(Instant.parse(api.data("{ news { nodes { publiclyUpdatedAt } } }")
                        .at("/news/nodes/0/publiclyUpdatedAt")
                        .asString()))
                .isEqualTo(newsroom.ask("select published_at from revision where number = 4", Instant.class)
                        .getFirst());
    }

    @Test
    void aRevisionByPlainSqlIsMajor() {
        newsroom.article("a", Instant.parse("2022-12-13T11:00:00Z"));
        newsroom.run("update news set title = 'B', significance = 'MINOR'");
        newsroom.run("update news set title = 'C'");
        newsroom.run("select revise(id, content(news), null) from news");
        assertThat(newsroom.ask("select string_agg(significance, ' ' order by number) from revision", String.class))
                .containsExactly("MAJOR MINOR MAJOR MAJOR");
    }

    private String shown(String id) {
        newsroom.awaitHeard();
        return api.data(
                        "query($id: ID!) { node(id: $id) { ... on News { publiclyUpdatedAt corrections { number } } }"
                                + " }",
                        Map.of("id", id))
                .get("node")
                .toString();
    }

    private String cursor() {
        newsroom.awaitFeedRead();
        return api.data("{ changes { cursor } }").at("/changes/cursor").asString();
    }

    private String events(String after) {
        newsroom.awaitFeedRead();
        JsonNode events = api.data("""
            query($after: String!) { changes(after: $after, types: [PUBLISHED, REVISED]) { events {
                __typename ... on NewsPublished { backdated } ... on NewsRevised { significance revision }
            } } }\
            """, Map.of("after", after)).at("/changes/events");
        return events.toString();
    }

    private void revise(String title) {
        editor.done("reviseNews", fields("id", onlyId(), "expectedRevision", 1, "title", title));
    }

    private String onlyId() {
        return News.id(newsroom.ask("select id from news", Long.class).getFirst());
    }

    private List<String> titles() {
        return newsroom.ask("select title from news", String.class);
    }

    private static ImportReport known(int items) {
        return new ImportReport("feed.xml", 0, items, 0, 0);
    }

    /** A topic that nothing has had yet is created. */
    private ImportReport revised(int items) {
        int topics = newsroom.ask("select count(*)::int from topic where name = 'Trafik'", Integer.class)
                .getFirst();
        return new ImportReport(
                "feed.xml", 0, 0, topics, 0, new Changes(items, 0, 0, 0), ImportReport.Others.NONE, List.of());
    }

    private static final LocalDate DAY = LocalDate.of(2024, 1, 1);

    private ImportReport run(String feed) {
        return run("feed.xml", feed);
    }

    private ImportReport run(String file, String feed) {
        return run(new Source(file, file, document(feed), DAY));
    }

    private ImportReport run(Source source) {
        return importer.run(source).blockOptional().orElseThrow();
    }

    private ImportReport take(String name, String feed) {
        return take(ImportedSource.named(name), feed);
    }

    private ImportReport take(ImportedSource source, String feed) {
        return importer.take(source, document(feed), null).blockOptional().orElseThrow();
    }

    private static ByteArrayResource document(String text) {
        return new ByteArrayResource(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String rss(String items) {
        return rss("https://kommun.example/", items);
    }

    private static String rss(String link, String items) {
        return "<rss version='2.0'><channel><title>Nyheter</title><link>" + link + "</link>" + items
                + "</channel></rss>";
    }

    private static String item(String guid, String title, String text, String date, String topic) {
        return """
            <item><guid isPermaLink='false'>%s</guid><title>%s</title><description>%s</description><pubDate>%s</pubDate>
            <category>%s</category></item>\
            """.formatted(guid.replace("&", "&amp;"), title, text, date, topic);
    }

    private static String linked(String title, String link, String date) {
        return "<item><title>%s</title><link>%s</link><description>Text.</description><pubDate>%s</pubDate></item>"
                .formatted(title, link.replace("&", "&amp;"), date);
    }

    private static String atom(String entries) {
        return "<feed xmlns='http://www.w3.org/2005/Atom'><id>urn:x:feed</id><title>N</title>"
                + "<updated>2022-12-13T12:00:00Z</updated>" + entries + "</feed>";
    }

    private static String entry(String id, String title, String published, String updated) {
        return "<entry><id>%s</id><title>%s</title><published>%s</published><updated>%s</updated><summary>Text.</summary></entry>"
                .formatted(id, title, published, updated);
    }
}
