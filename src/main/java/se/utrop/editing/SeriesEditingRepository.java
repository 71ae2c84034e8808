package se.utrop.editing;

import static se.utrop.sql.Columns.orNull;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;
import se.utrop.text.Slug;
import tools.jackson.databind.json.JsonMapper;

@Repository
class SeriesEditingRepository {

    private final DatabaseClient database;

    private final JsonMapper json;

    SeriesEditingRepository(DatabaseClient database, JsonMapper json) {
        this.database = database;
        this.json = json;
    }

    /** Keeps other editors from adding and changing series until the transaction ends. */
    Mono<Void> lock() {
        return database.sql("select pg_advisory_xact_lock(newsroom_lock('series'))")
                .then();
    }

    /** Empty where there is none, and where it is no slug. */
    Mono<Long> key(String slug) {
        return Mono.just(slug)
                .filter(Slug::isSlug)
                .flatMap(known -> database.sql("select id from series where slug = :slug")
                        .bind("slug", known)
                        .mapValue(Long.class)
                        .one());
    }

    /** Whether a series other than this one has the name: case, blanks and what nobody sees don't count. */
    Mono<Boolean> isNamed(String name, long except) {
        return database.sql("""
            select exists (
                select from series where lower(topic_key(name)) = lower(topic_key(:name)) and id <> :except)\
            """)
                .bind("name", name)
                .bind("except", except)
                .mapValue(Boolean.class)
                .one();
    }

    /** The wish, or the wish with a number. */
    Mono<String> freeSlug(String wish) {
        return database.sql("""
            select candidate
            from (
                select number, case when number = 1 then :wish else :wish || '-' || number end
                from generate_series(1, (select count(*) + 1 from series)) number
            ) numbered (number, candidate)
            where not exists (select from series where slug = candidate)
            order by number
            limit 1\
            """).bind("wish", wish).mapValue(String.class).one();
    }

    Mono<Long> create(String slug, String name, @Nullable String description) {
        return database.sql("""
            insert into series (slug, name, description) values (:slug, :name, :description) returning id\
            """)
                .bind("slug", slug)
                .bind("name", name)
                .bind("description", orNull(description, String.class))
                .mapValue(Long.class)
                .one();
    }

    Mono<Void> rename(long key, String name) {
        return database.sql("update series set name = :name where id = :key and name <> :name")
                .bind("name", name)
                .bind("key", key)
                .then();
    }

    Mono<Void> describe(long key, @Nullable String description) {
        return database.sql("update series set description = :description where id = :key")
                .bind("description", orNull(description, String.class))
                .bind("key", key)
                .then();
    }

    /** What the figures of these names are called and counted in from now on. */
    Mono<Void> setFigures(long key, List<SeriesFigure> figures) {
        return figures.isEmpty()
                ? Mono.empty()
                : database.sql("select set_figures(:key, cast(:figures as jsonb))")
                        .bind("key", key)
                        .bind("figures", json.writeValueAsString(figures))
                        .then();
    }
}
