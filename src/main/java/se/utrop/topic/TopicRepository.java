package se.utrop.topic;

import static se.utrop.sql.Columns.required;

import io.r2dbc.spi.Readable;
import java.util.Collection;
import java.util.Map;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import se.utrop.database.ReadDatabase;

@Repository
class TopicRepository {

    private final DatabaseClient database;

    TopicRepository(ReadDatabase reads) {
        this.database = DatabaseClient.create(reads.connections());
    }

    /** All topics in alphabetical order. */
    Flux<Topic> all() {
        return database.sql("select id, slug, name, description from topic order by name collate \"sv-SE-x-icu\", id")
                .map(TopicRepository::topic)
                .all();
    }

    /** The topics that were merged into others. */
    Flux<MergedTopic> merged() {
        return database.sql("""
            select null::bigint, slug, topic_id from former_topic_slug
            union all
            select id, null, topic_id from merged_topic\
            """)
                .map(row ->
                        new MergedTopic(row.get(0, Long.class), row.get(1, String.class), required(row, 2, Long.class)))
                .all();
    }

    /** The number of news of each topic; topics without news are absent. */
    Mono<Map<Long, Integer>> newsCounts(Collection<Long> keys) {
        return database.sql(
                        "select topic_id, count from news_count where topic_id = any(:keys) and month = '-infinity'")
                .bind("keys", keys.toArray(Long[]::new))
                .map(row -> Map.entry(required(row, 0, Long.class), required(row, 1, Integer.class)))
                .all()
                .collectMap(Map.Entry::getKey, Map.Entry::getValue);
    }

    private static Topic topic(Readable row) {
        return new Topic(
                required(row, 0, Long.class),
                required(row, 1, String.class),
                required(row, 2, String.class),
                row.get(3, String.class));
    }
}
