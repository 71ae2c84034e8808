package se.utrop.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Follows one feed through a proxy before two nodes, publishes, and writes what it measures: a label, a tab, a value. */
final class Followers {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SHORTEST_PAUSE_MILLIS = 200;
    private static final int LONGEST_PAUSE_MILLIS = 2_000;
    private static final int WARM_UP = 5;

    /** Longer than an answer may be kept. */
    private static final Duration KEPT = Duration.ofSeconds(61);

    private static final Pattern REQUEST = Pattern.compile("GET /feed ");

    private final Options options;
    private final Database database;
    private final FeedClient client;
    private final Deliveries deliveries;
    private final List<Server> nodes = new ArrayList<>();
    private final List<Path> logs;
    private final Map<String, String> results = new LinkedHashMap<>();

    private int published;

    private Followers(Options options, Database database, FeedClient client) throws IOException {
        this.options = options;
        this.database = database;
        this.client = client;
        this.deliveries = new Deliveries(options.number("clients"));
        this.logs = Stream.of(options.text("logs").split(",", -1)).map(Path::of).toList();
        for (String node : options.text("nodes").split(",", -1)) {
            String[] parts = node.split(":", -1);
            nodes.add(new Server(Integer.parseInt(parts[0]), Integer.parseInt(parts[1])));
        }
    }

    public static void main(String[] arguments) throws Exception {
        Options options = new Options(arguments);
        try (Database database = new Database(options.text("postgres"), options.text("database"));
                FeedClient client = new FeedClient(options.number("port"), options.number("spread"))) {
            new Followers(options, database, client).run();
        }
    }

    private void run() throws Exception {
        long start = System.nanoTime();
        client.open(IntStream.range(0, options.number("clients"))
                .mapToObj(number -> new FeedFollower(client, deliveries, number))
                .toList());
        report("clients", options.text("clients"));
        report("all follow after, s", "%.1f".formatted((System.nanoTime() - start) / 1e9));
        publishAll(WARM_UP, 0);
        deliveries.forget();
        idle();
        if (options.number("events") > 0) {
            deliver();
        }
        if (options.text("retract").equals("yes")) {
            retract();
        }
        report("broken chains", Integer.toString(client.brokenChains()));
        report(
                "refused or cut off",
                client.faults().isEmpty() ? "0" : client.faults().toString());
        Files.write(
                Path.of(options.text("results")),
                results.entrySet().stream()
                        .map(line -> line.getKey() + "\t" + line.getValue())
                        .toList());
    }

    private void idle() throws Exception {
        int seconds = options.number("idle");
        long atNodes = requestsAtNodes();
        long asked = client.requests();
        long statements = database.statements();
        Thread.sleep(Duration.ofSeconds(seconds));
        double buckets = seconds / (double) options.number("hold");
        report("requests at the nodes an idle bucket", "%.2f".formatted((requestsAtNodes() - atNodes) / buckets));
        report(
                "requests of a client a second, idle",
                "%.3f".formatted((client.requests() - asked) / (double) seconds / options.number("clients")));
        report(
                "SQL statements a second, idle",
                "%.2f".formatted((database.statements() - statements) / (double) seconds));
    }

    private void deliver() throws Exception {
        int events = options.number("events");
        long atNodes = requestsAtNodes();
        long asked = client.requests();
        long statements = database.statements();
        double[] nodeTime = nodeSeconds();
        double proxyTime = proxySeconds();
        double clientTime = client.processorSeconds();
        long start = System.nanoTime();
        publishAll(events, LONGEST_PAUSE_MILLIS);
        double buckets = (System.nanoTime() - start) / 1e9 / options.number("hold");
        Deliveries.Summary summary = deliveries.summary();
        report("events", Integer.toString(events));
        report("first, ms after commit", summary.first());
        report("median", summary.median());
        report("p99", summary.p99());
        report("last", summary.last());
        report("gaps, repeats, out of order", summary.faults().replaceFirst(", \\d+$", ""));
        report(
                "requests at the nodes an event",
                "%.2f, and %.1f buckets ended".formatted((requestsAtNodes() - atNodes) / (double) events, buckets));
        report(
                "requests of a client an event",
                "%.2f".formatted((client.requests() - asked) / (double) events / options.number("clients")));
        report(
                "SQL statements an event and node",
                "%.2f".formatted((database.statements() - statements) / (double) events / nodes.size()));
        report("processor time of the nodes an event, ms", "%.1f".formatted(secondsSince(nodeTime) * 1e3 / events));
        report("the same of the proxy", "%.1f".formatted((proxySeconds() - proxyTime) * 1e3 / events));
        report("the same of the clients", "%.1f".formatted((client.processorSeconds() - clientTime) * 1e3 / events));
        deliveries.forget();
    }

