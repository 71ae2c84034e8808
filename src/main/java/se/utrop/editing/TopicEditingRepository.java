package se.utrop.editing;

import static se.utrop.sql.Columns.orNull;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;
import se.utrop.text.Slug;

@Repository
class TopicEditingRepository {

    private final DatabaseClient database;

    private final NameRepository names;

    TopicEditingRepository(DatabaseClient database) {
        this.database = database;
        this.names = new NameRepository(database, "topic", "topic_slug");
    }

    /** Keeps other editors from adding and changing topics until the transaction ends. */
    Mono<Void> lock() {
        return database.sql("select lock_topics()").then();
    }

    NameRepository names() {
        return names;
    }

    /** Whether the slug leads to a topic, if only because it was merged. */
    Mono<Boolean> isTaken(String slug) {
        return Slug.isSlug(slug)
                ? database.sql("select exists (select from topic_slug where slug = :slug)")
                        .bind("slug", slug)
                        .mapValue(Boolean.class)
                        .one()
                : Mono.just(false);
    }

    /** Empty where another transaction has just taken the name or slug. */
    Mono<Long> create(String slug, String name, @Nullable String description) {
        return database.sql("""
            select key from create_topic(:slug, :name, :description) key where key is not null\
            """)
                .bind("slug", slug)
                .bind("name", name)
                .bind("description", orNull(description, String.class))
                .mapValue(Long.class)
                .one();
    }

    /** For the statements of this transaction, in the place of the session's own. */
    Mono<Void> setTimeLimit(Duration limit) {
        return database.sql("select set_config('statement_timeout', :limit, true)")
                .bind("limit", limit.toMillis() + "ms")
                .then();
    }

    /** Files the news of one topic under the other, and deletes it. Its slug leads to the other from now on. */
    Mono<Void> merge(long from, long into) {
        return database.sql("select merge_topics(:from, :into)")
                .bind("from", from)
                .bind("into", into)
                .then();
    }

    /** False where news are filed under the topic. */
    Mono<Boolean> delete(long key) {
        return database.sql("select delete_topic(:key)")
                .bind("key", key)
                .mapValue(Boolean.class)
                .one();
    }

    /** False where another transaction has just taken the name. */
    Mono<Boolean> rename(long key, String name) {
        return database.sql("select rename_topic(:key, :name)")
                .bind("name", name)
                .bind("key", key)
                .mapValue(Boolean.class)
                .one();
    }
}
