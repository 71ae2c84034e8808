package se.utrop.news;

import static se.utrop.sql.Columns.required;

import io.r2dbc.spi.Readable;
import java.time.Instant;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;
import se.utrop.database.ReadDatabase;

@Repository
class RetractionRepository {

    private final DatabaseClient database;

    RetractionRepository(ReadDatabase reads) {
        this.database = DatabaseClient.create(reads.connections());
    }

    /** The retraction of the news item that had this slug, as its last or before. */
    Mono<Retraction> bySlug(String slug) {
        return database.sql("""
            select slug, published_at, retracted_at, reason from retraction
            where news_id = coalesce(
                (select news_id from retraction where slug = :slug),
                (select news_id from taken_slug where slug = :slug))\
            """)
                .bind("slug", slug)
                .map(RetractionRepository::retraction)
                .one();
    }

    private static Retraction retraction(Readable row) {
        return new Retraction(
                required(row, 0, String.class),
                required(row, 1, Instant.class),
                required(row, 2, Instant.class),
                row.get(3, String.class));
    }
}
