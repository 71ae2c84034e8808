package se.utrop.importing;

import static java.util.Objects.requireNonNull;
import static se.utrop.sql.Columns.orNull;
import static se.utrop.sql.Columns.required;

import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;
import se.utrop.importing.KnownItem.State;
import se.utrop.news.Significance;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

@Repository
class ImportRepository {

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    /** An item in the JSON of an entry. */
    private static final String ITEM = """
        jsonb_to_record(item) as item (
            identity jsonb, version jsonb, title text, summary text, body text, url text, kind text, series text,
            topics jsonb, figures jsonb, published_at timestamptz, precision text, image jsonb, urgency text)\
        """;

    /** The topics of the entries by their names: case, blanks and what nobody sees don't count. */
    private static final String TOPIC_OF = """
        named as materialized (
            select name, lower(topic_key(name)) as key
            from (select distinct jsonb_array_elements_text(topics) from entry) as distinct_name (name)
        ), known as materialized (
            select id, name, lower(topic_key(name)) as key from topic
            union all
            select topic_id, name, lower(topic_key(name)) from former_topic_slug
        ), topic_of as materialized (
            select distinct on (n.name) n.name, k.id
            from named n join known k using (key)
            order by n.name, k.name <> n.name, k.id
        )\
        """;

    /** The series of an entry {@code e}. */
    private static final String SERIES_OF = """
        (
            select id from series
            where lower(topic_key(name)) = lower(topic_key(e.series))
            order by name <> e.series, id
            limit 1
        )\
        """;

    /** What the function content() of the database makes of a news item, of an entry {@code e} and its series {@code s}. */
    private static final String CONTENT = """
        jsonb_build_object(
            'title', title, 'summary', summary, 'body', body, 'url', url,
            'image', case when image is not null then jsonb_build_object(
                'url', image->>'url', 'altText', image->>'alt_text', 'width', (image->>'width')::integer,
                'height', (image->>'height')::integer, 'credit', image->>'credit') end,
            'kind', kind, 'urgency', urgency, 'series', s.id, 'figures', figures, 'importKey', import_key,
            'topics', (
                select coalesce(jsonb_agg(filed.id order by filed.position), '[]')
                from (
                    select t.id, min(listed.position) as position
                    from jsonb_array_elements_text(topics) with ordinality as listed (name, position)
                        join topic_of t using (name)
                    group by t.id
                ) as filed))\
        """;

    /** Remembers the rows of {@code added} by the version of their entries, and by their keys. */
    private static final String REMEMBERED = """
        remembered as (
            insert into imported_item (news_id, source, digest, published_at, updated_at)
            select a.id, :source, version->>'digest', (version->>'published_at')::timestamptz,
                (version->>'updated_at')::timestamptz
            from added a join entry using (import_key)
            where version is not null
        ), recognised as (
            insert into import_key (key, news_id)
            select import_key, a.id from added a join entry using (import_key) where version is not null
            on conflict (key) do update set news_id = excluded.news_id
        ), guessed as (
            insert into import_key (key, news_id)
            select distinct on (guess) guess, a.id
            from added a join entry using (import_key) cross join lateral jsonb_array_elements_text(guesses) guess
            where version is not null
            order by guess, a.id
            on conflict do nothing
        )\
        """;

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
        TOPIC("topic_slug"),
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

