package se.utrop;

import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.test.context.TestComponent;
import org.springframework.r2dbc.core.DatabaseClient;
import se.utrop.freshness.NewsroomListener;
import se.utrop.freshness.NewsroomVersion;
import se.utrop.freshness.NewsroomVersion.Known;

/** Puts news into the database as a script in psql would, and asks it in plain SQL. */
@TestComponent
public class Newsroom {

    /** On a busy machine a node may take its time. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private static final Duration SHORT_WAIT = Duration.ofMillis(2);

    /** So many events keep a node from reading later ones for seconds. */
    private static final int MANY = 1_000;

    private final DatabaseClient database;

    private final NewsroomVersion version;

    private final NewsroomListener listener;

    private final Sessions sessions;

    private final MeterRegistry meters;

    Newsroom(
            DatabaseClient database,
            NewsroomVersion version,
            NewsroomListener listener,
            Sessions sessions,
            MeterRegistry meters) {
        this.database = database;
        this.version = version;
        this.listener = listener;
        this.sessions = sessions;
        this.meters = meters;
    }

    /** By new plans: those that a session made for an empty table read the whole of a full one for each row's key. */
    public void clear() {
        if (ask("select count(*) from (select from news limit " + MANY + ") n", Long.class)
                        .getFirst()
                == MANY) {
            // each in its own transaction: the events of deleted news look for the topics
            fill(deletions().collect(Collectors.joining("; commit; ")));
        } else {
            deletions().forEach(deletion -> run("discard plans; " + deletion));
        }
    }

    private static Stream<String> deletions() {
        return Stream.of(
                        "draft",
                        "validity",
                        "news",
                        "retraction",
                        "taken_slug",
                        "imported_item",
                        "topic",
                        "series",
                        "search_synonym",
                        "import")
                .map(table -> "delete from " + table);
    }

    public void topic(String slug, String name) {
        run("insert into topic (slug, name) values (:slug, :name)", Map.of("slug", slug, "name", name));
        awaitHeard();
    }

    /** Until the node knows what has been committed: it keeps topics until it hears that they changed. */
    public void awaitHeard() {
        long committed = ask("select version from feed", Long.class).getFirst();
        Awaitility.await().atMost(LONGEST_WAIT).pollInterval(SHORT_WAIT).until(() -> {
            Known known = version.current();
            return known != null && known.number() >= committed;
        });
    }

    /** Until the node has read its feed: meanwhile it may also ask for itself where the newsroom stands. */
    public void awaitFeedRead() {
        long committed = ask("select position from feed", Long.class).getFirst();
        Awaitility.await()
                .atMost(LONGEST_WAIT)
                .pollInterval(SHORT_WAIT)
                .until(() -> meters.get("utrop.feed.position").gauge().value() == committed);
    }

    public void series(String slug, String name) {
        run("insert into series (slug, name) values (:slug, :name)", Map.of("slug", slug, "name", name));
    }

    public void article(String slug, Instant publishedAt, String... topics) {
        news(slug, publishedAt, "ARTICLE", "ROUTINE", null, topics);
    }

    public void longArticle(String slug, String body) {
        run(
                "insert into news (slug, title, summary, body, published_at, updated_at)"
                        + " values (:slug, 'T', 'I', :body, now(), now())",
                Map.of("slug", slug, "body", body));
    }

    public void news(
            String slug, Instant publishedAt, String kind, String urgency, @Nullable String series, String... topics) {
        run(
                """
                with published as (
                    insert into news (slug, title, summary, published_at, updated_at, kind, urgency, series_id)
                    values (:slug, 'Titel ' || :slug, 'Ingress.', :at, :at, :kind, :urgency,
                        (select id from series where slug = :series))
                    returning id, published_at
                )
                insert into news_topic (news_id, position, topic_id, published_at)
                select p.id, o.position, t.id, p.published_at
                from published p, unnest(cast(:topics as text[])) with ordinality o (slug, position)
                join topic t on t.slug = o.slug
                """,
                Map.of(
                        "slug", slug,
                        "at", publishedAt,
                        "kind", kind,
                        "urgency", urgency,
                        "series", series == null ? "-" : series,
                        "topics", topics));
    }

    public void run(String sql) {
        run(sql, Map.of());
    }

    /** Like {@link #fill}, but what is published is not found by searches: to index it takes most of the time. */
    public void fillUnsearchable(String... statements) {
        run("alter table pending_commit disable trigger index_changes");
        try {
            List.of(statements).forEach(this::fill);
        } finally {
            run("alter table pending_commit enable trigger index_changes");
        }
    }

    /** In a session of its own, which no time limit holds for. The node doesn't read the events. */
    public void fill(String sql) {
        listener.stop();
        try (Connection session = sessions.open();
                Statement statement = session.createStatement()) {
            statement.execute("set statement_timeout = 0");
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } finally {
            listener.start();
        }
        awaitHeard();
        awaitFeedRead();
    }

    public void run(String sql, Map<String, ?> values) {
        database.sql(sql).bindValues(values).then().block();
    }

    /** The first column of a statement's rows. */
    public <T> List<T> ask(String sql, Class<T> type) {
        return database.sql(sql)
                .mapValue(type)
                .all()
                .collectList()
                .blockOptional()
                .orElseThrow();
    }
}
