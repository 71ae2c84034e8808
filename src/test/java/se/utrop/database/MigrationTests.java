package se.utrop.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import se.utrop.embedded.RestartablePostgres;

/** A newsroom of an earlier version reads as before when it has been migrated, and has no events that nobody caused. */
class MigrationTests {

    @Test
    void whatWasFiledStaysFiled(@TempDir Path directory) throws Exception {
        try (RestartablePostgres database = RestartablePostgres.start(directory)) {
            migrate(database, "8");
            database.run("""
                insert into topic (slug, name) values ('budget', 'Budget'), ('kultur', 'Kultur');
                insert into news (slug, title, summary, published_at)
                select 'n' || i, 'Titel', 'Ingress', now() from generate_series(1, 3) i;
                insert into news_topic select n.id, row_number() over (partition by n.id order by t.id desc), t.id, published_at
                from news n, topic t where n.slug <> 'n3' and (n.slug = 'n1' or t.slug = 'budget')
                """);
            String standing = database.ask("select standing(feed) from feed");
            migrate(database, "latest");
            assertThat(database.ask("select standing(feed) from feed")).isEqualTo(standing);
            assertThat(database.ask("select string_agg(slug || topic_ids::text, ' ' order by slug) from news"))
                    .isEqualTo("n1{2,1} n2{1} n3{}");
            database.run("update news set title = 'Annan' where slug = 'n1'");
            assertThat(database.ask("select max(position)::text from event")).isEqualTo("4");
        }
    }

    private static final String PUBLISHED = """
        insert into topic (slug, name) values ('budget', 'Budget'), ('kultur', 'Kultur');
        insert into news (slug, title, summary, published_at, urgency)
        select 'n' || i, 'Titel', 'Ingress', timestamptz '2023-01-01T12:00:00Z' + i * interval '3 days',
            case when i % 4 = 0 then 'BREAKING' else 'ROUTINE' end
        from generate_series(1, 60) i;
        insert into news_topic select n.id, row_number() over (partition by n.id order by t.id desc), t.id, published_at
        from news n, topic t where n.id % (t.id + 1) = 0
        """;

    private static final String DIFFERING_BITS = """
        select count(*)
        from (
            select facet, date_trunc('month', published_at at time zone 'Europe/Stockholm')::date as month, slot, true as own
            from news left join news_slot on news_id = id cross join lateral facets(kind, urgency, series_id, topic_ids) facet
        ) as a full join (
            select facet, month, block * 8192 + bit as slot, true as own
            from news_facet cross join generate_series(0, 8191) bit where get_bit(bits, bit) = 1
        ) as b using (facet, month, slot)
        where a.own is null or b.own is null
        """;

    private static final String CHANGES = """
        update news set kind = 'SITUATION_REPORT' where id % 3 = %1$d;
        update news set published_at = published_at - interval '40 days' where id % 7 = %1$d;
        delete from news where id % 11 = %1$d;
        delete from news_topic where news_id % 5 = %1$d;
        insert into news (slug, title, summary, published_at)
        select 'm%1$d' || i, 'Titel', 'Ingress', timestamptz '2022-11-01T12:00:00Z' + i * interval '20 days'
        from generate_series(1, 15) i
        """;

    /** Before, while and after the index of counts is filled, and where the filling was interrupted. */
    @Test
    void whatWasPublishedBeforeIsCounted(@TempDir Path directory) throws Exception {
        try (RestartablePostgres database = RestartablePostgres.start(directory)) {
            migrate(database, "9");
            database.run(PUBLISHED);
            migrate(database, "11");
            database.run(changes(0));
            for (int month = 1; month <= 4; month++) {
                database.run("begin; select from feed for update; select fill_next_month(); commit");
                database.run(changes(month));
            }
            migrate(database, "latest");
            assertThat(database.ask(DIFFERING_BITS)).isEqualTo("0");
            database.run(changes(5));
            assertThat(database.ask(DIFFERING_BITS)).isEqualTo("0");
            assertThat(database.ask("select sum(bit_count(bits)) = (select count(*) from news) from news_facet"
                            + " where facet = 'all'"))
                    .isEqualTo("t");
        }
    }

