package se.utrop.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    private static void migrate(RestartablePostgres database, String version) {
        Flyway.configure()
                .dataSource(database.jdbcUrl(), null, null)
                .placeholders(Map.of("zone", "Europe/Stockholm", "language", "swedish"))
                .target(version)
                .load()
                .migrate();
    }
}