    /** What was imported before under one of these keys. What was forgotten is not known. */
    Mono<Map<String, KnownItem>> known(Collection<String> keys) {
        return database.sql("""
            select k.key, k.news_id, n.id is not null, s.id is not null, i.source, i.digest, i.published_at, i.updated_at,
                i.revision, n.revision, coalesce(n.title, s.title), n.url, n.published_at
            from import_key k
                cross join lateral (select * from imported_item where news_id = k.news_id offset 0) i
                left join lateral (
                    select id, revision, title, url, published_at from news where id = k.news_id offset 0
                ) n on true
                left join lateral (
                    select id, content->>'title' as title from scheduled_news where id = k.news_id offset 0
                ) s on true
            where k.key = any(:keys) and not exists (
                select from retraction r where r.news_id = k.news_id and r.import_key is null offset 0)
            union all
            select n.import_key, n.id, true, false, null, null, null, null, 1, n.revision, n.title, n.url, n.published_at
            from news n
            where n.import_key = any(:keys)
                and not exists (select from imported_item i where i.news_id = n.id offset 0)
            union all
            select r.import_key, r.news_id, false, false, null, null, null, null, 1, null, null, null, r.published_at
            from retraction r
            where r.import_key = any(:keys)
                and not exists (select from imported_item i where i.news_id = r.news_id offset 0)\
            """)
                .bind("keys", keys.toArray(String[]::new))
                .map(ImportRepository::knownItem)
                .all()
                .collectMap(KnownItem::key);
    }

    private static KnownItem knownItem(Readable row) {
        String digest = row.get(5, String.class);
        return new KnownItem(
                required(row, 0, String.class),
                required(row, 1, Long.class),
                state(required(row, 2, Boolean.class), required(row, 3, Boolean.class)),
                row.get(4, String.class),
                digest == null ? null : new ItemVersion(digest, row.get(6, Instant.class), row.get(7, Instant.class)),
                required(row, 8, Integer.class),
                row.get(9, Integer.class),
                row.get(10, String.class),
                row.get(11, String.class),
                row.get(12, Instant.class));
    }

    private static State state(boolean isPublished, boolean isScheduled) {
        return isPublished ? State.PUBLISHED : isScheduled ? State.SCHEDULED : State.GONE;
    }

