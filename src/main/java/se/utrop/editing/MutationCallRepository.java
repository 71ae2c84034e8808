package se.utrop.editing;

import static se.utrop.sql.Columns.orNull;
import static se.utrop.sql.Columns.required;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** The results of calls by idempotency key, and the audit log. */
@Repository
class MutationCallRepository {

    private final DatabaseClient database;

    private final JsonMapper json;

    private final PublishProperties.@Nullable SynchronousCommit commit;

    MutationCallRepository(DatabaseClient database, JsonMapper json, PublishProperties properties) {
        this.database = database;
        this.json = json;
        this.commit = properties.synchronous();
    }

    /** Has the transaction's commit wait as it is set to. */
    Mono<Void> setSynchronousCommit() {
        return commit == null
                ? Mono.empty()
                : database.sql("select " + commit.sql()).then();
    }

    /** A few calls that nobody will repeat any more give room. */
    Mono<Void> forget(Duration age) {
        return database.sql("""
            delete from idempotent_call where (caller, key) in (
                select caller, key from idempotent_call
                where called_at < clock_timestamp() - cast(:age as interval)
                order by called_at
                limit 10
                for update skip locked)\
            """).bind("age", age.toString()).then();
    }

    /** Whether the call is the first under its key. Waits for one that is under way. */
    Mono<Boolean> isFirst(String caller, String key, MutationCall call) {
        return database.sql("""
            insert into idempotent_call (caller, key, operation, input)
            values (:caller, :key, :operation, :input)
            on conflict do nothing\
            """)
                .bind("caller", caller)
                .bind("key", key)
                .bind("operation", call.action())
                .bind("input", call.input())
                .fetch()
                .rowsUpdated()
                .map(inserted -> inserted == 1);
    }

    /** What the same call answered before; empty where the key was used for another. */
    Mono<MutationResult> outcome(String caller, String key, MutationCall call) {
        return database.sql("""
            select cast(result as text) from idempotent_call
            where caller = :caller and key = :key and operation = :operation and input = :input\
            """)
                .bind("caller", caller)
                .bind("key", key)
                .bind("operation", call.action())
                .bind("input", call.input())
                .map(row -> json.readValue(required(row, 0, String.class), MutationResult.class))
                .one();
    }

    Mono<Void> keep(String caller, String key, MutationResult outcome) {
        return database.sql("""
            update idempotent_call set result = cast(:result as jsonb)
            where caller = :caller and key = :key\
            """)
                .bind("result", json.writeValueAsString(outcome))
                .bind("caller", caller)
                .bind("key", key)
                .then();
    }

    Mono<Void> audit(String caller, String action, MutationResult outcome, @Nullable String key) {
        boolean isOfTopic = action.endsWith("Topic") || action.endsWith("Topics");
        boolean isOfSeries = action.endsWith("Series");
        return database.sql("""
            insert into audit (caller, action, news_id, topic_id, series_id, revision, idempotency_key)
            values (:caller, :action, :news, :topic, :series, :revision, :key)\
            """)
                .bind("caller", caller)
                .bind("action", action)
                .bind("news", orNull(isOfTopic || isOfSeries ? null : outcome.key(), Long.class))
                .bind("topic", orNull(isOfTopic ? outcome.key() : null, Long.class))
                .bind("series", orNull(isOfSeries ? outcome.key() : null, Long.class))
                .bind("revision", orNull(outcome.revision(), Integer.class))
                .bind("key", orNull(key, String.class))
                .then();
    }
}
