package se.utrop.series;

import static se.utrop.sql.Columns.required;

import io.r2dbc.spi.Readable;
import java.util.Collection;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import se.utrop.database.ReadDatabase;

@Repository
class SeriesRepository {

    private final DatabaseClient database;

    SeriesRepository(ReadDatabase reads) {
        this.database = DatabaseClient.create(reads.connections());
    }

    Flux<Series> all() {
        return database.sql("select id, slug, name from series order by name collate \"sv-SE-x-icu\", id")
                .map(SeriesRepository::series)
                .all();
    }

    Mono<Series> bySlug(String slug) {
        return database.sql("select id, slug, name from series where slug = :slug")
                .bind("slug", slug)
                .map(SeriesRepository::series)
                .one();
    }

    Flux<Series> byKeys(Collection<Long> keys) {
        return database.sql("select id, slug, name from series where id = any(:keys)")
                .bind("keys", keys.toArray(Long[]::new))
                .map(SeriesRepository::series)
                .all();
    }

    Flux<Series> bySlugs(Collection<String> slugs) {
        return database.sql("select id, slug, name from series where slug = any(:slugs)")
                .bind("slugs", slugs.toArray(String[]::new))
                .map(SeriesRepository::series)
                .all();
    }

    private static Series series(Readable row) {
        return new Series(required(row, 0, Long.class), required(row, 1, String.class), required(row, 2, String.class));
    }
}
