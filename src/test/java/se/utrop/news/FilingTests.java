package se.utrop.news;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import se.utrop.Newsroom;
import se.utrop.Sessions;
import se.utrop.UtropTest;

/** What a news item's own row says of its topics is what news_topic says, whoever files it. */
@UtropTest
class FilingTests {

    private final Newsroom newsroom;

    private final Sessions sessions;

    FilingTests(Newsroom newsroom, Sessions sessions) {
        this.newsroom = newsroom;
        this.sessions = sessions;
    }

    @BeforeEach
    void fill() {
        newsroom.clear();
        List.of("budget", "kultur", "trafik").forEach(slug -> newsroom.topic(slug, slug));
        newsroom.article("a", Instant.parse("2023-05-01T12:00:00Z"), "trafik", "budget");
        newsroom.article("b", Instant.parse("2023-05-02T12:00:00Z"), "kultur");
        newsroom.article("c", Instant.parse("2023-05-03T12:00:00Z"));
    }

    @Test
    void topicsStandInTheirOrder() {
        assertThat(rows()).containsExactly("a: trafik, budget", "b: kultur", "c: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "delete from news_topic",
                "delete from news_topic where position = 1",
                "truncate news_topic",
                "delete from news where slug = 'a'",
                "update news_topic set position = 4 - position",
                "update news_topic set topic_id = (select id from topic where slug = 'kultur')"
                        + " where topic_id = (select id from topic where slug = 'trafik')",
                "update news_topic nt set news_id = n.id, published_at = n.published_at"
                        + " from news n where n.slug = 'c' and nt.position = 1 and nt.topic_id ="
                        + " (select id from topic where slug = 'kultur')",
                "update news set published_at = published_at - interval '1 day'",
                "insert into news_topic select n.id, 3, t.id, published_at from news n, topic t"
                        + " where t.slug = 'kultur' and n.slug <> 'b'"
            })
    void whateverIsDoneTheyAgree(String change) {
        newsroom.run(change);
        assertThat(rows()).isEqualTo(filed());
    }

    @Test
    void ofTwoWhoFileOneNewsItemTheSecondSeesWhatTheFirstDid() throws SQLException {
        try (Connection first = sessions.open()) {
            first.setAutoCommit(false);
            run(first, file("c", 1, "trafik"));
            CompletableFuture<Void> second = CompletableFuture.runAsync(() -> newsroom.run(file("c", 2, "kultur")));
            Awaitility.await()
                    .until(() -> newsroom.ask("select count(*)::int from pg_locks where not granted", Integer.class)
                                    .getFirst()
                            > 0);
            assertThat(second).isNotDone();
            first.commit();
            second.join();
        }
        assertThat(rows()).isEqualTo(filed()).contains("c: trafik, kultur");
    }

    /** Also where nobody has counted the tables' rows yet. */
    @Test
    void filingThousandsAtOnceReadsEachAFewTimes() throws SQLException {
        int many = 3_000;
        try (Connection session = sessions.open()) {
            session.setAutoCommit(false);
            run(session, """
                insert into news (slug, title, summary, published_at)
                select 'n' || i, 'Titel', 'Ingress', timestamptz '2020-01-01T00:00:00Z' + interval '1 hour' * i
                from generate_series(1, %d) i
                """.formatted(many));
            long before = rowsRead(session);
            run(session, """
                insert into news_topic
                select n.id, row_number() over (partition by n.id), t.id, n.published_at
                from news n, topic t where n.title = 'Titel'
                """);
            assertThat(rowsRead(session) - before).isBetween((long) many, 30L * many);
            session.commit();
        }
        assertThat(rows()).hasSize(many + 3).isEqualTo(filed());
    }

    /** Rows of news and news_topic, in this transaction so far. */
    private static long rowsRead(Connection session) throws SQLException {
        try (Statement statement = session.createStatement();
                ResultSet sum = statement.executeQuery("""
                    select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint
                    from pg_stat_xact_user_tables where relname in ('news', 'news_topic')
                    """)) {
            sum.next();
            return sum.getLong(1);
        }
    }

    private static String file(String slug, int position, String topic) {
        return "insert into news_topic select n.id, %d, t.id, published_at from news n, topic t where n.slug = '%s' and t.slug = '%s'"
                .formatted(position, slug, topic);
    }

    private static void run(Connection session, String sql) throws SQLException {
        try (Statement statement = session.createStatement()) {
            statement.execute(sql);
        }
    }

    private List<String> rows() {
        return slugs("select topic_id, position from unnest(n.topic_ids) with ordinality as own (topic_id, position)");
    }

    private List<String> filed() {
        return slugs("select topic_id, position from news_topic where news_id = n.id");
    }

    private List<String> slugs(String topics) {
        return newsroom.ask("""
            select slug || ': ' || coalesce((
                select string_agg(t.slug, ', ' order by own.position) from (%s) own join topic t on t.id = own.topic_id), '')
            from news n order by slug
            """.formatted(topics), String.class);
    }
}
