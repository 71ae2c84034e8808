package se.utrop.editing;

import static se.utrop.sql.Columns.orNull;
import static se.utrop.sql.Columns.required;

import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import se.utrop.editing.Draft.Action;
import se.utrop.editing.Draft.Change;
import se.utrop.editing.Draft.PublicationFailure;
import se.utrop.editing.EditingRepository.Filing;
import se.utrop.paging.Position;
import se.utrop.paging.Window;
import se.utrop.series.Series;
import se.utrop.topic.Topic;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Drafts, scheduled ones included. They are read from the primary, and are in no cache. */
@Repository
class DraftRepository {

    private static final TypeReference<List<Topic>> TOPICS = new TypeReference<>() {};

    private static final TypeReference<Map<String, Long>> KEYS = new TypeReference<>() {};

    private static final TypeReference<Map<String, String>> UNITS = new TypeReference<>() {};

    private static final String STATE = """
        case
            when d.failed_at is not null then 'REFUSED'
            when d.publish_at is not null then 'SCHEDULED'
            when d.approved_by is not null then 'APPROVED'
            when d.review_requested_by is not null then 'IN_REVIEW'
            else 'WRITING'
        end\
        """;

    /** With the changes that {@code :changes} makes to the text. */
    private static final String SELECT = """
        select d.id, d.news_id, d.base_revision, d.version, %s, d.slug, cast(w.text as text), (
                select cast(coalesce(json_agg(json_build_object(
                    'key', t.id, 'slug', t.slug, 'name', t.name, 'description', t.description)
                    order by listed.position), '[]') as text)
                from jsonb_array_elements_text(w.topics) with ordinality as listed (slug, position)
                    join topic_slug known on known.slug = listed.slug join topic t on t.id = known.id
            ), (
                select %s from series s where s.slug = w.text->>'series'
            ), (
                select cast(coalesce(jsonb_object_agg(known.slug, known.id), '{}') as text)
                from jsonb_array_elements_text(w.topics) listed (slug) join topic_slug known on known.slug = listed.slug
            ), (
                select cast(coalesce(json_object_agg(f.name, coalesce(f.unit, '')), '{}') as text)
                from series_figure f join series s on s.id = f.series_id
                where s.slug = w.text->>'series' and not exists (
                    select from figure p join news own on own.id = p.news_id
                    where own.id = d.news_id and own.series_id = s.id
                        and p.name = f.name and p.unit is distinct from f.unit)
            ), d.slug is distinct from w.text->>'slug' and is_slug_taken(w.text->>'slug') and not own_slug.is_own,
            d.authors, d.scheduled_at, d.saved_at, d.review_requested_by, d.review_requested_at, d.approved_by,
            d.approved_at, d.publish_at, d.failed_at, d.failure, own_slug.is_own
        from draft d cross join lateral (
            select text, case jsonb_typeof(text->'topics') when 'array' then text->'topics' else '[]' end as topics
            from (select coalesce(d.written, as_written(d.content)) || cast(:changes as jsonb)) t (text)
        ) w cross join lateral (
            select exists (select from taken_slug where slug = w.text->>'slug' and news_id = d.news_id) as is_own
        ) own_slug
        """.formatted(STATE, Series.JSON);

    private static final String NO_CHANGES = "{}";

    private final DatabaseClient database;

    private final JsonMapper json;

    DraftRepository(DatabaseClient database, JsonMapper json) {
        this.database = database;
        this.json = json;
    }

    Mono<Draft> find(long key) {
        return database.sql(SELECT + "where d.id = :key")
                .bind("changes", NO_CHANGES)
                .bind("key", key)
                .map(this::draft)
                .one();
    }

    /** The draft with these changes to its text, as nobody else can change it until the transaction ends. */
    Mono<Draft> lock(long key, Map<String, ? extends @Nullable Object> changes) {
        return database.sql(SELECT + "where d.id = :key for update of d")
                .bind("changes", json.writeValueAsString(changes))
                .bind("key", key)
                .map(this::draft)
                .one();
    }

    /** The latest saved first. */
    Flux<Draft> latest(@Nullable List<DraftState> states, @Nullable Long newsKey, Window window) {
        Position after = window.after();
        return database.sql(SELECT + """
            where (d.saved_at, d.id) < (cast(:savedAt as timestamptz), :key)
                and (cast(:states as text[]) is null or %s = any(cast(:states as text[])))
                and (cast(:newsKey as bigint) is null or d.news_id = :newsKey)
            order by d.saved_at desc, d.id desc
            limit :limit\
            """.formatted(STATE))
                .bind("changes", NO_CHANGES)
                .bind("savedAt", after == null ? "infinity" : after.time().toString())
                .bind("key", after == null ? Long.MAX_VALUE : after.key())
                .bind("states", orNull(names(states), String[].class))
                .bind("newsKey", orNull(newsKey, Long.class))
                .bind("limit", window.size() + 1)
                .map(this::draft)
                .all();
    }

