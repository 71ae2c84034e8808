package se.utrop.topic;

import static se.utrop.database.Columns.required;

import io.r2dbc.spi.Readable;
import java.util.Collection;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@Repository
class TopicRepository {

    private final DatabaseClient database;

    TopicRepository(DatabaseClient database) {
        this.database = database;
    }

    Flux<Topic> all(boolean counted) {
        return select(counted, "order by t.name collate \"sv-SE-x-icu\", t.id")
                .map(TopicRepository::topic)
                .all();
    }

    Mono<Topic> bySlug(String slug, boolean counted) {
        return select(counted, "where t.slug = :slug")
                .bind("slug", slug)
                .map(TopicRepository::topic)
                .one();
    }

    Flux<Topic> byKeys(Collection<Long> keys, boolean counted) {
        return select(counted, "where t.id = any(:keys)")
                .bind("keys", keys.toArray(Long[]::new))
                .map(TopicRepository::topic)
                .all();
    }

    private GenericExecuteSpec select(boolean counted, String which) {
        String count = "(select count(*) from news_topic nt where nt.topic_id = t.id)";
        return database.sql("select t.id, t.slug, t.name, t.description, %s from topic t %s"
                .formatted(counted ? count : "null::bigint", which));
    }

    Flux<NewsCount> newsCounts(Collection<Long> keys) {
        return database.sql("""
            select topic_id, count(*)
            from news_topic
            where topic_id = any(:keys)
            group by topic_id
            """)
                .bind("keys", keys.toArray(Long[]::new))
                .map(row -> new NewsCount(required(row, 0, Long.class), required(row, 1, Integer.class)))
                .all();
    }

    private static Topic topic(Readable row) {
        return new Topic(
                required(row, 0, Long.class),
                required(row, 1, String.class),
                required(row, 2, String.class),
                row.get(3, String.class),
                row.get(4, Integer.class));
    }

    record NewsCount(long topic, int count) {}
}
