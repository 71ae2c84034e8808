package se.utrop.database;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcProperties;
import se.utrop.tracing.Spans;

/** Makes the pools of the read replicas, by the settings of the primary's pool. */
final class ReadDatabaseFactory {

    /** Sessions that read the state of a replica: of the listener, and of mutations. */
    private static final int WATCHING = 2;

    private final ReadProperties reading;
    private final R2dbcProperties.Pool pool;
    private final ConnectionFactoryOptions primary;
    private final ConnectionSettings settings;
    private final @Nullable Spans spans;

    ReadDatabaseFactory(
            ReadProperties reading,
            R2dbcProperties.Pool pool,
            ConnectionFactoryOptions primary,
            ConnectionSettings settings,
            @Nullable Spans spans) {
        this.reading = reading;
        this.pool = pool;
        this.primary = primary;
        this.settings = settings;
        this.spans = spans;
    }

    /** @param sessions those of the primary */
    ReadDatabase create(OpenSessions sessions) {
        SessionFactory driver = new SessionFactory(customized(primary.mutate()), sessions);
        return new ReadDatabase(
                replicas(DirectAddress.parse("utrop.database.read.url", reading.requiredUrl())),
                pool(driver, sessions, reading.primaryConnections()),
                reading.maxLag());
    }

    private List<ReadReplica> replicas(ConnectionFactoryOptions url) {
        return SessionFactory.addresses(url).stream()
                .map(host -> replica(url.mutate().option(ConnectionFactoryOptions.HOST, host)))
                .toList();
    }

    private ReadReplica replica(ConnectionFactoryOptions.Builder url) {
        setUnlessGiven(url, ConnectionFactoryOptions.USER, reading.username(), primary);
        setUnlessGiven(url, ConnectionFactoryOptions.PASSWORD, reading.password(), primary);
        ConnectionFactoryOptions options = customized(url);
        OpenSessions sessions = new OpenSessions();
        return new ReadReplica(
                DatabaseAddress.of(options).toString(),
                new SessionFactory(options, sessions),
                driver -> pool(driver, sessions, pool.getMaxSize()),
                driver -> pool(driver, sessions, WATCHING));
    }

    private static <T> void setUnlessGiven(
            ConnectionFactoryOptions.Builder url,
            Option<T> option,
            @Nullable T setting,
            ConnectionFactoryOptions primary) {
        if (setting != null) {
            url.option(option, setting);
        } else if (!url.build().hasOption(option) && primary.hasOption(option)) {
            url.option(option, option.cast(primary.getRequiredValue(option)));
        }
    }

    private ConnectionFactoryOptions customized(ConnectionFactoryOptions.Builder options) {
        settings.customize(options);
        return options.build();
    }

    private PooledConnections pool(ConnectionFactory driver, OpenSessions sessions, int size) {
        ConnectionPoolConfiguration.Builder builder = ConnectionPoolConfiguration.builder(driver)
                .initialSize(0)
                .minIdle(0)
                .maxSize(size)
                .maxIdleTime(pool.getMaxIdleTime())
                .acquireRetry(pool.getAcquireRetry());
        setIfGiven(pool.getMaxLifeTime(), builder::maxLifeTime);
        setIfGiven(pool.getMaxAcquireTime(), builder::maxAcquireTime);
        setIfGiven(pool.getMaxCreateConnectionTime(), builder::maxCreateConnectionTime);
        setIfGiven(pool.getMaxValidationTime(), builder::maxValidationTime);
        return new PooledConnections(new ConnectionPool(builder.build()), sessions, settings.sessionRules(), spans);
    }

    private static void setIfGiven(@Nullable Duration setting, Consumer<Duration> setter) {
        if (setting != null) {
            setter.accept(setting);
        }
    }
}
