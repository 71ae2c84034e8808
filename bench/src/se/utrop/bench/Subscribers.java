package se.utrop.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Holds many subscriptions to one server, publishes, and writes what it measures: lines of a label, a tab, a value. */
final class Subscribers {

    private static final int FIRST_VISITORS = 100;
    private static final int WAVE = 500;
    private static final int PARTS = 4;
    private static final Duration SETTLING = Duration.ofSeconds(3);
    private static final Duration BETWEEN_EVENTS = Duration.ofMillis(100);
    private static final Duration WARM_UP_PATIENCE = Duration.ofSeconds(10);

    private final Options options;
    private final Database database;
    private final Server server;
    private final Client client;
    private final Map<String, String> results = new LinkedHashMap<>();

    private int published;

    private Subscribers(Options options, Database database, Server server, Client client) {
        this.options = options;
        this.database = database;
        this.server = server;
        this.client = client;
    }

    public static void main(String[] arguments) throws Exception {
        Options options = new Options(arguments);
        Server server = new Server(options.number("pid"), options.number("port"));
        try (Database database = new Database(options.text("postgres"), options.text("against"));
                Client client = new Client(options.number("port"))) {
            new Subscribers(options, database, server, client).run();
        }
    }

    private void run() throws Exception {
        beVisitedOnce();
        Server.Memory empty = server.memory();

        Deliveries deliveries = new Deliveries(options.number("sockets"));
        long start = System.nanoTime();
        List<Subscriber> subscribers = open(options.number("sockets"), deliveries);
        report("sockets open after, s", "%.1f".formatted((System.nanoTime() - start) / 1e9));
        settle();
        reportGrowth(empty, server.memory());
        reportIdleStatements();

        warmUp(deliveries);
        deliver("", deliveries);
        if (options.number("stalled") > 0) {
            deliverBesideStalled(deliveries);
        }
        report("sockets lost", Long.toString(lost(subscribers)));
        client.close(subscribers);
        if (options.number("churn") > 0) {
            churn();
        }
        write();
    }

    /** What a server makes once, for its first visitors, is not the price of a socket. */
    private void beVisitedOnce() throws Exception {
        Deliveries deliveries = new Deliveries(FIRST_VISITORS);
        List<Subscriber> visitors = open(FIRST_VISITORS, deliveries);
        warmUp(deliveries);
        client.close(visitors);
        settle();
    }

    private void reportGrowth(Server.Memory empty, Server.Memory full) {
        reportGrowth("resident memory", empty.resident(), full.resident());
        reportGrowth("live heap", empty.heap(), full.heap());
        reportGrowth("buffers outside of the heap", empty.buffers(), full.buffers());
    }

    private void reportGrowth(String what, long empty, long full) {
        report(what + ", empty → full, MiB", "%.0f → %.0f".formatted(empty / 1048576.0, full / 1048576.0));
        report(what + ", KiB a socket", "%.1f".formatted((full - empty) / 1024.0 / options.number("sockets")));
    }

    private void reportIdleStatements() throws Exception {
        int seconds = options.number("idle");
        long before = database.statements();
        Thread.sleep(Duration.ofSeconds(seconds));
        report("SQL statements/s while idle", "%.2f".formatted((database.statements() - before) / (double) seconds));
    }

    /** The first events also show that every subscription stands: graphql-transport-ws has no answer that says so. */
    private void warmUp(Deliveries deliveries) throws Exception {
        int heard = 0;
        for (int tries = 0; heard < options.number("warmup"); tries++) {
            if (tries == heard + 5) {
                throw new IllegalStateException("No event reaches all subscribers");
            }
            heard += publish(deliveries).awaitAll(WARM_UP_PATIENCE) ? 1 : 0;
        }
        deliveries.forget();
    }

