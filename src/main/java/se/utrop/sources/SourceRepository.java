package se.utrop.sources;

import static se.utrop.sql.Columns.orNull;
import static se.utrop.sql.Columns.required;

import io.r2dbc.spi.Readable;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.r2dbc.core.DatabaseClient.GenericExecuteSpec;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import se.utrop.sources.Claim.Progress;

/**
 * The state of the sources, and the leases on them. A lease is a row with an expiry by the clock of the database: unlike an
 * advisory lock of a session, it works through a connection pooler in transaction mode, and a node that loses its network
 * keeps it no longer than one that is killed.
 */
@Repository
class SourceRepository {

    private final DatabaseClient database;

    SourceRepository(DatabaseClient database) {
        this.database = database;
    }

    /** Begins to follow sources. What is known of one that was followed by other settings is forgotten. */
    Mono<Void> register(Collection<SourceSettings> sources) {
        return withSettings(sources, """
            insert into source as known (name, settings)
            select * from unnest(cast(:names as text[]), cast(:settings as text[]))
            on conflict (name) do update set settings = excluded.settings, due_at = excluded.due_at,
                lease = null, leased_until = null, moved_to = null, etag = null, last_modified = null,
                content_digest = null, failures = 0
            where known.settings <> excluded.settings\
            """).then();
    }

    private GenericExecuteSpec withSettings(Collection<SourceSettings> sources, String sql) {
        return database.sql(sql)
                .bind("names", sources.stream().map(SourceSettings::name).toArray(String[]::new))
                .bind("settings", sources.stream().map(SourceSettings::digest).toArray(String[]::new));
    }

    /** Takes the lease on a source that is due and that no other node holds. Empty where there is none. */
    Mono<Claim> claim(Collection<SourceSettings> sources, Duration lease) {
        return withSettings(sources, """
            with due as (
                select name, announced
                from unnest(cast(:names as text[]), cast(:settings as text[])) as mine (name, settings)
                    join source using (name, settings)
                where due_at <= clock_timestamp() and (leased_until is null or leased_until <= clock_timestamp())
                order by due_at
                limit 1
                for update of source skip locked
            )
            update source s
            set lease = gen_random_uuid(), leased_until = clock_timestamp() + cast(:lease as interval), announced = false
            from due
            where s.name = due.name
            returning s.name, s.lease, due.announced, s.failures, s.moved_to, s.etag, s.last_modified, s.content_digest,
                s.ttl_seconds, s.hub, s.topic\
            """)
                .bind("lease", lease.toString())
                .map(SourceRepository::claim)
                .one();
    }

    private static Claim claim(Readable row) {
        return new Claim(
                required(row, 0, String.class),
                required(row, 1, UUID.class),
                required(row, 2, Boolean.class),
                required(row, 3, Integer.class),
                new Progress(
                        address(row, 4),
                        row.get(5, String.class),
                        row.get(6, String.class),
                        row.get(7, String.class),
                        Duration.ofSeconds(required(row, 8, Integer.class)),
                        address(row, 9),
                        address(row, 10)));
    }

    private static @Nullable URI address(Readable row, int index) {
        String address = row.get(index, String.class);
        return address == null ? null : URI.create(address);
    }

    /** How long until a source is due or its lease expires. */
    Mono<Duration> untilDue(Collection<SourceSettings> sources) {
        return withSettings(sources, """
            select cast(ceil(extract(epoch from min(greatest(due_at, leased_until)) - clock_timestamp()) * 1000) as bigint)
            from unnest(cast(:names as text[]), cast(:settings as text[])) as mine (name, settings)
                join source using (name, settings)
            having count(*) > 0\
            """)
                .map(row -> Duration.ofMillis(required(row, 0, Long.class)))
                .one();
    }

    /** Whether the node still holds the lease; it then holds it for longer. */
    Mono<Boolean> renew(Claim claim, Duration lease) {
        return database.sql("""
            update source set leased_until = clock_timestamp() + cast(:duration as interval)
            where name = :name and lease = :lease\
            """)
                .bind("duration", lease.toString())
                .bind("name", claim.source())
                .bind("lease", claim.lease())
                .fetch()
                .rowsUpdated()
                .map(updated -> updated == 1);
    }

    /**
     * Notes a success, and gives the lease back.
     *
     * @return whether the node still held the lease
     */
    Mono<Boolean> succeed(Claim claim, Progress progress, Duration pause) {
        return release(claim, pause, """
            moved_to = :moved, etag = :etag, last_modified = :modified, content_digest = :digest, ttl_seconds = :ttl,
            hub = :hub, topic = :topic, succeeded_at = clock_timestamp(), failures = 0, last_error = null\
            """)
                .bind("moved", address(progress.movedTo()))
                .bind("etag", orNull(progress.etag(), String.class))
                .bind("modified", orNull(progress.lastModified(), String.class))
                .bind("digest", orNull(progress.digest(), String.class))
                .bind("ttl", Math.toIntExact(progress.ttl().toSeconds()))
                .bind("hub", address(progress.hub()))
                .bind("topic", address(progress.topic()))
                .fetch()
                .rowsUpdated()
                .map(updated -> updated == 1);
    }

    private static Object address(@Nullable URI address) {
        return orNull(address == null ? null : address.toString(), String.class);
    }

    /** Notes a failure, and gives the lease back. The next request goes to the address in the settings. */
    Mono<Void> fail(Claim claim, String error, Duration pause) {
        return release(claim, pause, """
            failures = failures + 1, failed_at = clock_timestamp(), last_error = :error, moved_to = null\
            """).bind("error", error).then();
    }

    /** A source that was announced meanwhile is due again at once. */
    private GenericExecuteSpec release(Claim claim, Duration pause, String changes) {
        return database.sql("""
            update source set lease = null, leased_until = null,
                due_at = clock_timestamp() + case when announced then interval '0' else cast(:pause as interval) end,
                %s
            where name = :name and lease = :lease\
            """.formatted(changes))
                .bind("pause", pause.toString())
                .bind("name", claim.source())
                .bind("lease", claim.lease());
    }

    /** New content was announced: the source is due at once, on any node. */
    Mono<Void> announce(String source) {
        return database.sql("""
            update source set announced = true, due_at = least(due_at, clock_timestamp()) where name = :name\
            """).bind("name", source).then();
    }

    /**
     * What operators want to know of a source.
     *
     * @param subscribedUntil when the WebSub subscription ends; null without one
     */
    record State(
            String source,
            @Nullable Instant lastSuccess,
            @Nullable Instant lastFailure,
            int failures,
            @Nullable String lastError,
            Instant nextRequest,
            @Nullable Instant subscribedUntil) {}

    Flux<State> states(List<String> names) {
        return database.sql("""
            select name, succeeded_at, failed_at, failures, s.last_error, due_at, confirmed_until
            from source s left join source_subscription on source = name
            where name = any(:names)
            order by name\
            """)
                .bind("names", names.toArray(String[]::new))
                .map(SourceRepository::state)
                .all();
    }

    private static State state(Readable row) {
        return new State(
                required(row, 0, String.class),
                row.get(1, Instant.class),
                row.get(2, Instant.class),
                required(row, 3, Integer.class),
                row.get(4, String.class),
                required(row, 5, Instant.class),
                row.get(6, Instant.class));
    }
}