    /** Not even the last moment before each of its transactions ends. */
    @Test
    void theIndexOfCountsIsMadeWhileOthersRead(@TempDir Path directory) throws Exception {
        try (RestartablePostgres database = RestartablePostgres.start(directory)) {
            migrate(database, "9");
            database.run(PUBLISHED);
            try (Connection migration = DriverManager.getConnection(database.jdbcUrl());
                    Statement statement = migration.createStatement()) {
                migration.setAutoCommit(false);
                statement.execute(Files.readString(Path.of("db/migration/V11__facets.sql")));
                read(database);
                database.run("set lock_timeout = '2s'; " + changes(1));
                migration.commit();
                statement.execute("select from feed for update; select fill_next_month()");
                read(database);
            }
        }
    }

    private static void read(RestartablePostgres database) throws SQLException {
        for (String table : List.of("news", "news_topic", "news_count", "newsroom", "feed", "event")) {
            database.run("set lock_timeout = '2s'; select from " + table);
        }
    }

    private static String changes(int number) {
        return CHANGES.replace("%1$d", String.valueOf(number));
    }

    @Test
    void newsWithInvisibleCharactersAreIndexedAnewAndNoOthers(@TempDir Path directory) throws Exception {
        try (RestartablePostgres database = RestartablePostgres.start(directory)) {
            migrate(database, "9");
            database.run("""
                insert into topic (slug, name) values ('a', 'Kultur och'), ('b', 'Kultur  och');
                insert into news (slug, title, summary, body, published_at) values
                    ('title', U&'Sjuk\\00ADhuset', 'Annat.', null, now()),
                    ('summary', 'Annat', U&'Ett sjuk\\200Bhuset', null, now()),
                    ('body', 'Annat', 'Annat.', 'Sjuk&shy;huset', now()),
                    ('other', 'Sjukhuset', 'Annat.', null, now()),
                    ('retracted', 'Annat', 'Annat.', null, now());
                delete from news where slug = 'retracted';
                insert into scheduled_news (id, slug, publish_at, content) values (100, 'scheduled', '2100-01-01', '{}')
                """);
            String before = database.ask(
                    "select s.xmin::text from news_search s join news n on id = news_id where slug = 'other'");
            migrate(database, "latest");
            assertThat(database.ask("""
                select string_agg(slug, ' ' order by slug) from news join news_search on news_id = id
                where document @@ to_tsquery('swedish', 'sjukhuset')
                """)).isEqualTo("body other summary title");
            assertThat(database.ask(
                            "select s.xmin::text from news_search s join news n on id = news_id where slug = 'other'"))
                    .isEqualTo(before);
            assertThat(database.ask("select string_agg(slug, ' ' order by slug) from taken_slug"))
                    .isEqualTo("body other retracted scheduled summary title");
            assertThat(database.ask("select count(*)::text from topic")).isEqualTo("2");
            database.run("update news set title = U&'Sjuk\\00ADhus' where slug = 'other'");
        }
    }

    /** Which checks titles: what is stored stays, and can be revised but for the title. */
    @Test
    void aTitleThatMisleadsStaysUntilItIsRevised(@TempDir Path directory) throws Exception {
        try (RestartablePostgres database = RestartablePostgres.start(directory)) {
            migrate(database, "9");
            database.run("""
                insert into news (slug, title, summary, published_at) values ('a', U&'\\202Egnilttes', U&'\\3164', now())
                """);
            migrate(database, "latest");
            database.run("update news set urgency = 'IMPORTANT', summary = 'Ny'");
            assertThat(database.ask("select revision::text from news")).isEqualTo("2");
            assertThatThrownBy(() -> database.run("update news set title = U&'\\202Egnilttes'"))
                    .hasMessageContaining("text_line_is_clear");
        }
    }

    private static void migrate(RestartablePostgres database, String version) {
        Flyway.configure()
                .dataSource(database.jdbcUrl(), null, null)
                .placeholders(Map.of("zone", "Europe/Stockholm", "language", "swedish"))
                .target(version)
                .load()
                .migrate();
    }
}
