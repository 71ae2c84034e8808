package se.utrop.importing;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

@Repository
class ImportRepository {

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    private final DatabaseClient database;

    ImportRepository(DatabaseClient database) {
        this.database = database;
    }

    /** What has a slug of its own. */
    enum Table {
        NEWS("""
            (select slug from news union all select slug from retraction union all select slug from scheduled_news
             union all select slug from taken_slug where news_id is not null)\
            """),
        TOPIC("topic"),
        SERIES("series");

        private final String addresses;

        Table(String addresses) {
            this.addresses = addresses;
        }

        private String in(String sql) {
            return sql.formatted(name().toLowerCase(Locale.ROOT));
        }
    }

    /** An item and its place among the addresses. */
    record Addressed(String slug, Item item) {}

    /** However long the statements of this transaction take, and wait for those of others. */
    Mono<Void> setNoTimeLimit() {
        return database.sql("set local statement_timeout = 0").then();
    }

    /** Waits for other imports, so that what one adds is known to the next. Editors go on. */
    Mono<Void> lockImports() {
        return database.sql("select pg_advisory_xact_lock(hashtextextended(current_schema || ' utrop import', 0))")
                .then();
    }

    /** Plans are made while the tables are small and kept while they grow: an index is right all along. */
    Mono<Void> preferIndexes() {
        return database.sql("set local enable_seqscan = off").then();
    }

    /** When those items were published that are there already, or were and have been retracted, by import key. */
    Mono<Map<String, Instant>> publicationTimes(Collection<String> importKeys) {
        return database.sql("""
            select import_key, published_at from news where import_key = any(:keys)
            union all
            select import_key, published_at from retraction where import_key = any(:keys)\
            """)
                .bind("keys", importKeys.toArray(String[]::new))
                .map(row ->
                        Map.entry(requireNonNull(row.get(0, String.class)), requireNonNull(row.get(1, Instant.class))))
                .all()
                .collectMap(Map.Entry::getKey, Map.Entry::getValue);
    }

    /** Those of the names that there are: case, blanks and what nobody sees don't count. */
    Mono<Set<String>> names(Table table, Collection<String> names) {
        return strings(table.in("""
            select given from unnest(cast(:texts as text[])) given
            where exists (select from %s where lower(topic_key(name)) = lower(topic_key(given)))\
            """), names);
    }

    /** Those of the slugs that are not to be had. Nobody else gets the others until the transaction ends, if they are of news. */
    Mono<Set<String>> takenSlugs(Table table, Collection<String> slugs) {
        return strings(
                table == Table.NEWS
                        ? "select claim_slugs(cast(:texts as text[]))"
                        : "select slug from %s taken where slug = any(:texts)".formatted(table.addresses),
                slugs);
    }

    private Mono<Set<String>> strings(String sql, Collection<String> texts) {
        return database.sql(sql)
                .bind("texts", texts.toArray(String[]::new))
                .mapValue(String.class)
                .all()
                .collect(Collectors.toSet());
    }

    /** The first number from {@code numbers} on that each slug can end with. */
    Mono<Map<String, Integer>> freeNumbers(Table table, Map<String, Integer> numbers) {
        List<String> slugs = List.copyOf(numbers.keySet());
        return database.sql("""
            with recursive candidate (slug, number) as (
                select * from unnest(cast(:slugs as text[]), cast(:numbers as int[]))
                union all
                select slug, number + 1
                from candidate c
                where exists (
                    select from %s taken
                    where taken.slug = case when number = 1 then c.slug else c.slug || '-' || number end)
            )
            select slug, max(number) from candidate group by slug\
            """.formatted(table.addresses))
                .bind("slugs", slugs.toArray(String[]::new))
                .bind("numbers", slugs.stream().map(numbers::get).toArray(Integer[]::new))
                .map(row ->
                        Map.entry(requireNonNull(row.get(0, String.class)), requireNonNull(row.get(1, Integer.class))))
                .all()
                .collectMap(Map.Entry::getKey, Map.Entry::getValue);
    }

    /** Adds topics or series. */
    Mono<Long> insertNames(Table table, List<String> names, List<String> slugs) {
        return database.sql(table.in("""
            insert into %s (name, slug)
            select * from unnest(cast(:names as text[]), cast(:slugs as text[]))
            on conflict do nothing\
            """))
                .bind("names", names.toArray(String[]::new))
                .bind("slugs", slugs.toArray(String[]::new))
                .fetch()
                .rowsUpdated();
    }

    Mono<Integer> insertNews(List<Addressed> news) {
        return database.sql("""
            with entry as materialized (
                select slug, item.*
                from jsonb_to_recordset(cast(:news as jsonb)) as entry (slug text, item jsonb),
                    jsonb_to_record(item) as item (
                        import_key text, title text, summary text, body text, url text, kind text, series text,
                        topics jsonb, figures jsonb, published_at timestamptz, precision text, image jsonb, urgency text)
            ), named as materialized (
                select name, lower(topic_key(name)) as key
                from (select distinct jsonb_array_elements_text(topics) from entry) as distinct_name (name)
            ), known as materialized (
                select id, name, lower(topic_key(name)) as key from topic
            ), topic_of as materialized (
                select distinct on (n.name) n.name, k.id
                from named n join known k using (key)
                order by n.name, k.name <> n.name, k.id
            ), added as (
                insert into news (
                    slug, title, summary, body, url, image_url, image_alt_text, image_width, image_height, image_credit,
                    kind, urgency, published_at, published_at_precision, series_id, import_key)
                select e.slug, title, summary, body, url, image->>'url', image->>'alt_text', (image->>'width')::integer,
                    (image->>'height')::integer, image->>'credit', kind, urgency, published_at, precision, s.id, import_key
                from entry e left join lateral (
                    select id from series
                    where lower(topic_key(name)) = lower(topic_key(e.series))
                    order by name <> e.series, id
                    limit 1
                ) s on true
                returning id, import_key, published_at
            ), filed as (
                insert into news_topic (news_id, position, topic_id, published_at)
                select a.id, min(filed.position), t.id, a.published_at
                from added a join entry using (import_key),
                    jsonb_array_elements_text(topics) with ordinality as filed (name, position)
                    left join topic_of t using (name)
                group by a.id, t.id, a.published_at
            ), counted as (
                insert into figure (news_id, position, name, label, value, unit, change)
                select a.id, position, f.name, f.label, f.value, f.unit, f.change
                from added a join entry using (import_key),
                    jsonb_array_elements(figures) with ordinality as listed (figure, position),
                    jsonb_to_record(figure) as f (
                        name text, label text, value double precision, unit text, change double precision)
            )
            select count(*)::int from added\
            """)
                .bind("news", JSON.writeValueAsString(news))
                .mapValue(Integer.class)
                .one();
    }

    Mono<Boolean> hasImport(String source) {
        return database.sql("select exists (select from import where source = :source)")
                .bind("source", source)
                .mapValue(Boolean.class)
                .one();
    }

    Mono<ImportReport> record(ImportReport report) {
        return database.sql("insert into import (source, added, known) values (:source, :added, :known)")
                .bind("source", report.source())
                .bind("added", report.added())
                .bind("known", report.known())
                .then()
                .thenReturn(report);
    }
}
