package se.utrop.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import se.utrop.Ports;
import se.utrop.ServerProcess;
import se.utrop.database.ReplicatedPostgres;
import tools.jackson.databind.json.JsonMapper;

/**
 * Two nodes, a primary and its standby, many writers and subscribers, and everything that can fail fails: nobody misses,
 * repeats or reorders an event. How many events and subscribers at least: the system properties {@code
 * utrop.faults.events} and {@code utrop.faults.subscribers}.
 */
class FeedUnderFaultsTests {

    private static final int EVENTS = Integer.getInteger("utrop.faults.events", 2_000);

    private static final int SUBSCRIBERS = Integer.getInteger("utrop.faults.subscribers", 40);

    /** The longest that a writer waits between two transactions, in milliseconds. */
    private static final int PACE = Integer.getInteger("utrop.faults.pace", 200);

    private static final int WRITERS = 10;

    private static final List<Integer> PORTS = List.of(Ports.free(), Ports.free());

    /** Arguments of the feed, and the same condition in SQL over an event e and the one before it of its news item, p. */
    private static final List<Filter> FILTERS = List.of(
            new Filter(Map.of(), "true"),
            new Filter(Map.of("types", List.of("REVISED")), "e.type = 'REVISED'"),
            topic("kultur"),
            topic("trafik"),
            topic("halsa"),
            new Filter(
                    Map.of("filter", Map.of("urgencies", List.of("BREAKING"))),
                    "(e.urgency = 'BREAKING' or p.urgency = 'BREAKING')"),
            new Filter(
                    Map.of("filter", Map.of("kinds", List.of("SITUATION_REPORT")), "types", List.of("PUBLISHED")),
                    "e.kind = 'SITUATION_REPORT' and e.type = 'PUBLISHED'"));

    @TempDir
    private Path directory;

    record Filter(Map<String, Object> arguments, String sql) {

        Map<String, Object> arguments(boolean positions) {
            Map<String, Object> all = new HashMap<>(arguments);
            all.put("positions", positions);
            return all;
        }
    }

    private static Filter topic(String slug) {
        String id = "(select id from topic where slug = '" + slug + "')";
        return new Filter(
                Map.of("filter", Map.of("topics", Map.of("anyOf", List.of(slug)))),
                "(%s = any(e.topic_ids) or %s = any(coalesce(p.topic_ids, '{}')))".formatted(id, id));
    }

    @Test
    void nobodyMissesRepeatsOrReordersAnEvent() throws Exception {
        try (ReplicatedPostgres database = ReplicatedPostgres.start(directory);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<ServerProcess> nodes = new ArrayList<>();
            try {
                for (int port : PORTS) {
                    nodes.add(new ServerProcess(port, database.settings(), directory));
                    nodes.getLast().awaitReady();
                }
                run(database, nodes, threads);
            } finally {
                for (ServerProcess node : nodes) {
                    node.kill();
                }
            }
        }
    }

