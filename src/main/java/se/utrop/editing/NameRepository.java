package se.utrop.editing;

import static se.utrop.sql.Columns.orNull;

import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;
import se.utrop.text.Slug;

/** The names, slugs and descriptions of a table whose rows have all three. */
class NameRepository {

    private final DatabaseClient database;

    private final String table;

    private final String slugTable;

    /** @param slugTable has every slug that is taken: the table itself, or that of its former slugs too */
    NameRepository(DatabaseClient database, String table, String slugTable) {
        this.database = database;
        this.table = table;
        this.slugTable = slugTable;
    }

    /** Empty if there is none, and if the text isn't a slug. */
    Mono<Long> key(String slug) {
        return Mono.just(slug)
                .filter(Slug::isSlug)
                .flatMap(known -> database.sql("select id from " + table + " where slug = :slug")
                        .bind("slug", known)
                        .mapValue(Long.class)
                        .one());
    }

    /** Whether a row other than this one has the name: case, blanks and what nobody sees don't count. */
    Mono<Boolean> isNamed(String name, long except) {
        return database.sql("""
            select exists (
                select from %s where lower(topic_key(name)) = lower(topic_key(:name)) and id <> :except)\
            """.formatted(table))
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
                from generate_series(1, (select count(*) + 1 from %1$s)) number
            ) numbered (number, candidate)
            where not exists (select from %1$s where slug = candidate)
            order by number
            limit 1\
            """.formatted(slugTable))
                .bind("wish", wish)
                .mapValue(String.class)
                .one();
    }

    Mono<Void> describe(long key, @Nullable String description) {
        return database.sql("update " + table + " set description = :description where id = :key")
                .bind("description", orNull(description, String.class))
                .bind("key", key)
                .then();
    }
}
