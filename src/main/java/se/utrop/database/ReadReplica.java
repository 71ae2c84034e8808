package se.utrop.database;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.R2dbcTransientResourceException;
import java.time.Duration;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** A read replica: one host with a pool of its own, so that all its sessions show the same state. */
public final class ReadReplica {

    private final String address;

    private final PooledConnections sessions;

    /** Sessions that no query uses: under load, a replica whose pool is exhausted must not seem to lag. */
    private final PooledConnections watch;

    private volatile Function<Connection, Mono<Boolean>> admission = session -> Mono.just(true);

    ReadReplica(
            String address,
            SessionFactory driver,
            Function<ConnectionFactory, PooledConnections> pool,
            Function<ConnectionFactory, PooledConnections> watch) {
        this.address = address;
        this.sessions = pool.apply(new AdmittedSessions(driver));
        this.watch = watch.apply(driver);
    }

    /** Host and port. */
    public String address() {
        return address;
    }

    /**
     * A check of each new session, before it reads anything. A standby that has crashed may, for a moment, show an earlier
     * state than before.
     */
    public void admitSessions(Function<Connection, Mono<Boolean>> check) {
        admission = check;
    }

    ConnectionFactory sessions() {
        return sessions;
    }

    /** Reads the state of this replica. */
    public <T> Mono<T> read(Function<Connection, Mono<T>> read, Duration deadline) {
        return Mono.usingWhen(watch.create(), read, Connection::close).timeout(deadline);
    }

    void close() {
        sessions.close();
        watch.close();
    }

    private final class AdmittedSessions implements ConnectionFactory {

        private final SessionFactory driver;

        AdmittedSessions(SessionFactory driver) {
            this.driver = driver;
        }

        @Override
        public Mono<Connection> create() {
            return driver.create()
                    .flatMap(session -> admission
                            .apply(session)
                            .flatMap(admitted -> admitted
                                    ? Mono.<Connection>just(session)
                                    : Mono.error(new R2dbcTransientResourceException(
                                            "The replica shows an earlier state than this node has shown")))
                            .onErrorResume(
                                    e -> session.close().onErrorComplete().then(Mono.error(e))));
        }

        @Override
        public ConnectionFactoryMetadata getMetadata() {
            return driver.getMetadata();
        }
    }
}