    /** Those of the names that there are: case, blanks and what nobody sees don't count. */
    Mono<Set<String>> names(Table table, Collection<String> names) {
        String known = table == Table.TOPIC
                ? "(select name from topic union all select name from former_topic_slug) as topic"
                : table.in("%s");
        return strings("""
            select given from unnest(cast(:texts as text[])) given
            where exists (select from %s where lower(topic_key(name)) = lower(topic_key(given)))\
            """.formatted(known), names);
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

    /** The keys of the news items. {@code source} is the named source that they belong to; null if they came in a file. */
    Mono<List<Long>> insertNews(List<Addressed> news, @Nullable String source) {
        return database.sql("""
            with entry as materialized (
                select slug, identity->>'key' as import_key, identity->'guesses' as guesses, version, title, summary, body,
                    url, kind, series, topics, figures, published_at, precision, image, urgency
                from jsonb_to_recordset(cast(:news as jsonb)) as entry (slug text, item jsonb), %s
            ), %s, added as (
                insert into news (
                    slug, title, summary, body, url, image_url, image_alt_text, image_width, image_height, image_credit,
                    kind, urgency, published_at, published_at_precision, series_id, import_key)
                select e.slug, title, summary, body, url, image->>'url', image->>'alt_text', (image->>'width')::integer,
                    (image->>'height')::integer, image->>'credit', kind, urgency, published_at, precision, s.id, import_key
                from entry e left join lateral %s s on true
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
            ), %s
            select id from added\
            """.formatted(ITEM, TOPIC_OF, SERIES_OF, REMEMBERED))
                .bind("news", JSON.writeValueAsString(news))
                .bind("source", orNull(source, String.class))
                .mapValue(Long.class)
                .all()
                .collectList();
    }

    /** The keys that the news items will have. */
    Mono<List<Long>> schedule(List<Addressed> news, @Nullable String source) {
        return database.sql("""
            with entry as materialized (
                select slug, identity->>'key' as import_key, identity->'guesses' as guesses, version, title, summary, body,
                    url, kind, series, topics, figures, published_at, precision, image, urgency
                from jsonb_to_recordset(cast(:news as jsonb)) as entry (slug text, item jsonb), %s
            ), %s, added as (
                insert into scheduled_news (id, slug, publish_at, content)
                select nextval(pg_get_serial_sequence('news', 'id')), slug, published_at, %s
                from entry e left join lateral %s s on true
                returning id, content->>'importKey' as import_key
            ), %s
            select id from added\
            """.formatted(ITEM, TOPIC_OF, CONTENT, SERIES_OF, REMEMBERED))
                .bind("news", JSON.writeValueAsString(news))
                .bind("source", orNull(source, String.class))
                .mapValue(Long.class)
                .all()
                .collectList();
    }

    /**
     * A change to a news item or to a scheduled one.
     *
     * @param expected the revision that it is made to
     * @param isMoved whether the time of publication is another one too
     */
    record Change(long newsId, int expected, boolean isMoved, Significance significance, Item item) {}

    /** The numbers of the revisions that this makes, by news item; none for an item that somebody else has just revised. */
    Mono<Map<Long, Integer>> revise(List<Change> changes) {
        return database.sql("""
            with entry as materialized (
                select news_id, expected, is_moved, significance, identity->>'key' as import_key, title, summary, body, url,
                    kind, series, topics, figures, published_at, precision, image, urgency
                from jsonb_to_recordset(cast(:changes as jsonb)) as entry (
                    news_id bigint, expected integer, is_moved boolean, significance text, item jsonb), %s
            ), %s, described as materialized (
                select news_id, expected, significance, precision, case when is_moved then published_at end as moment,
                    %s as content
                from entry e left join lateral %s s on true
            ), locked as materialized (
                select d.*
                from described d cross join lateral (
                    select from news where id = d.news_id and revision = d.expected for update
                ) n
            )
            select news_id, revise(news_id, content, null, significance, moment, precision) from locked\
            """.formatted(ITEM, TOPIC_OF, CONTENT, SERIES_OF))
                .bind("changes", JSON.writeValueAsString(changes))
                .map(row -> Map.entry(required(row, 0, Long.class), required(row, 1, Integer.class)))
                .all()
                .collectMap(Map.Entry::getKey, Map.Entry::getValue);
    }

    /**
     * Those that are scheduled, and whose text no editor has saved. One that is due by its new time is published at once. A time
     * that an editor has given stays.
     */
    Mono<Set<Long>> reschedule(List<Change> changes) {
        return database.sql("""
            with entry as materialized (
                select news_id, identity->>'key' as import_key, title, summary, body, url, kind, series, topics, figures,
                    published_at, precision, image, urgency
                from jsonb_to_recordset(cast(:changes as jsonb)) as entry (news_id bigint, item jsonb), %s
            ), %s
            update draft w
            set publish_at = case
                    when w.publish_at is distinct from coalesce(d.stated_before, w.publish_at) then w.publish_at
                    else d.published_at
                end,
                content = d.content, failed_at = null, failure = null
            from (
                select e.news_id, e.published_at, i.published_at as stated_before, %s as content
                from entry e left join lateral %s s on true left join imported_item i on i.news_id = e.news_id
            ) d
            where w.id = d.news_id and w.publish_at is not null and w.written is null
            returning w.id\
            """.formatted(ITEM, TOPIC_OF, CONTENT, SERIES_OF))
                .bind("changes", JSON.writeValueAsString(changes))
                .mapValue(Long.class)
                .all()
                .collect(Collectors.toSet());
    }

    /**
     * What is to be remembered of an item.
     *
     * @param revision the one that the import made last
     */
    record Memory(long newsId, int revision, ItemIdentity identity, ItemVersion version) {}

    /** A source that gives an item ever new ids adds few of them. */
    Mono<Void> remember(List<Memory> memories, @Nullable String source) {
        return database.sql("""
            with entry as materialized (
                select news_id, revision, identity, version
                from jsonb_to_recordset(cast(:memories as jsonb)) as entry (
                    news_id bigint, revision integer, identity jsonb, version jsonb)
            ), remembered as (
                insert into imported_item as i (news_id, source, digest, published_at, updated_at, revision)
                select news_id, :source, version->>'digest', (version->>'published_at')::timestamptz,
                    (version->>'updated_at')::timestamptz, revision
                from entry
                on conflict (news_id) do update set
                    source = coalesce(i.source, excluded.source),
                    digest = excluded.digest,
                    published_at = coalesce(excluded.published_at, i.published_at),
                    updated_at = coalesce(excluded.updated_at, i.updated_at),
                    revision = case when i.revision = 0 then 0 else excluded.revision end
            )
            insert into import_key (key, news_id)
            select distinct on (key) key, news_id
            from entry cross join lateral (
                select identity->>'key' union all select jsonb_array_elements_text(identity->'guesses')
            ) as known (key)
            where (select count(*) from import_key k where k.news_id = entry.news_id) < 10
            order by key, news_id
            on conflict do nothing\
            """)
                .bind("memories", JSON.writeValueAsString(memories))
                .bind("source", orNull(source, String.class))
                .then();
    }

    /** A news item to retract, with the revision that the import made last. */
    record Deletion(long newsId, int revision, @Nullable String reason) {}

    /** The keys of those that were published or scheduled, and not revised by an editor. */
    Mono<Set<Long>> retract(List<Deletion> deletions) {
        String given = JSON.writeValueAsString(deletions);
        return keep(given).then(delete(given));
    }

    /** So that an editor can restore them. */
    private Mono<Void> keep(String deletions) {
        return database.sql("""
            select keep_retracted(array(
                select n.id
                from jsonb_to_recordset(cast(:deletions as jsonb)) as d (news_id bigint, revision integer)
                    join news n on n.id = d.news_id and n.revision <= d.revision))\
            """).bind("deletions", deletions).then();
    }

    private Mono<Set<Long>> delete(String given) {
        return database.sql("""
            with deletion as materialized (
                select news_id, revision
                from jsonb_to_recordset(cast(:deletions as jsonb)) as deletion (news_id bigint, revision integer)
            ), cancelled as (
                delete from draft
                where id = any(array(select news_id from deletion)) and publish_at is not null and written is null
                returning id
            ), retracted as (
                delete from news n using deletion d where n.id = d.news_id and n.revision <= d.revision returning n.id
            )
            select id from cancelled union all select id from retracted\
            """)
                .bind("deletions", given)
                .mapValue(Long.class)
                .all()
                .collect(Collectors.<Long>toSet())
                .delayUntil(gone -> database.sql("""
                    update retraction r set reason = d.reason
                    from jsonb_to_recordset(cast(:deletions as jsonb)) as d (news_id bigint, reason text)
                    where r.news_id = d.news_id and r.news_id = any(:gone) and d.reason is not null\
                    """)
                        .bind("deletions", given)
                        .bind("gone", gone.toArray(Long[]::new))
                        .then());
    }

    Mono<Boolean> hasImport(String source) {
        return database.sql("select exists (select from import where source = :source)")
                .bind("source", source)
                .mapValue(Boolean.class)
                .one();
    }

    /**
     * Adds synonyms, unless this source has been imported before.
     *
     * @param lines a word, an equals sign between blanks, and its synonym
     */
    Mono<Void> addSynonymsOnce(String source, List<String> lines) {
        return database.sql("""
            with first as (
                insert into import (source, added, known)
                select :source, cardinality(cast(:lines as text[])), 0
                where not exists (select from import where source = :source)
                returning source
            )
            insert into search_synonym (word, synonyms)
            select split_part(line, ' = ', 1), array[split_part(line, ' = ', 2)]
            from first cross join unnest(cast(:lines as text[])) line
            on conflict do nothing\
            """)
                .bind("source", source)
                .bind("lines", lines.toArray(String[]::new))
                .then();
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
