package se.utrop.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** wrk, which sends as much as the server takes. */
final class Load {

    private final String address;
    private final Path script;
    private final int connections;
    private final Path directory;

    Load(int port, Path script, int connections, Path directory) {
        this("http://127.0.0.1:" + port, script, connections, directory);
    }

    private Load(String address, Path script, int connections, Path directory) {
        this.address = address;
        this.script = script;
        this.connections = connections;
        this.directory = directory;
    }

    /** The same with so many times as many connections. */
    Load times(int factor) {
        return new Load(address, script, factor * connections, directory);
    }

    /**
     * Requests of one kind.
     *
     * @param beginning the body up to the variables
     * @param variables JSON objects that are sent in turn; one alone is the same request again and again
     */
    record Entry(double weight, String method, String path, String beginning, List<String> variables) {}

    /**
     * @param right how many requests were answered without errors
     * @param used how often each entry was sent
     */
    record Outcome(double seconds, long right, double median, double p99, long errors, List<Integer> used) {

        long requests() {
            return used.stream().mapToLong(Integer::longValue).sum();
        }
    }

    Outcome run(List<Entry> entries, int seconds) throws IOException, InterruptedException {
        Process wrk = new ProcessBuilder(
                        "wrk",
                        "-t1",
                        "-c" + connections,
                        "-d" + seconds + "s",
                        "--timeout",
                        "10s",
                        "--latency",
                        "-s",
                        script.toString(),
                        address,
                        "--",
                        plan(entries).toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(wrk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        wrk.waitFor();
        return said.lines()
                .filter(line -> line.startsWith("RESULT\t"))
                .map(Load::outcome)
                .findFirst()
                .orElseThrow(() -> new IOException("wrk says: " + said));
    }

    private Path plan(List<Entry> entries) throws IOException {
        StringBuilder plan = new StringBuilder();
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            Path variables = directory.resolve("variables-" + i);
            Files.write(variables, entry.variables());
            plan.append("%s\t%s\t%s\t%s\t%s\n"
                    .formatted(entry.weight(), entry.method(), entry.path(), entry.beginning(), variables));
        }
        return Files.writeString(directory.resolve("plan"), plan);
    }

    private static Outcome outcome(String line) {
        String[] fields = line.split("\t", -1);
        return new Outcome(
                Double.parseDouble(fields[1]),
                Long.parseLong(fields[2]),
                Double.parseDouble(fields[3]) / 1000,
                Double.parseDouble(fields[4]) / 1000,
                Long.parseLong(fields[5]),
                Stream.of(fields[6].split(",")).map(Integer::valueOf).toList());
    }
}
