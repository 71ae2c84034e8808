package se.utrop.series;

import static se.utrop.sql.Columns.required;

import io.r2dbc.spi.Readable;
import java.util.Collection;
import java.util.List;
import java.util.Map;
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
        return database.sql("select id, slug, name, description from series order by name collate \"sv-SE-x-icu\", id")
                .map(SeriesRepository::series)
                .all();
    }

    Mono<Series> bySlug(String slug) {
        return database.sql("select id, slug, name, description from series where slug = :slug")
                .bind("slug", slug)
                .map(SeriesRepository::series)
                .one();
    }

    Flux<Series> byKeys(Collection<Long> keys) {
        return database.sql("select id, slug, name, description from series where id = any(:keys)")
                .bind("keys", keys.toArray(Long[]::new))
                .map(SeriesRepository::series)
                .all();
    }

    Flux<Series> bySlugs(Collection<String> slugs) {
        return database.sql("select id, slug, name, description from series where slug = any(:slugs)")
                .bind("slugs", slugs.toArray(String[]::new))
                .map(SeriesRepository::series)
                .all();
    }

    /** The names of the figures of each of these, in the order in which they were agreed; those without figures are absent. */
    Mono<Map<Long, List<String>>> figureNames(Collection<Long> keys) {
        return database.sql("""
            select series_id, array_agg(cast(name as text) order by number) from series_figure
            where series_id = any(:keys)
            group by series_id\
            """)
                .bind("keys", keys.toArray(Long[]::new))
                .map(row -> Map.entry(required(row, 0, Long.class), List.of(required(row, 1, String[].class))))
                .all()
                .collectMap(Map.Entry::getKey, Map.Entry::getValue);
    }

    private static Series series(Readable row) {
        return new Series(
                required(row, 0, Long.class),
                required(row, 1, String.class),
                required(row, 2, String.class),
                row.get(3, String.class));
    }
}
