package se.utrop.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** pgbench with the statements that Utrop sends: what the database allows, of which nobody who asks it can have more. */
final class Pgbench {

    private static final String LOG = "pgbench-log";

    private final Options options;
    private final Path work;

    private Pgbench(Options options) {
        this.options = options;
        this.work = Path.of(options.text("work"));
    }

    public static void main(String[] arguments) throws Exception {
        Pgbench pgbench = new Pgbench(new Options(arguments));
        for (Scenario scenario : Scenario.ALL) {
            pgbench.measure(scenario, "hot", 1);
            if (scenario.varies()) {
                pgbench.measure(scenario, "cold", pgbench.options.number("news"));
            }
        }
    }

    private void measure(Scenario scenario, String variant, int spread) throws Exception {
        run(scenario, spread, options.number("warmup"));
        int seconds = options.number("seconds");
        run(scenario, spread, seconds);
        long[] latencies = latencies();
        Path script = script(scenario);
        long statements = Files.readString(script)
                .chars()
                .filter(character -> character == ';')
                .count();
        Measurement measurement = new Measurement(
                scenario.name(),
                variant,
                latencies.length / (double) seconds,
                latencies[latencies.length / 2] / 1000.0,
                latencies[latencies.length * 99 / 100] / 1000.0,
                0,
                statements,
                0);
        System.err.printf("  %s, %s: %,.0f/s%n", scenario.name(), variant, measurement.rate());
        Files.writeString(
                work.resolve("results/pgbench.tsv"),
                measurement.line() + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    private Path script(Scenario scenario) {
        return Path.of(options.text("scripts"), scenario.name() + ".sql");
    }

    private void run(Scenario scenario, int spread, int seconds) throws IOException, InterruptedException {
        deleteLogs();
        ProcessBuilder builder = new ProcessBuilder(
                options.text("program"),
                "-h",
                "127.0.0.1",
                "-p",
                options.text("port"),
                "-U",
                Database.SERVER_ROLE,
                "-n",
                "-M",
                "prepared",
                "-c",
                options.text("connections"),
                "-T",
                Integer.toString(seconds),
                "-D",
                "news=" + options.text("news"),
                "-D",
                "deep=" + Reading.deep(options.number("news")),
                "-D",
                "spread=" + spread,
                "-f",
                script(scenario).toString(),
                "-l",
                "--log-prefix=" + work.resolve(LOG),
                "utrop");
        builder.environment().put("LD_LIBRARY_PATH", options.text("libraries"));
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(said);
        }
    }

    /** A line of the log is a transaction, the third number its microseconds. */
    private long[] latencies() throws IOException {
        List<String> lines = new ArrayList<>();
        for (Path log : logs()) {
            lines.addAll(Files.readAllLines(log));
        }
        deleteLogs();
        return lines.stream()
                .mapToLong(line -> Long.parseLong(line.split(" ", -1)[2]))
                .sorted()
                .toArray();
    }

    private void deleteLogs() throws IOException {
        for (Path log : logs()) {
            Files.delete(log);
        }
    }

    private List<Path> logs() throws IOException {
        try (Stream<Path> files = Files.list(work)) {
            return files.filter(file -> file.getFileName().toString().startsWith(LOG))
                    .toList();
        }
    }
}
