package se.utrop.editing;

import static se.utrop.sql.Columns.orNull;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

@Repository
class SeriesEditingRepository {

    private final DatabaseClient database;

    private final NameRepository names;

    private final JsonMapper json;

    SeriesEditingRepository(DatabaseClient database, JsonMapper json) {
        this.database = database;
        this.names = new NameRepository(database, "series", "series");
        this.json = json;
    }

    /** Keeps other editors from adding and changing series until the transaction ends. */
    Mono<Void> lock() {
        return database.sql("select pg_advisory_xact_lock(newsroom_lock('series'))")
                .then();
    }

    NameRepository names() {
        return names;
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