    /** The memory is looked at between parts of the events: a full collection would be in the way of deliveries. */
    private void deliver(String condition, Deliveries deliveries) throws Exception {
        int events = options.number("events") / PARTS * PARTS;
        List<Server.Memory> memory = new ArrayList<>(List.of(server.memory()));
        double serverTime = 0;
        double clientTime = -client.processorSeconds();
        long statements = database.statements();
        for (int part = 0; part < PARTS; part++) {
            serverTime -= server.processorSeconds();
            publishAll(events / PARTS, deliveries);
            serverTime += server.processorSeconds();
            memory.add(server.memory());
        }
        clientTime += client.processorSeconds();
        statements = database.statements() - statements;

        Deliveries.Summary summary = deliveries.summary();
        deliveries.forget();
        report("first" + condition + ", ms after commit", summary.first());
        report("median" + condition, summary.median());
        report("p99" + condition, summary.p99());
        report("last" + condition, summary.last());
        report("misses, repeats, out of order, broken chains" + condition, summary.faults());
        report("processor time a delivery" + condition + ", µs", "%.1f".formatted(serverTime * 1e6 / summary.count()));
        report("the same of the client" + condition, "%.1f".formatted(clientTime * 1e6 / summary.count()));
        report("SQL statements an event" + condition, "%.1f".formatted(statements / (double) events));
        report("live heap over the events" + condition + ", MiB", mebibytes(memory, Server.Memory::heap));
        report("buffers outside of the heap, the same" + condition, mebibytes(memory, Server.Memory::buffers));
        report("resident memory, the same" + condition, mebibytes(memory, Server.Memory::resident));
    }

    private void deliverBesideStalled(Deliveries deliveries) throws Exception {
        List<Subscriber> stalled = open(options.number("stalled"), null);
        settle();
        deliver(" beside stalled", deliveries);
        client.read(stalled);
        settle();
        report("stalled sockets that the server ended", lost(stalled) + " of " + stalled.size());
        client.close(stalled);
    }

    private void churn() throws Exception {
        settle();
        Server.Memory memory = server.memory();
        String gauges = server.gauges();
        int sessions = database.sessions();
        for (int opened = 0; opened < options.number("churn"); opened += WAVE) {
            client.kill(open(Math.min(WAVE, options.number("churn") - opened), null));
        }
        settle();
        report("churn: sockets, subscriptions", gauges + " → " + server.gauges());
        report("churn: database sessions", sessions + " → " + database.sessions());
        report("churn: live heap, MiB", mebibytes(List.of(memory, server.memory()), Server.Memory::heap));
    }

    private void publishAll(int count, Deliveries deliveries) throws Exception {
        Duration patience = Duration.ofSeconds(options.number("patience"));
        if (options.number("rate") == 0) {
            for (int i = 0; i < count; i++) {
                publish(deliveries).awaitAll(patience);
                Thread.sleep(BETWEEN_EVENTS);
            }
            return;
        }
        List<Deliveries.Event> events = new ArrayList<>();
        long interval = 1_000_000_000L / options.number("rate");
        for (long due = System.nanoTime(); events.size() < count; due += interval) {
            for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
                LockSupport.parkNanos(due - now);
            }
            events.add(publish(deliveries));
        }
        long deadline = System.nanoTime() + patience.toNanos();
        for (Deliveries.Event event : events) {
            event.awaitAll(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
        }
    }

    private Deliveries.Event publish(Deliveries deliveries) throws SQLException {
        Deliveries.Event event = deliveries.expect(++published);
        event.committed(database.publish(published));
        return event;
    }

    /** Without deliveries to note, they subscribe and then never read. */
    private List<Subscriber> open(int count, Deliveries deliveries) throws Exception {
        boolean eventStream = options.text("transport").equals("sse");
        List<Subscriber> subscribers = IntStream.range(0, count)
                .mapToObj(number -> eventStream
                        ? new EventStreamSubscriber(client, deliveries, number)
                        : new WebSocketSubscriber(client, deliveries, number))
                .collect(Collectors.toList());
        client.open(subscribers);
        return subscribers;
    }

    private static long lost(List<Subscriber> subscribers) {
        return subscribers.stream().filter(Subscriber::isLost).count();
    }

    private static String mebibytes(List<Server.Memory> memory, ToLongFunction<Server.Memory> part) {
        return memory.stream()
                .map(moment -> "%.0f".formatted(part.applyAsLong(moment) / 1048576.0))
                .collect(Collectors.joining(" → "));
    }

    private static void settle() throws InterruptedException {
        Thread.sleep(SETTLING);
    }

    private void report(String label, String value) {
        System.err.println("  " + label + ": " + value);
        results.put(label, value);
    }

    private void write() throws IOException {
        Files.write(
                Path.of(options.text("results")),
                results.entrySet().stream()
                        .map(line -> line.getKey() + "\t" + line.getValue())
                        .toList());
    }
}
