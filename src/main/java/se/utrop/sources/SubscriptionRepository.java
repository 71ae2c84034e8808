package se.utrop.sources;

import static se.utrop.sql.Columns.required;

import io.r2dbc.spi.Readable;
import java.net.URI;
import java.time.Duration;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;

/** The WebSub subscriptions, which every node can confirm, whichever has asked for them. */
@Repository
class SubscriptionRepository {

    private final DatabaseClient database;

    SubscriptionRepository(DatabaseClient database) {
        this.database = database;
    }

    /** The part of a subscription that nobody else knows. */
    record Subscription(String source, String callback, String secret) {}

    /**
     * Notes that a subscription is asked for, where it is due. One that is renewed keeps its callback and its secret.
     *
     * @param offered for a new subscription
     * @param retry when to ask again if the hub doesn't confirm
     * @return empty where there is nothing to ask for now
     */
    Mono<Subscription> request(Subscription offered, URI hub, URI topic, Duration retry) {
        return database.sql("""
            insert into source_subscription as known (source, hub, topic, callback, secret, renew_at)
            values (:source, :hub, :topic, :callback, :secret, clock_timestamp() + cast(:retry as interval))
            on conflict (source) do update set renew_at = excluded.renew_at, hub = excluded.hub, topic = excluded.topic,
                callback = case when (known.hub, known.topic) = (excluded.hub, excluded.topic)
                    then known.callback else excluded.callback end,
                secret = case when (known.hub, known.topic) = (excluded.hub, excluded.topic)
                    then known.secret else excluded.secret end,
                confirmed_until = case when (known.hub, known.topic) = (excluded.hub, excluded.topic)
                    then known.confirmed_until end
            where (known.hub, known.topic) <> (excluded.hub, excluded.topic) or known.renew_at <= clock_timestamp()
            returning source, callback, secret\
            """)
                .bind("source", offered.source())
                .bind("hub", hub.toString())
                .bind("topic", topic.toString())
                .bind("callback", offered.callback())
                .bind("secret", offered.secret())
                .bind("retry", retry.toString())
                .map(SubscriptionRepository::subscription)
                .one();
    }

    private static Subscription subscription(Readable row) {
        return new Subscription(
                required(row, 0, String.class), required(row, 1, String.class), required(row, 2, String.class));
    }

    Mono<Subscription> find(String callback) {
        return database.sql("select source, callback, secret from source_subscription where callback = :callback")
                .bind("callback", callback)
                .map(SubscriptionRepository::subscription)
                .one();
    }

    /**
     * Confirms what was asked for. It is renewed after half of its time.
     *
     * @return whether it was asked for
     */
    Mono<Boolean> confirm(String callback, String topic, Duration lease) {
        return change(callback, topic, """
            confirmed_until = clock_timestamp() + cast(:argument as interval),
            renew_at = clock_timestamp() + cast(:argument as interval) / 2, last_error = null\
            """, lease.toString());
    }

    /** The hub doesn't serve this topic, or no longer. */
    Mono<Boolean> deny(String callback, String topic, String reason) {
        return change(callback, topic, """
            confirmed_until = null, renew_at = clock_timestamp() + interval '1 day', last_error = :argument\
            """, reason);
    }

    private Mono<Boolean> change(String callback, String topic, String changes, String argument) {
        return database.sql("""
            update source_subscription set %s where callback = :callback and topic = :topic\
            """.formatted(changes))
                .bind("callback", callback)
                .bind("topic", topic)
                .bind("argument", argument)
                .fetch()
                .rowsUpdated()
                .map(updated -> updated == 1);
    }

    /** The feed names no hub any more. */
    Mono<Void> forget(String source) {
        return database.sql("delete from source_subscription where source = :source")
                .bind("source", source)
                .then();
    }
}
