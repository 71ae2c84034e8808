package se.utrop.database;

import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.R2dbcTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Mono;

/** A host in the URL of the database. */
final class SessionHost {

    private final String address;

    private final PostgresqlConnectionFactory driver;

    private volatile boolean failed;

    private volatile long failedAt;

    SessionHost(String address, PostgresqlConnectionFactory driver) {
        this.address = address;
        this.driver = driver;
    }

    /** Opens a session: connects, authenticates and prepares it, all within the deadline. */
    Mono<PostgresqlConnection> open(Duration deadline) {
        return driver.create()
                .timeout(deadline)
                .onErrorMap(TimeoutException.class, e -> noAnswer(deadline, e))
                .doOnError(e -> fail())
                .doOnSuccess(session -> failed = false);
    }

    private R2dbcTimeoutException noAnswer(Duration deadline, Throwable cause) {
        return new R2dbcTimeoutException(
                "PostgreSQL at %s has not opened a session within %d ms".formatted(address, deadline.toMillis()),
                cause);
    }

    private void fail() {
        failedAt = System.nanoTime();
        failed = true;
    }

    boolean hasFailedWithin(Duration time) {
        return failed && System.nanoTime() - failedAt < time.toNanos();
    }
}
