package se.utrop.news;

import static se.utrop.sql.Columns.required;

import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;
import se.utrop.database.ReadDatabase;

@Repository
class RevisionRepository {

    private final DatabaseClient database;

    RevisionRepository(ReadDatabase reads) {
        this.database = DatabaseClient.create(reads.connections());
    }

    /**
     * The versions of each of these news, newest first.
     *
     * @param before a number that the versions lie below
     * @param withBody whether to read the body, by far the longest column
     */
    Mono<Map<Long, List<Revision>>> find(long before, int limit, boolean withBody, Collection<Long> newsKeys) {
        return database.sql("""
            select o.id, r.number, r.published_at, r.title, r.summary, %s, r.note, r.significance
            from unnest(:keys) as o (id) cross join lateral (
                select * from revision
                where news_id = o.id and number < :before
                order by number desc
                limit :limit
            ) r
            order by o.id, r.number desc
            """.formatted(withBody ? "r.body" : "null::text"))
                .bind("keys", newsKeys.toArray(Long[]::new))
                .bind("before", before)
                .bind("limit", limit)
                .map(row -> Map.entry(required(row, 0, Long.class), revision(row)))
                .all()
                .collect(Collectors.groupingBy(
                        Map.Entry::getKey, Collectors.mapping(Map.Entry::getValue, Collectors.toList())))
                .doOnNext(found -> newsKeys.forEach(key -> found.putIfAbsent(key, List.of())));
    }

    /** The corrections of each of these news, newest first. */
    Mono<Map<Long, List<Revision>>> corrections(boolean withBody, Collection<Long> newsKeys) {
        return database.sql("""
            select r.news_id, r.number, r.published_at, r.title, r.summary, %s, r.note, r.significance
            from revision r
            where r.news_id = any(:keys) and r.significance = 'CORRECTION'
            order by r.news_id, r.number desc
            """.formatted(withBody ? "r.body" : "null::text"))
                .bind("keys", newsKeys.toArray(Long[]::new))
                .map(row -> Map.entry(required(row, 0, Long.class), revision(row)))
                .all()
                .collect(Collectors.groupingBy(
                        Map.Entry::getKey, Collectors.mapping(Map.Entry::getValue, Collectors.toList())))
                .doOnNext(found -> newsKeys.forEach(key -> found.putIfAbsent(key, List.of())));
    }

    private static Revision revision(Readable row) {
        return new Revision(
                required(row, 1, Integer.class),
                required(row, 2, Instant.class),
                required(row, 3, String.class),
                required(row, 4, String.class),
                row.get(5, String.class),
                row.get(6, String.class),
                Significance.valueOf(required(row, 7, String.class)));
    }
}
