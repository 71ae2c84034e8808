package se.utrop.database;

import io.netty.handler.ssl.SslContextBuilder;
import io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.r2dbc.autoconfigure.ConnectionFactoryOptionsBuilderCustomizer;
import reactor.netty.resources.LoopResources;

/** The settings of every session of the service, unless the URL of the database sets them. */
final class ConnectionSettings implements ConnectionFactoryOptionsBuilderCustomizer, AutoCloseable {

    /**
     * Statements that a session keeps prepared; PostgreSQL keeps some 85 kB for the plan of a page. Those of the service are
     * few and fixed, but what filters build varies: the one that was used longest ago is closed.
     */
    static final int PREPARED_STATEMENTS = 128;

    /**
     * A statement has the conditions that its request has: no value changes how it is best read. And a node that is
     * stopped within a transaction keeps no lock for long.
     */
    private static final Map<String, String> SESSION =
            Map.of("plan_cache_mode", "force_generic_plan", "idle_in_transaction_session_timeout", "60s");

    /** {@link ConnectionFactoryOptions#PASSWORD}, for which the driver takes a publisher too. */
    private static final Option<Object> PASSWORD = Option.sensitiveValueOf("password");

    /** For all hosts together, each of which has an equal share. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /**
     * Not the web server's, and not colocated: a pool that connects from the loop which asks would keep all its
     * connections on the few that asked first (r2dbc-pool 190).
     */
    private final LoopResources loops = LoopResources.create(
            "database", LoopResources.DEFAULT_IO_SELECT_COUNT, LoopResources.DEFAULT_IO_WORKER_COUNT, true, false);

    private final Duration statementTimeout;

    private final boolean hasPooler;

    private final @Nullable PasswordFile passwordFile;

    /** @param hasPooler whether the pool connects through a connection pooler */
    ConnectionSettings(DatabaseProperties properties, boolean hasPooler) {
        this.statementTimeout = properties.statementTimeout();
        this.hasPooler = hasPooler;
        this.passwordFile = properties.password();
    }

    /** The sessions of the pool. */
    @Override
    public void customize(ConnectionFactoryOptions.Builder options) {
        requireOnePassword(options.build());
        if (hasPooler) {
            customizePooler(options);
        } else {
            customizeDirect(options);
        }
    }

    /**
     * A connection pooler lends one session of PostgreSQL to many clients, so that neither settings nor prepared statements
     * last longer than a transaction. PgBouncer refuses most startup parameters.
     */
    private void customizePooler(ConnectionFactoryOptions.Builder options) {
        ConnectionFactoryOptions given = options.build();
        customizeAll(given, options);
        setUnlessGiven(given, options, PostgresqlConnectionFactoryProvider.LOOP_RESOURCES, new PoolerLoops(loops));
        setUnlessGiven(given, options, PostgresqlConnectionFactoryProvider.PREPARED_STATEMENT_CACHE_QUERIES, 0);
    }

    private void customizeDirect(ConnectionFactoryOptions.Builder options) {
        ConnectionFactoryOptions given = options.build();
        customizeAll(given, options);
        setUnlessGiven(given, options, PostgresqlConnectionFactoryProvider.LOOP_RESOURCES, loops);
        setUnlessGiven(
                given,
                options,
                PostgresqlConnectionFactoryProvider.PREPARED_STATEMENT_CACHE_QUERIES,
                PREPARED_STATEMENTS);
        setUnlessGiven(given, options, PostgresqlConnectionFactoryProvider.OPTIONS, SESSION);
        if (statementTimeout.isPositive()) {
            setUnlessGiven(given, options, ConnectionFactoryOptions.STATEMENT_TIMEOUT, statementTimeout);
        }
    }

