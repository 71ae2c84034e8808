package se.utrop.database;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * The database that queries read from: the active replica or, without one, the primary. Which replica is active, if any, is
 * decided by {@link se.utrop.freshness.ReadSource}. Mutations and the schedule always use the primary.
 */
public final class ReadDatabase implements AutoCloseable {

    private static final String PRIMARY = ReadDatabase.class.getName() + ".primary";

    private final List<ReadReplica> replicas;

    private final @Nullable PooledConnections fallback;

    private final ConnectionFactory connections;

    private final Duration maxLag;

    private volatile @Nullable ReadReplica active;

    private volatile BiConsumer<ReadReplica, Throwable> onLoss = (replica, failure) -> {};

    /** Without replicas: queries use the connections of the primary that everything else uses. */
    ReadDatabase(ConnectionFactory primary) {
        this.replicas = List.of();
        this.fallback = null;
        this.connections = primary;
        this.maxLag = Duration.ZERO;
    }

    /**
     * With replicas.
     *
     * @param fallback connections to the primary for queries while no replica is active: as many as the primary can bear
     * @param maxLag how long to wait for a replica that lacks a commit
     */
    ReadDatabase(List<ReadReplica> replicas, PooledConnections fallback, Duration maxLag) {
        this.replicas = List.copyOf(replicas);
        this.fallback = fallback;
        this.connections = new RoutedConnections(fallback);
        this.maxLag = maxLag;
    }

    /** Has all reads under this context use the primary. */
    public static Context onPrimary(Context context) {
        return context.put(PRIMARY, true);
    }

    /** Whether reads under this context use the primary, whatever replica is active. */
    public static boolean isOnPrimary(ContextView context) {
        return context.hasKey(PRIMARY);
    }

    public ConnectionFactory connections() {
        return connections;
    }

    /** How long to wait for a replica that lacks a commit. */
    public Duration maxLag() {
        return maxLag;
    }

    /** In order of preference. */
    public List<ReadReplica> replicas() {
        return replicas;
    }

    /** The replica that queries read from; null while they read from the primary. */
    public @Nullable ReadReplica active() {
        return active;
    }

    /** From now on, queries read from this replica, or from the primary. */
    public void use(@Nullable ReadReplica replica) {
        active = replica;
    }

    /** Told of a replica that no session can be opened on, while it is active. */
    public void onLoss(BiConsumer<ReadReplica, Throwable> listener) {
        onLoss = listener;
    }

    @Override
    public void close() {
        replicas.forEach(ReadReplica::close);
        if (fallback != null) {
            fallback.close();
        }
    }

    private final class RoutedConnections implements ConnectionFactory {

        private final PooledConnections primary;

        RoutedConnections(PooledConnections primary) {
            this.primary = primary;
        }

        @Override
        public Mono<? extends Connection> create() {
            return Mono.deferContextual(context -> {
                ReadReplica replica = active;
                return replica == null || isOnPrimary(context)
                        ? primary.create()
                        : Mono.<Connection>from(replica.sessions().create()).onErrorResume(R2dbcException.class, e -> {
                            if (!(e instanceof R2dbcTimeoutException)) {
                                onLoss.accept(replica, e);
                            }
                            return primary.create();
                        });
            });
        }

        @Override
        public ConnectionFactoryMetadata getMetadata() {
            return primary.getMetadata();
        }
    }
}
