package se.utrop.editing;

import static se.utrop.sql.Columns.orNull;
import static se.utrop.sql.Columns.required;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;
import se.utrop.news.Significance;
import se.utrop.text.Slug;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Published news, as editors change them. */
@Repository
class EditingRepository {

    private static final TypeReference<Map<String, Long>> KEYS = new TypeReference<>() {};

    private static final TypeReference<Map<String, String>> UNITS = new TypeReference<>() {};

    private final DatabaseClient database;

    private final JsonMapper json;

    EditingRepository(DatabaseClient database, JsonMapper json) {
        this.database = database;
        this.json = json;
    }

    /**
     * What is known of the slugs that a text refers to.
     *
     * @param topics keys by slug
     * @param isTaken whether another news item has, had or will have the slug
     * @param units what the series counts its figures in, by their names; empty for a bare number
     * @param isOwn whether this news item has or had it
     */
    record Filing(
            Map<String, Long> topics,
            @Nullable Long series,
            boolean isTaken,
            boolean isOwn,
            Map<String, String> units) {}

    /**
     * A text that isn't a slug is unknown; the database may not even be able to read it.
     *
     * @param key of the news item that the text is of; 0 for a new one
     */
    Mono<Filing> filing(Collection<String> topics, @Nullable String series, @Nullable String slug, long key) {
        return database.sql("""
            select
                (select cast(coalesce(json_object_agg(slug, id), '{}') as text) from topic_slug where slug = any(:topics)),
                (select id from series where slug = :series),
                is_slug_taken(:slug),
                exists (select from taken_slug where slug = :slug and news_id = :key),
                (
                    select cast(coalesce(json_object_agg(name, coalesce(unit, '')), '{}') as text)
                    from series_figure
                    where series_id = coalesce(
                        (select id from series where slug = :series), (select series_id from news where id = :key))
                        and not exists (
                            select from figure p join news own on own.id = p.news_id
                            where own.id = :key and own.series_id = series_figure.series_id
                                and p.name = series_figure.name and p.unit is distinct from series_figure.unit)
                )\
            """)
                .bind("key", key)
                .bind("topics", topics.stream().filter(Slug::isSlug).toArray(String[]::new))
                .bind("series", orNull(slugOrNull(series), String.class))
                .bind("slug", orNull(slugOrNull(slug), String.class))
                .map(row -> new Filing(
                        json.readValue(required(row, 0, String.class), KEYS),
                        row.get(1, Long.class),
                        required(row, 2, Boolean.class) && !required(row, 3, Boolean.class),
                        required(row, 3, Boolean.class),
                        json.readValue(required(row, 4, String.class), UNITS)))
                .one();
    }

    private static @Nullable String slugOrNull(@Nullable String text) {
        return text != null && Slug.isSlug(text) ? text : null;
    }

    /** The wish, or the wish with a number: nobody else gets it until the transaction ends. */
    Mono<String> freeSlug(String wish) {
        return database.sql("select free_slug(:wish)")
                .bind("wish", wish)
                .mapValue(String.class)
                .one();
    }

    /** Whether nobody else has the slug, or gets it until the transaction ends. Waits no longer than a second. */
    Mono<Boolean> claimSlug(String slug) {
        return database.sql("select claim_slug(:slug, '1s')")
                .bind("slug", slug)
                .mapValue(Boolean.class)
                .one();
    }

    /** The news item's key. */
    Mono<Long> publish(PublishableNews news) {
        return database.sql("""
            select key from nextval(pg_get_serial_sequence('news', 'id')) key,
                publish(key, :slug, cast(:content as jsonb), coalesce(cast(:publishedAt as timestamptz), clock_timestamp())),
                set_validity(key, cast(cast(:content as jsonb)->>'validUntil' as timestamptz))\
            """)
                .bind("publishedAt", orNull(news.publishedAt(), Instant.class))
                .bind("slug", news.slug())
                .bind("content", json.writeValueAsString(news.content()))
                .mapValue(Long.class)
                .one();
    }

    /** The revision that the news item is at until the transaction ends; empty where there is no such news item. */
    Mono<Integer> lock(long key) {
        return database.sql("select revision from news where id = :key for update")
                .bind("key", key)
                .mapValue(Integer.class)
                .one();
    }

