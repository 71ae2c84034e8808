package se.utrop.editing;

import static se.utrop.sql.Columns.orNull;
import static se.utrop.sql.Columns.required;

import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;
import se.utrop.news.News;
import se.utrop.node.GlobalId;
import se.utrop.series.Series;
import se.utrop.topic.Topic;

/** The audit log, as editors read it. */
@Repository
class EditorialLogRepository {

    private final DatabaseClient database;

    EditorialLogRepository(DatabaseClient database) {
        this.database = database;
    }

    /**
     * The latest entries, newest first.
     *
     * @param before a number that the entries lie below
     * @param news the key of the news item that they are about; null for all
     */
    Mono<List<EditorialLogEntry>> find(long before, int limit, @Nullable Long news) {
        return database.sql("""
            select id, occurred_at, caller, action, news_id, topic_id, series_id, revision
            from editorial_log(:before, :limit, :news)
            order by id desc\
            """)
                .bind("before", before)
                .bind("limit", limit)
                .bind("news", orNull(news, Long.class))
                .map(EditorialLogRepository::entry)
                .all()
                .collectList();
    }

    private static EditorialLogEntry entry(Readable row) {
        return new EditorialLogEntry(
                required(row, 0, Long.class),
                required(row, 1, Instant.class),
                required(row, 2, String.class),
                required(row, 3, String.class),
                id(News.TYPE, row.get(4, Long.class)),
                id(Topic.TYPE, row.get(5, Long.class)),
                id(Series.TYPE, row.get(6, Long.class)),
                row.get(7, Integer.class));
    }

    private static @Nullable String id(char type, @Nullable Long key) {
        return key == null ? null : new GlobalId(type, key).toString();
    }
}