    private void customizeAll(ConnectionFactoryOptions given, ConnectionFactoryOptions.Builder options) {
        requireUser(given);
        setSocket(given, options);
        if (passwordFile != null) {
            setUnlessGiven(given, options, PASSWORD, passwordFile.current());
        }
        options.option(PostgresqlConnectionFactoryProvider.FORCE_BINARY, true);
        options.option(PostgresqlConnectionFactoryProvider.EXTENSIONS, List.of(RowValueCodec.REGISTRAR));
        setUnlessGiven(given, options, PostgresqlConnectionFactoryProvider.APPLICATION_NAME, "utrop");
        setUnlessGiven(given, options, PostgresqlConnectionFactoryProvider.TCP_KEEPALIVE, true);
        setUnlessGiven(
                given,
                options,
                PostgresqlConnectionFactoryProvider.SSL_CONTEXT_BUILDER_CUSTOMIZER,
                ConnectionSettings::leaveHostToDriver);
        setUnlessGiven(
                given,
                options,
                ConnectionFactoryOptions.CONNECT_TIMEOUT,
                CONNECT_TIMEOUT.dividedBy(SessionFactory.countHosts(given)));
    }

    SessionRules sessionRules() {
        return new SessionRules(statementTimeout, transactionSettings());
    }

    /** Sets for a transaction what its session can't keep; null where the session has the settings itself. */
    private @Nullable String transactionSettings() {
        if (!hasPooler) {
            return null;
        }
        Stream<Map.Entry<String, String>> timeout = statementTimeout.isPositive()
                ? Stream.of(Map.entry("statement_timeout", statementTimeout.toMillis() + "ms"))
                : Stream.empty();
        return Stream.concat(SESSION.entrySet().stream(), timeout)
                .map(setting -> "set local %s = '%s'".formatted(setting.getKey(), setting.getValue()))
                .collect(Collectors.joining("; "));
    }

    /**
     * A listener's session keeps no prepared statement, which a connection pooler might not. By its name the database knows
     * that this node reads events of topics, which an earlier release doesn't: see {@code topics_have_events()}.
     */
    void customizeListener(ConnectionFactoryOptions.Builder options) {
        customizeDirect(options);
        Object name = options.build().getValue(PostgresqlConnectionFactoryProvider.APPLICATION_NAME);
        options.option(PostgresqlConnectionFactoryProvider.APPLICATION_NAME, name + " feed listener");
        options.option(PostgresqlConnectionFactoryProvider.PREPARED_STATEMENT_CACHE_QUERIES, 0);
    }

    /** Netty verifies the host's name by itself, whatever {@code sslMode} is: the driver does so for verify-full alone. */
    private static SslContextBuilder leaveHostToDriver(SslContextBuilder ssl) {
        return ssl.endpointIdentificationAlgorithm(null);
    }

    private void requireOnePassword(ConnectionFactoryOptions given) {
        if (passwordFile != null && given.hasOption(PASSWORD)) {
            throw new FailureAnalyzedException(
                    "PostgreSQL at %s has two passwords: one is set, the other is in the file %s."
                            .formatted(DatabaseAddress.of(given), passwordFile.path()),
                    "Unset SPRING_R2DBC_PASSWORD or UTROP_DATABASE_PASSWORD_FILE.");
        }
    }

    private static void setSocket(ConnectionFactoryOptions given, ConnectionFactoryOptions.Builder options) {
        String socket = DatabaseAddress.socket(given);
        if (socket == null) {
            return;
        }
        if (!LoopResources.hasNativeSupport()) {
            throw new FailureAnalyzedException(
                    "The Unix socket %s can't be used: Netty has no native transport for this platform."
                            .formatted(socket),
                    "Connect by TCP, or put netty-transport-native-epoll for the platform on the class path.");
        }
        options.option(PostgresqlConnectionFactoryProvider.SOCKET, socket);
    }

    private static void requireUser(ConnectionFactoryOptions given) {
        if (!given.hasOption(ConnectionFactoryOptions.USER)) {
            throw new FailureAnalyzedException(
                    "No user is set for PostgreSQL at %s.".formatted(DatabaseAddress.of(given)),
                    "Set SPRING_R2DBC_USERNAME and SPRING_R2DBC_PASSWORD.");
        }
    }

    private static <T> void setUnlessGiven(
            ConnectionFactoryOptions given, ConnectionFactoryOptions.Builder options, Option<T> option, T value) {
        if (!given.hasOption(option)) {
            options.option(option, value);
        }
    }

    @Override
    public void close() {
        loops.dispose();
    }
}