    Mono<Boolean> isRetracted(long key) {
        return database.sql("select exists (select from retraction where news_id = :key)")
                .bind("key", key)
                .mapValue(Boolean.class)
                .one();
    }

    /**
     * What a news item states now.
     *
     * @param refused the paths of texts that the database doesn't take again
     */
    record PresentContent(StoredContent content, List<String> refused) {}

    Mono<PresentContent> content(long key) {
        return database.sql("""
            select cast(content(n) || jsonb_build_object(
                'validUntil', (select valid_until from validity where news_id = n.id)) as text), refused_texts(content(n))
            from news n
            where id = :key\
            """)
                .bind("key", key)
                .map(row -> new PresentContent(
                        json.readValue(required(row, 0, String.class), StoredContent.class),
                        List.of(required(row, 1, String[].class))))
                .one();
    }

    /** The number of the revision that this makes. */
    Mono<Integer> revise(long key, StoredContent content, @Nullable String note, Significance significance) {
        return database.sql("""
            select revise(:key, cast(:content as jsonb), :note, :significance)
            from set_validity(:key, cast(cast(:content as jsonb)->>'validUntil' as timestamptz))\
            """)
                .bind("key", key)
                .bind("content", json.writeValueAsString(content))
                .bind("note", orNull(note, String.class))
                .bind("significance", significance.name())
                .mapValue(Integer.class)
                .one();
    }

    /** Gives the news item a slug that is its own or claimed. Its former ones lead to it still. */
    Mono<Void> move(long key, String slug) {
        return database.sql("update news set slug = :slug where id = :key and slug <> :slug")
                .bind("slug", slug)
                .bind("key", key)
                .then();
    }

    Mono<String> slug(long key) {
        return database.sql("select slug from news where id = :key")
                .bind("key", key)
                .mapValue(String.class)
                .one();
    }

    /** The number of the revision that this makes; empty where the news item is withdrawn already. */
    Mono<Integer> withdraw(long key, @Nullable String reason) {
        return revision("select withdraw(:key, :text)", key, reason);
    }

    /** Takes a withdrawal back, and gives the number of the revision that this makes; empty where there is none. */
    Mono<Integer> putBack(long key, @Nullable String note) {
        return revision("select put_back(:key, :text)", key, note);
    }

    /**
     * The paths of the title, the summary and the body of a retracted news item that the database doesn't take again; empty where its
     * text is gone.
     */
    Mono<List<String>> refusedTexts(long key) {
        return database.sql("""
            select array(
                select path from unnest(refused_texts(kept->'content')) path where path in ('title', 'summary', 'body'))
            from retracted_news
            where news_id = :key\
            """).bind("key", key).mapValue(String[].class).one().map(List::of);
    }

    /** Publishes a retracted news item again, and gives the number of its revision; empty where its text is gone. */
    Mono<Integer> restore(long key, @Nullable String note, Map<String, String> corrections) {
        return database.sql("""
            select number from restore_news(:key, :note, cast(:corrections as jsonb)) number where number is not null\
            """)
                .bind("key", key)
                .bind("note", orNull(note, String.class))
                .bind("corrections", json.writeValueAsString(corrections))
                .mapValue(Integer.class)
                .one();
    }

    private Mono<Integer> revision(String function, long key, @Nullable String text) {
        return database.sql("select number from (%s) done (number) where number is not null".formatted(function))
                .bind("key", key)
                .bind("text", orNull(text, String.class))
                .mapValue(Integer.class)
                .one();
    }

    /** Keeps the text of a news item that is about to be retracted. */
    Mono<Void> keep(long key) {
        return database.sql("select keep_retracted(array[:key])")
                .bind("key", key)
                .then();
    }

    /** Deletes texts that have been kept for so long, and gives their number. */
    Mono<Integer> purge(Duration age) {
        return database.sql("select purge_retracted(cast(:age as interval))")
                .bind("age", age.toString())
                .mapValue(Integer.class)
                .one();
    }

    Mono<Void> retract(long key, String reason) {
        return database.sql("delete from news where id = :key")
                .bind("key", key)
                .then()
                .then(database.sql("update retraction set reason = :reason where news_id = :key")
                        .bind("reason", reason)
                        .bind("key", key)
                        .then());
    }
}