    private static String @Nullable [] names(@Nullable List<DraftState> states) {
        return states == null ? null : states.stream().map(Enum::name).toArray(String[]::new);
    }

    /** Those with a time, the earliest first. */
    Flux<Draft> scheduled(Window window) {
        Position after = window.after();
        return database.sql(SELECT + """
            where (d.publish_at, d.id) > (cast(:publishAt as timestamptz), :key)
            order by d.publish_at, d.id
            limit :limit\
            """)
                .bind("changes", NO_CHANGES)
                .bind("publishAt", after == null ? "-infinity" : after.time().toString())
                .bind("key", after == null ? 0 : after.key())
                .bind("limit", window.size() + 1)
                .map(this::draft)
                .all();
    }

    /** The key of the draft, which is the one that the news item will have. */
    Mono<Long> create(Map<String, ? extends @Nullable Object> written, String author) {
        return database.sql("""
            insert into draft (id, written, authors)
            values (nextval(pg_get_serial_sequence('news', 'id')), cast(:written as jsonb), array[:author])
            returning id\
            """)
                .bind("written", json.writeValueAsString(written))
                .bind("author", author)
                .mapValue(Long.class)
                .one();
    }

    /**
     * Adds a complete draft with a time. The key is the one that the news item will have.
     *
     * @param slug the slug that was chosen; null if it was made from the title
     */
    Mono<Long> schedule(PublishableNews news, @Nullable String slug, Instant publishAt, String author) {
        return database.sql("""
            insert into draft (id, slug, publish_at, content, written, authors)
            select nextval(pg_get_serial_sequence('news', 'id')), :slug, :publishAt, content,
                as_written(content) || jsonb_build_object('slug', cast(:chosen as text)), array[:author]
            from cast(:content as jsonb) content
            returning id\
            """)
                .bind("slug", news.slug())
                .bind("publishAt", publishAt)
                .bind("chosen", orNull(slug, String.class))
                .bind("author", author)
                .bind("content", json.writeValueAsString(news.content()))
                .mapValue(Long.class)
                .one();
    }

    /** The key of the draft of a change to a published news item; empty where there is none. */
    Mono<Long> createChange(long newsKey, Map<String, ? extends @Nullable Object> changes, String author) {
        return database.sql("""
            insert into draft (id, news_id, base_revision, written, authors)
            select nextval(pg_get_serial_sequence('news', 'id')), n.id, n.revision,
                as_written(content(n)) || jsonb_build_object(
                    'validUntil', (select valid_until from validity where news_id = n.id and not done)
                ) || cast(:changes as jsonb), array[:author]
            from news n
            where n.id = :newsKey
            returning id\
            """)
                .bind("newsKey", newsKey)
                .bind("changes", json.writeValueAsString(changes))
                .bind("author", author)
                .mapValue(Long.class)
                .one();
    }

    /**
     * Saves changes to the text, and withdraws the approval. The number of the new version.
     *
     * @param draft the draft with the revision that a change takes into account now
     * @param ready what is to be published, if the draft is scheduled; null if it isn't
     */
    Mono<Integer> save(
            Draft draft, Map<String, ? extends @Nullable Object> changes, @Nullable ReadyDraft ready, String author) {
        return database.sql("""
            update draft
            set written = coalesce(written, as_written(content)) || cast(:changes as jsonb), slug = :slug,
                content = %s, version = version + 1, saved_at = clock_timestamp(),
                base_revision = :baseRevision,
                authors = case when :author = any(authors) then authors else authors || cast(:author as text) end,
                approved_by = null, approved_at = null, failed_at = null, failure = null
            where id = :key
            returning version\
            """.formatted(CONTENT))
                .bind("changes", json.writeValueAsString(changes))
                .bind("slug", orNull(ready == null ? null : ready.reservedSlug(), String.class))
                .bind("content", orNull(ready == null ? null : content(ready), String.class))
                .bind("baseRevision", orNull(draft.baseRevision(), Integer.class))
                .bind("author", author)
                .bind("key", draft.key())
                .mapValue(Integer.class)
                .one();
    }

