package se.utrop.topic;

import static se.utrop.database.Columns.required;

import io.r2dbc.spi.Readable;
import java.util.Collection;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@Repository
class TopicRepository {

    private final DatabaseClient database;

    TopicRepository(DatabaseClient database) {
        this.database = database;
    }

    Flux<Topic> all() {
        return database.sql("""
            select id, slug, name, description
            from topic
            order by name collate "sv-SE-x-icu", id
            """).map(TopicRepository::topic).all();
    }

    Mono<Topic> bySlug(String slug) {
        return database.sql("select id, slug, name, description from topic where slug = :slug")
                .bind("slug", slug)
                .map(TopicRepository::topic)
                .one();
    }

    Flux<Topic> byKeys(Collection<Long> keys) {
        return database.sql("select id, slug, name, description from topic where id = any(:keys)")
                .bind("keys", keys.toArray(Long[]::new))
                .map(TopicRepository::topic)
                .all();
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
                row.get(3, String.class));
    }

    record NewsCount(long topic, int count) {}
}
