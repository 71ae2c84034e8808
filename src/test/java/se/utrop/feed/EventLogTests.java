package se.utrop.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import se.utrop.Newsroom;
import se.utrop.Sessions;
import se.utrop.UtropTest;

/** What the database itself keeps of the feed's promises, whoever writes. */
@UtropTest
class EventLogTests {

    private final Newsroom newsroom;

    private final Sessions sessions;

    private long start;

    EventLogTests(Newsroom newsroom, Sessions sessions) {
        this.newsroom = newsroom;
        this.sessions = sessions;
    }

    @BeforeEach
    void clear() {
        newsroom.clear();
        newsroom.topic("kultur", "Kultur");
        newsroom.topic("trafik", "Trafik");
        start = position();
    }

    @Test
    void aChangeOfManyStatementsIsOneEvent() throws SQLException {
        commit(
                publish("a"),
                "insert into news_topic select n.id, 1, t.id, published_at from news n, (select min(id) id from topic)"
                        + " t",
                "insert into figure (news_id, position, name, label, value) select id, 1, 'x', 'X', 1 from news");
        commit(
                "update news set title = 'Annan'",
                "delete from news_topic",
                "insert into news_topic select n.id, 1, t.id, published_at from news n, (select max(id) id from topic)"
                        + " t");
        commit("update figure set value = 2");
        commit("delete from news", "update retraction set reason = 'Fel'");
        assertThat(types()).containsExactly("PUBLISHED", "REVISED", "REVISED", "RETRACTED");
    }

    @Test
    void whatChangesNothingIsNoEvent() throws SQLException {
        commit(publish("a"));
        commit("update news set title = title");
        commit("update news set title = 'Annan' where false");
        commit(publish("b"), "delete from news where slug = 'b'");
        commit("savepoint s", publish("c"), "rollback to savepoint s");
        assertThat(types()).containsExactly("PUBLISHED");
    }

    @Test
    void aTransactionThatIsRolledBackLeavesNoHole() throws SQLException {
        commit(publish("a"));
        try (Connection session = sessions.open()) {
            session.setAutoCommit(false);
            run(session, publish("b"));
            run(session, "set constraints all immediate");
            session.rollback();
        }
        commit(publish("c"));
        assertThat(positions()).containsExactly(start + 1, start + 2);
    }

    @Test
    void anOpenTransactionHoldsNobodyBack() throws SQLException {
        try (Connection slow = sessions.open()) {
            slow.setAutoCommit(false);
            run(slow, publish("slow"));
            commit(publish("quick"));
            assertThat(slugs()).containsExactly("quick");
            slow.commit();
        }
        assertThat(slugs()).containsExactly("quick", "slow");
        assertThat(positions()).containsExactly(start + 1, start + 2);
    }

    @Test
    void theSlugOfARetractedNewsItemLeadsToNoOther() throws SQLException {
        commit(publish("a"));
        commit("delete from news");
        assertThatThrownBy(() -> commit(publish("a"))).hasMessageContaining("the slug a is that of a retracted");
    }

    @Test
    void toTruncateIsToRetract() throws SQLException {
        commit(publish("a"));
        commit("truncate news cascade");
        assertThat(types()).containsExactly("PUBLISHED", "RETRACTED");
    }

    @Test
    void aBulkIsOneNotificationAndKeepsNoReaderOut() throws SQLException {
        int count = 20_000;
        try (Connection listener = sessions.open();
                Connection writer = sessions.open()) {
            run(listener, "listen utrop_feed");
            writer.setAutoCommit(false);
            run(
                    writer,
                    "insert into news (slug, title, summary, published_at)"
                            + " select 'n' || i, 'Titel', 'Ingress', now() - i * interval '1 minute'"
                            + " from generate_series(1, " + count + ") i");
            run(writer, "set constraints all immediate");
            assertThat(newsroom.ask("select count(*)::int from news", Integer.class))
                    .containsExactly(0);
            assertThat(position()).isEqualTo(start);
            writer.commit();
            assertThat(position()).isEqualTo(start + count);
            run(listener, "select 1");
            assertThat(listener.unwrap(PGConnection.class).getNotifications())
                    .hasSize(1)
                    .allSatisfy(notification ->
                            assertThat(notification.getParameter()).contains(" " + (start + count) + " "));
        }
        assertThat(newsroom.ask(
                        "select count(*)::int from (select published_at < lag(published_at) over (order by position)"
                                + " as back from event where position > " + start + ") e where back",
                        Integer.class))
                .containsExactly(0);
    }