    /** With the key by which an import knows the item. */
    private static final String CONTENT = """
        cast(:content as jsonb) || jsonb_strip_nulls(jsonb_build_object(
            'importKey', coalesce(written->>'importKey', content->>'importKey')))\
        """;

    private String content(ReadyDraft ready) {
        ObjectNode content = json.valueToTree(ready.content());
        content.put("slug", ready.newSlug());
        content.put("note", ready.note());
        content.put(
                "significance",
                ready.significance() == null ? null : ready.significance().name());
        return json.writeValueAsString(content);
    }

    Mono<Void> delete(long key) {
        return database.sql("delete from draft where id = :key")
                .bind("key", key)
                .then();
    }

    Mono<Void> requestReview(long key, String editor) {
        return database.sql("""
            update draft set review_requested_by = :editor, review_requested_at = clock_timestamp() where id = :key\
            """).bind("editor", editor).bind("key", key).then();
    }

    Mono<Void> approve(long key, String editor) {
        return database.sql("update draft set approved_by = :editor, approved_at = clock_timestamp() where id = :key")
                .bind("editor", editor)
                .bind("key", key)
                .then();
    }

    /** Makes the draft ready for publication, now or, if there is a time, then. */
    Mono<Void> prepare(long key, ReadyDraft ready, @Nullable Instant publishAt) {
        return database.sql("""
            update draft
            set slug = :slug, content = %s, publish_at = :publishAt, failed_at = null, failure = null
            where id = :key\
            """.formatted(CONTENT))
                .bind("slug", orNull(ready.reservedSlug(), String.class))
                .bind("content", content(ready))
                .bind("publishAt", orNull(publishAt, Instant.class))
                .bind("key", key)
                .then();
    }

    Mono<Void> reschedule(long key, Instant publishAt) {
        return database.sql(
                        "update draft set publish_at = :publishAt, failed_at = null, failure = null where id = :key")
                .bind("publishAt", publishAt)
                .bind("key", key)
                .then();
    }

    /** Takes the draft off the schedule. Its slug is free again. The time at which it would have been published. */
    Mono<Instant> unschedule(long key) {
        return database.sql("""
            with due as materialized (
                select id, publish_at from draft where id = :key and publish_at is not null for update
            )
            update draft d
            set written = coalesce(written, as_written(content)), content = null, slug = null, publish_at = null,
                failed_at = null, failure = null
            from due
            where d.id = due.id
            returning due.publish_at\
            """).bind("key", key).mapValue(Instant.class).one();
    }

    /**
     * The number of the revision that this makes of a draft that is ready.
     *
     * @param publishedAt when it was published elsewhere before; null for now
     */
    Mono<Integer> publish(long key, @Nullable Instant publishedAt) {
        return database.sql("""
            select publish_draft(d, coalesce(cast(:publishedAt as timestamptz), clock_timestamp()))
            from draft d
            where id = :key\
            """)
                .bind("publishedAt", orNull(publishedAt, Instant.class))
                .bind("key", key)
                .mapValue(Integer.class)
                .one();
    }

    private Draft draft(Readable row) {
        Long newsKey = row.get(1, Long.class);
        String found = row.get(8, String.class);
        Series series = found == null ? null : json.readValue(found, Series.class);
        return new Draft(
                required(row, 0, Long.class),
                newsKey == null ? null : new Change(newsKey, required(row, 2, Integer.class)),
                required(row, 3, Integer.class),
                DraftState.valueOf(required(row, 4, String.class)),
                row.get(5, String.class),
                json.readValue(required(row, 6, String.class), DraftText.class),
                json.readValue(required(row, 7, String.class), TOPICS),
                series,
                filing(row, series == null ? null : series.key()),
                List.of(required(row, 12, String[].class)),
                required(row, 13, Instant.class),
                required(row, 14, Instant.class),
                action(row, 15),
                action(row, 17),
                row.get(19, Instant.class),
                failure(row, 20));
    }

    private Filing filing(Readable row, @Nullable Long series) {
        return new Filing(
                json.readValue(required(row, 9, String.class), KEYS),
                series,
                required(row, 11, Boolean.class),
                required(row, 22, Boolean.class),
                json.readValue(required(row, 10, String.class), UNITS));
    }

    private static @Nullable Action action(Readable row, int index) {
        String by = row.get(index, String.class);
        return by == null ? null : new Action(by, required(row, index + 1, Instant.class));
    }

    private static @Nullable PublicationFailure failure(Readable row, int index) {
        Instant at = row.get(index, Instant.class);
        return at == null ? null : new PublicationFailure(at, required(row, index + 1, String.class));
    }
}
