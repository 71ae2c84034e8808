package se.utrop.database;

import io.r2dbc.postgresql.MultiHostConnectionStrategy.TargetServerType;
import io.r2dbc.postgresql.PostgresqlConnectionFactoryProvider;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Wrapped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.boot.convert.DurationStyle;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Opens sessions, each on the first host that opens one in time. The driver's connect timeout covers TCP only: it would
 * wait without end for a host that accepts a connection and never answers, and would never try the next host.
 */
final class SessionFactory implements ConnectionFactory, Wrapped<ConnectionFactory> {

    private static final String FAILOVER = "failover";

    /** For how long a host that failed is tried last; pgjdbc's {@code hostRecheckSeconds}. */
    private static final Duration RECHECK = Duration.ofSeconds(10);

    private final ConnectionFactory driver;

    private final OpenSessions sessions;

    /** For each host: to connect by TCP, and as long again to log in. */
    private final Duration deadline;

    private final boolean balanced;

    /** For each server type that is asked for, the most wanted first, the hosts. */
    private final List<List<SessionHost>> choices;

    SessionFactory(ConnectionFactory driver, ConnectionFactoryOptions options, OpenSessions sessions) {
        this.driver = driver;
        this.sessions = sessions;
        Duration connectTimeout = duration(options.getRequiredValue(ConnectionFactoryOptions.CONNECT_TIMEOUT));
        this.deadline = connectTimeout.multipliedBy(2);
        this.balanced = Boolean.parseBoolean(
                String.valueOf(options.getValue(PostgresqlConnectionFactoryProvider.LOAD_BALANCE_HOSTS)));
        this.choices = choices(options);
    }

    SessionFactory(ConnectionFactoryOptions options, OpenSessions sessions) {
        this(new PostgresqlConnectionFactoryProvider().create(options), options, sessions);
    }

    static int countHosts(ConnectionFactoryOptions options) {
        return addresses(options).size();
    }

    private static Duration duration(Object value) {
        return value instanceof Duration duration ? duration : DurationStyle.detectAndParse(value.toString());
    }

    static boolean isFailover(ConnectionFactoryOptions options) {
        return FAILOVER.equals(options.getValue(ConnectionFactoryOptions.PROTOCOL));
    }

    static List<String> addresses(ConnectionFactoryOptions options) {
        String hosts = String.valueOf(options.getValue(ConnectionFactoryOptions.HOST));
        return isFailover(options) ? List.of(hosts.split(",", -1)) : List.of(hosts);
    }

    private static List<List<SessionHost>> choices(ConnectionFactoryOptions options) {
        if (!isFailover(options)) {
            return List.of(List.of(new SessionHost(
                    DatabaseAddress.of(options).toString(),
                    new PostgresqlConnectionFactoryProvider().create(options))));
        }
        return types(options).stream().map(type -> hosts(options, type)).toList();
    }

    private static List<TargetServerType> types(ConnectionFactoryOptions options) {
        Object given = options.getValue(PostgresqlConnectionFactoryProvider.TARGET_SERVER_TYPE);
        TargetServerType type =
                given == null ? TargetServerType.ANY : given instanceof TargetServerType known ? known : named(given);
        return type == TargetServerType.PREFER_SECONDARY
                ? List.of(TargetServerType.SECONDARY, TargetServerType.PRIMARY)
                : List.of(type);
    }

    private static TargetServerType named(Object given) {
        return TargetServerType.fromValue(given.toString());
    }

    private static List<SessionHost> hosts(ConnectionFactoryOptions options, TargetServerType type) {
        return addresses(options).stream()
                .map(address -> new SessionHost(
                        address,
                        new PostgresqlConnectionFactoryProvider()
                                .create(options.mutate()
                                        .option(ConnectionFactoryOptions.HOST, address)
                                        .option(PostgresqlConnectionFactoryProvider.TARGET_SERVER_TYPE, type)
                                        .build())))
                .toList();
    }

    @Override
    public Mono<PostgresqlConnection> create() {
        return open(deadline);
    }

    /** Has every session that is open now be discarded when it is used or returned next. */
    void expireAll() {
        sessions.expireAll();
    }

    /** A session for a caller that gives up after this time: each host has an equal share of it. */
    Mono<PostgresqlConnection> create(Duration limit) {
        long attempts = choices.stream().mapToInt(List::size).sum();
        Duration share = limit.dividedBy(attempts);
        return open(share.compareTo(deadline) < 0 ? share : deadline);
    }

    private Mono<PostgresqlConnection> open(Duration perHost) {
        return Mono.defer(() -> {
            List<Throwable> failures = new CopyOnWriteArrayList<>();
            return Flux.fromIterable(candidates())
                    .concatMap(
                            host -> host.open(perHost).onErrorResume(e -> {
                                failures.add(e);
                                return Mono.empty();
                            }),
                            0)
                    .next()
                    .doOnNext(sessions::add)
                    .switchIfEmpty(Mono.error(() -> failure(failures)));
        });
    }

    private List<SessionHost> candidates() {
        List<SessionHost> candidates = new ArrayList<>();
        for (List<SessionHost> choice : choices) {
            List<SessionHost> hosts = new ArrayList<>(choice);
            if (balanced) {
                Collections.shuffle(hosts);
            }
            hosts.sort(Comparator.comparing(host -> host.hasFailedWithin(RECHECK)));
            candidates.addAll(hosts);
        }
        return candidates;
    }

    private static Throwable failure(List<Throwable> failures) {
        Throwable last = failures.getLast();
        failures.subList(0, failures.size() - 1).forEach(last::addSuppressed);
        return last;
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return driver.getMetadata();
    }

    @Override
    public ConnectionFactory unwrap() {
        return driver;
    }
}
