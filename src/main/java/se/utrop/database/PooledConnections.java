package se.utrop.database;

import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.Wrapped;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** The pool, with each connection under the {@link Cancellation} of the work that took it. */
final class PooledConnections implements ConnectionFactory, Wrapped<ConnectionFactory> {

    private final ConnectionFactory pool;

    PooledConnections(ConnectionFactory pool) {
        this.pool = pool;
    }

    @Override
    public Publisher<? extends Connection> create() {
        return Mono.deferContextual(context -> {
            Cancellation cancellation = context.getOrDefault(Cancellation.class, null);
            return cancellation == null
                    ? Mono.from(pool.create())
                    : Mono.from(pool.create()).flatMap(connection -> take(connection, cancellation));
        });
    }

    private static Mono<Connection> take(Connection connection, Cancellation cancellation) {
        return Mono.fromCallable(() -> {
                    cancellation.take(connection);
                    return cancellable(connection, cancellation);
                })
                .onErrorResume(e -> Mono.from(connection.close()).then(Mono.error(e)));
    }

    private static Connection cancellable(Connection connection, Cancellation cancellation) {
        return (Connection) Proxy.newProxyInstance(
                PooledConnections.class.getClassLoader(),
                new Class<?>[] {Connection.class, Wrapped.class},
                new Cancellable(connection, cancellation));
    }

    private record Cancellable(Connection connection, Cancellation cancellation) implements InvocationHandler {

        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
            if (method.getName().equals("close")) {
                return Mono.defer(() -> cancellation.giveBack(connection)).then(Mono.from(connection.close()));
            }
            if (method.getDeclaringClass() == Wrapped.class && arguments == null) {
                return connection;
            }
            try {
                return method.invoke(connection, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }
    }

    /** The driver's own, inside whatever is around it. */
    static PostgresqlConnection postgres(Connection connection) {
        Object inner = connection;
        while (!(inner instanceof PostgresqlConnection postgres)) {
            if (!(inner instanceof Wrapped<?> wrapped)) {
                throw new IllegalStateException("Not a connection to PostgreSQL: " + inner);
            }
            inner = wrapped.unwrap();
        }
        return postgres;
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return pool.getMetadata();
    }

    @Override
    public ConnectionFactory unwrap() {
        return pool;
    }
}