    @Test
    void readersSeeNoHoleNoRepeatAndNoOtherOrderWhateverWritersDo() throws Exception {
        int writers = 10;
        int transactions = 60;
        AtomicInteger committed = new AtomicInteger();
        AtomicBoolean written = new AtomicBoolean();
        AtomicLong seed = new AtomicLong(7);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<Long>>> readers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                readers.add(threads.submit(() -> follow(written)));
            }
            List<Callable<Void>> work = new ArrayList<>();
            for (int i = 0; i < writers; i++) {
                String name = "w" + i;
                work.add(() -> write(name, transactions, new Random(seed.incrementAndGet()), committed));
            }
            for (Future<Void> writer : threads.invokeAll(work, 120, TimeUnit.SECONDS)) {
                writer.get();
            }
            written.set(true);
            assertThat(positions()).hasSize(committed.get());
            for (Future<List<Long>> reader : readers) {
                assertThat(reader.get(60, TimeUnit.SECONDS)).isEqualTo(positions());
            }
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        }
        assertThat(positions().getLast()).isEqualTo(start + committed.get());
    }

    private Void write(String name, int transactions, Random random, AtomicInteger committed) throws Exception {
        try (Connection session = sessions.open()) {
            session.setAutoCommit(false);
            for (int i = 0; i < transactions; i++) {
                run(session, publish(name + "-" + i));
                pause(random.nextInt(50) == 0 ? 1500 : random.nextInt(8));
                if (random.nextInt(3) == 0) {
                    run(session, "update news set title = 'Annan " + i + "' where slug = '" + name + "-" + i + "'");
                }
                if (random.nextInt(4) == 0) {
                    run(session, "set constraints all immediate");
                    session.rollback();
                } else {
                    session.commit();
                    committed.incrementAndGet();
                }
            }
        }
        return null;
    }

    private List<Long> follow(AtomicBoolean written) throws SQLException {
        List<Long> seen = new ArrayList<>();
        try (Connection session = sessions.open();
                Statement statement = session.createStatement()) {
            boolean last;
            do {
                last = written.get();
                long after = seen.isEmpty() ? start : seen.getLast();
                try (ResultSet events = statement.executeQuery(
                        "select position from event where position > " + after + " order by position")) {
                    while (events.next()) {
                        long expected = seen.isEmpty() ? start + 1 : seen.getLast() + 1;
                        assertThat(events.getLong(1)).isEqualTo(expected);
                        seen.add(events.getLong(1));
                    }
                }
            } while (!last);
        }
        return seen;
    }

    private static void pause(long millis) throws InterruptedException {
        Thread.sleep(millis);
    }

    /** So that a long transaction keeps others from the log for no longer than it takes to give its events their numbers. */
    @Test
    void whatEventsHoldIsReadBeforeTheLogIsLockedAndAgainWhereItChangedSince() throws Exception {
        commit(publish("a"), "insert into figure select id, 1, 'x', 'X', 1 from news");
        try (Connection holder = sessions.open();
                Connection writer = sessions.open();
                ExecutorService threads = Executors.newSingleThreadExecutor()) {
            holder.setAutoCommit(false);
            run(holder, "select from feed for update");
            run(holder, "update news set urgency = 'BREAKING' where slug = 'a'");
            writer.setAutoCommit(false);
            int pid = pid(writer);
            run(writer, "update figure set value = 2");
            Future<?> written = threads.submit(() -> {
                run(writer, "set constraints log_events immediate");
                return null;
            });
            Awaitility.await()
                    .until(() -> newsroom.ask("select cardinality(pg_blocking_pids(" + pid + "))", Integer.class)
                                    .getFirst()
                            == 1);
            assertThat(newsroom.ask(
                            "select distinct relation::regclass::text from pg_locks where locktype = 'relation' and"
                                    + " pid = "
                                    + pid,
                            String.class))
                    .contains("event");
            holder.commit();
            written.get();
            writer.commit();
        }
        assertThat(newsroom.ask(
                        "select concat_ws(' ', position - " + start + ", type, urgency, previous - " + start
                                + ") from event where position > " + start + " order by position",
                        String.class))
                .containsExactly("1 PUBLISHED ROUTINE", "2 REVISED BREAKING 1", "3 REVISED BREAKING 2");
    }

    private static int pid(Connection session) throws SQLException {
        try (Statement statement = session.createStatement();
                var row = statement.executeQuery("select pg_backend_pid()")) {
            row.next();
            return row.getInt(1);
        }
    }

    private static String publish(String slug) {
        return "insert into news (slug, title, summary, published_at) values ('" + slug
                + "', 'Titel', 'Ingress', now())";
    }

    private void commit(String... statements) throws SQLException {
        try (Connection session = sessions.open()) {
            session.setAutoCommit(false);
            for (String statement : statements) {
                run(session, statement);
            }
            session.commit();
        }
    }

    private static void run(Connection session, String sql) throws SQLException {
        try (Statement statement = session.createStatement()) {
            statement.execute(sql);
        }
    }

    private long position() {
        return newsroom.ask("select position from feed", Long.class).getFirst();
    }

    private List<Long> positions() {
        return newsroom.ask("select position from event where position > " + start + " order by position", Long.class);
    }

    private List<String> types() {
        return newsroom.ask("select type from event where position > " + start + " order by position", String.class);
    }

    private List<String> slugs() {
        return newsroom.ask("select slug from event where position > " + start + " order by position", String.class);
    }
}