    private void run(ReplicatedPostgres database, List<ServerProcess> nodes, ExecutorService threads) throws Exception {
        database.run(
                "insert into topic (slug, name) values ('kultur', 'Kultur'), ('trafik', 'Trafik'), ('halsa', 'Hälsa')");
        String start = feedCursor();
        List<FaultySubscriber> subscribers = new ArrayList<>();
        for (int i = 0; i < SUBSCRIBERS; i++) {
            Filter filter = FILTERS.get(i % FILTERS.size());
            subscribers.add(new FaultySubscriber(start, PORTS, filter.arguments(i % 2 == 0), new Random(i)));
        }
        List<Future<?>> following = new ArrayList<>();
        subscribers.forEach(subscriber -> following.add(threads.submit(subscriber::run)));

        AtomicInteger left = new AtomicInteger(EVENTS);
        AtomicBoolean failing = new AtomicBoolean(true);
        List<Future<?>> writing = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            int writer = i;
            writing.add(threads.submit(() -> write(database, writer, left, failing)));
        }
        Future<?> faults = threads.submit(() -> {
            try {
                fail(database, nodes, left);
            } finally {
                failing.set(false);
            }
            return null;
        });
        for (Future<?> writer : writing) {
            writer.get();
        }
        faults.get();
        verify(database, subscribers);
        for (Future<?> follower : following) {
            follower.get(60, TimeUnit.SECONDS);
        }
    }

    /** Publishes or revises, a transaction each; one that fails is only as good as what the log says of it. */
    private static void write(ReplicatedPostgres database, int writer, AtomicInteger left, AtomicBoolean failing) {
        Random random = new Random(1000 + writer);
        int number = 0;
        while (left.get() > 0 || failing.get()) {
            try (Connection session = DriverManager.getConnection(database.jdbcUrl());
                    Statement statement = session.createStatement()) {
                session.setAutoCommit(false);
                while (left.get() > 0 || failing.get()) {
                    statement.execute(change(writer, number++, random));
                    Thread.sleep(random.nextInt(200) == 0 ? 1000 : random.nextInt(PACE));
                    if (random.nextInt(20) == 0) {
                        session.rollback();
                    } else {
                        session.commit();
                        left.decrementAndGet();
                    }
                }
            } catch (SQLException e) {
                pause(200);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static String change(int writer, int number, Random random) {
        if (number > 3 && random.nextInt(3) == 0) {
            return "update news_topic set topic_id = 1 + (topic_id %% 3) where news_id = (select max(id) from news where slug like 'w%d-%%')"
                    .formatted(writer);
        }
        return """
            with n as (
                insert into news (slug, title, summary, published_at, urgency, kind)
                values ('w%d-%d-%d', 'Titel', 'Ingress', now(), '%s', '%s')
                returning id, published_at)
            insert into news_topic select id, 1, %d, published_at from n
            """.formatted(
                        writer,
                        number,
                        System.nanoTime(),
                        random.nextInt(4) == 0 ? "BREAKING" : "ROUTINE",
                        random.nextInt(4) == 0 ? "SITUATION_REPORT" : "ARTICLE",
                        1 + random.nextInt(3));
    }

    /** One fault after another, each once at least, for as long as there are writers. */
    private static void fail(ReplicatedPostgres database, List<ServerProcess> nodes, AtomicInteger left)
            throws Exception {
        int round = 0;
        do {
            ServerProcess node = nodes.get(round++ % nodes.size());
            terminateListeners(database);
            pause(500);
            node.signal("STOP");
            pause(3000);
            node.signal("CONT");
            pause(500);
            database.restart();
            pause(500);
            node.kill();
            node.start();
            node.awaitReady();
            node.stop();
            node.start();
            node.awaitReady();
            database.failover();
            pause(500);
        } while (left.get() > 0);
    }

    private static void terminateListeners(ReplicatedPostgres database) throws SQLException {
        database.run("select pg_terminate_backend(pid) from pg_stat_activity"
                + " where application_name = 'utrop feed listener'");
    }

    private static void verify(ReplicatedPostgres database, List<FaultySubscriber> subscribers) throws Exception {
        List<List<Long>> expected = new ArrayList<>();
        for (Filter filter : FILTERS) {
            expected.add(numbers(database, filter));
        }
        assertThat(expected.getFirst().size()).isGreaterThanOrEqualTo(EVENTS * 9 / 10);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(Math.max(120, EVENTS / 100));
        for (int i = 0; i < subscribers.size(); i++) {
            FaultySubscriber subscriber = subscribers.get(i);
            long last = expected.get(i % FILTERS.size()).getLast();
            while (subscriber.last() < last && System.nanoTime() < deadline) {
                pause(50);
            }
        }
        subscribers.forEach(FaultySubscriber::end);
        assertThat(database.ask("select count(*) from news where topic_ids <>"
                        + " array(select topic_id from news_topic where news_id = id order by position)"))
                .isEqualTo("0");
        int missed = 0;
        int repeated = 0;
        int disordered = 0;
        for (int i = 0; i < subscribers.size(); i++) {
            List<Long> seen = subscribers.get(i).seen();
            List<Long> wanted = expected.get(i % FILTERS.size());
            missed += wanted.size()
                    - (int) wanted.stream()
                            .filter(new HashSet<>(seen)::contains)
                            .count();
            repeated += seen.size() - (int) seen.stream().distinct().count();
            for (int k = 1; k < seen.size(); k++) {
                disordered += seen.get(k) < seen.get(k - 1) ? 1 : 0;
            }
        }
        System.out.printf(
                "%d events, %d subscribers: %d missed, %d repeated, %d out of order%n",
                expected.getFirst().size(), subscribers.size(), missed, repeated, disordered);
        for (int i = 0; i < subscribers.size(); i++) {
            assertThat(subscribers.get(i).complaints()).isEmpty();
            List<Long> wanted = expected.get(i % FILTERS.size());
            List<Long> seen = subscribers.get(i).seen();
            assertThat(seen.equals(wanted))
                    .as(
                            "Subscriber %d misses %s, has %s that aren't in the log, and %d events up to %d of %d up"
                                    + " to %d",
                            i,
                            without(wanted, seen),
                            without(seen, wanted),
                            seen.size(),
                            subscribers.get(i).last(),
                            wanted.size(),
                            wanted.getLast())
                    .isTrue();
        }
    }

    private static List<Long> without(List<Long> all, List<Long> some) {
        List<Long> left = new ArrayList<>(all);
        left.removeAll(new HashSet<>(some));
        return left;
    }

    private static List<Long> numbers(ReplicatedPostgres database, Filter filter) throws SQLException {
        List<Long> numbers = new ArrayList<>();
        try (Connection session = DriverManager.getConnection(database.jdbcUrl());
                Statement statement = session.createStatement();
                ResultSet events = statement.executeQuery(
                        "select e.position from event e left join event p on p.position = e.previous where "
                                + filter.sql() + " order by e.position")) {
            while (events.next()) {
                numbers.add(events.getLong(1));
            }
        }
        return numbers;
    }

    private static String feedCursor() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(
                        "http://127.0.0.1:" + PORTS.getFirst() + "/graphql?query=%7Bnews%7BfeedCursor%7D%7D"))
                .build();
        String answer = HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
        return JsonMapper.shared().readTree(answer).at("/data/news/feedCursor").asString();
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