    /** In the middle of them, what is to fail fails. */
    private void publishAll(int count, int longestPause) throws Exception {
        for (int i = 0; i < count; i++) {
            if (longestPause > 0 && i == count / 2) {
                fail();
            }
            Deliveries.Event event = deliveries.expect(++published);
            event.committed(database.publish(published));
            if (!event.awaitAll(PATIENCE)) {
                System.err.println("  event " + published + " has not reached all");
            }
            if (longestPause > 0) {
                Thread.sleep(ThreadLocalRandom.current().nextInt(SHORTEST_PAUSE_MILLIS, longestPause));
            }
        }
    }

    private void fail() throws IOException, InterruptedException {
        String command = options.text("fault");
        if (!command.isEmpty()) {
            System.err.println("  " + command);
            new ProcessBuilder("sh", "-c", command).inheritIO().start().waitFor();
        }
    }

    /** Deletes an item and asks the proxy once more for all that clients have ever asked it for. */
    private void retract() throws Exception {
        String slug = Database.SLUG + published;
        Set<String> addresses = client.addresses();
        report("addresses that tell of the item before it is retracted", Long.toString(telling(slug, addresses)));
        database.retract(published);
        Thread.sleep(KEPT);
        Set<String> all = client.addresses();
        report("the same 61 s later", "%d of %d".formatted(telling(slug, all), all.size()));
    }

    /** Only an event that has the item's text, not the one that it was retracted. */
    private long telling(String slug, Set<String> addresses) throws Exception {
        try (HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            long telling = 0;
            for (String address : addresses) {
                // the latest would be held
                HttpRequest request = HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + options.text("port") + address))
                        .timeout(Duration.ofSeconds(2L * options.number("hold") + 10))
                        .build();
                String body =
                        http.send(request, HttpResponse.BodyHandlers.ofString()).body();
                telling += body.contains("\"slug\":\"" + slug + "\",\"title\"") ? 1 : 0;
            }
            return telling;
        }
    }

    private long requestsAtNodes() throws IOException {
        long requests = 0;
        for (Path log : logs) {
            requests += REQUEST.matcher(Files.readString(log)).results().count();
        }
        return requests;
    }

    private double[] nodeSeconds() throws IOException {
        double[] seconds = new double[nodes.size()];
        for (int i = 0; i < seconds.length; i++) {
            seconds[i] = nodes.get(i).isAlive() ? nodes.get(i).processorSeconds() : 0;
        }
        return seconds;
    }

    /** Of the nodes that are still alive. */
    private double secondsSince(double[] before) throws IOException {
        double[] now = nodeSeconds();
        return IntStream.range(0, now.length)
                .filter(i -> now[i] > 0)
                .mapToDouble(i -> now[i] - before[i])
                .sum();
    }

    /** Of the proxy's processes, also of those that it starts later. */
    private double proxySeconds() throws IOException {
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(process -> process.getFileName().toString().matches("\\d+"))
                    .mapToDouble(process -> proxySeconds(process, options.text("proxy")))
                    .sum();
        }
    }

    private static double proxySeconds(Path process, String name) {
        try {
            String stat = Files.readString(process.resolve("stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return stat.contains("(" + name) ? (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / 100.0 : 0;
        } catch (IOException e) {
            return 0; // It has ended.
        }
    }

    private void report(String label, String value) {
        System.err.println("  " + label + ": " + value);
        results.put(label, value);
    }
}
