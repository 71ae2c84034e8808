package se.utrop.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The results as Markdown: {@code directory server …}. */
final class ReadingTables {

    private static final List<String> PEERS = List.of("postgraphile", "mercurius");
    private static final List<String> VARIANTS = List.of("hot", "hot, GET", "hot, publishing", "cold");
    private static final String NONE = "–";

    private final Path directory;
    private final List<String> servers;
    private final Map<String, Map<String, Measurement>> measurements = new LinkedHashMap<>();

    private ReadingTables(Path directory, List<String> servers) throws IOException {
        this.directory = directory;
        this.servers = servers;
        for (String server : servers) {
            Map<String, Measurement> own = new LinkedHashMap<>();
            for (String line : Files.readAllLines(directory.resolve(server + ".tsv"))) {
                Measurement measurement = Measurement.of(line);
                own.put(key(measurement.scenario(), measurement.variant()), measurement);
            }
            measurements.put(server, own);
        }
    }

    public static void main(String[] arguments) throws IOException {
        List<String> servers = Arrays.asList(arguments).subList(1, arguments.length);
        new ReadingTables(Path.of(arguments[0]), servers).print();
    }

    private void print() throws IOException {
        printRatios();
        for (Scenario scenario : Scenario.ALL) {
            printScenario(scenario.label(), scenario.name(), VARIANTS);
        }
        printScenario("Mix, half of it hot and half cold", "mix", List.of("quiet", "publishing"));
        printProcesses();
        printFilters();
    }

    private void printRatios() {
        System.out.printf("%n## Requests/s of Utrop, divided by those of others%n%n");
        row("", "utrop", "best peer", "÷ best peer", "÷ PostGraphile", "÷ Mercurius", "÷ floor", "÷ pgbench");
        row("---", "---:", "---", "---:", "---:", "---:", "---:", "---:");
        for (Scenario scenario : Scenario.ALL) {
            VARIANTS.forEach(variant -> printRatio(scenario.label(), scenario.name(), variant));
        }
        List.of("quiet", "publishing").forEach(variant -> printRatio("Mix", "mix", variant));
    }

    private void printRatio(String label, String scenario, String variant) {
        Measurement utrop = of("utrop", scenario, variant);
        if (utrop == null) {
            return;
        }
        String byPost = variant.equals("hot, GET") ? "hot" : variant;
        String best = PEERS.stream()
                .filter(peer -> of(peer, scenario, byPost) != null)
                .reduce((a, b) -> of(a, scenario, byPost).rate()
                                >= of(b, scenario, byPost).rate()
                        ? a
                        : b)
                .orElse(NONE);
        row(
                label + ", " + variant,
                "%,.0f".formatted(utrop.rate()),
                best,
                ratio(utrop, best, scenario, byPost),
                ratio(utrop, "postgraphile", scenario, byPost),
                ratio(utrop, "mercurius", scenario, byPost),
                ratio(utrop, "floor", scenario, variant.equals("hot, GET") ? variant : "hot"),
                ratio(utrop, "pgbench", scenario, byPost));
    }

    private String ratio(Measurement utrop, String other, String scenario, String variant) {
        Measurement measurement = of(other, scenario, variant);
        return measurement == null || measurement.rate() == 0
                ? NONE
                : "%.2f".formatted(utrop.rate() / measurement.rate());
    }

    private void printScenario(String label, String scenario, List<String> variants) {
        System.out.printf("%n## %s%n%n", label);
        row("", "requests/s", "p50, ms", "p99, ms", "errors", "SQL a request", "bytes");
        row("---", "---:", "---:", "---:", "---:", "---:", "---:");
        for (String variant : variants) {
            for (String server : servers) {
                printMeasurement(server + ", " + variant, of(server, scenario, variant));
            }
        }
    }

    private void printMeasurement(String label, Measurement measurement) {
        if (measurement != null) {
            row(
                    label,
                    "%,.0f".formatted(measurement.rate()),
                    "%.2f".formatted(measurement.median()),
                    "%.2f".formatted(measurement.p99()),
                    Long.toString(measurement.errors()),
                    "%.2f".formatted(measurement.statements()),
                    measurement.bytes() == 0 ? NONE : "%,d".formatted(measurement.bytes()));
        }
    }

    private void printProcesses() throws IOException {
        Map<String, String> values = new LinkedHashMap<>();
        Set<String> labels = new LinkedHashSet<>();
        for (String line : Files.readAllLines(directory.resolve("processes.tsv"))) {
            String[] fields = line.split("\t", -1);
            labels.add(fields[1]);
            values.put(key(fields[0], fields[1]), fields[2]);
        }
        List<String> processes =
                servers.stream().filter(server -> !server.equals("pgbench")).toList();
        System.out.printf("%n## Processes%n%n");
        row(cells("", processes.stream()));
        row(cells("---", processes.stream().map(server -> "---:")));
        for (String label : labels) {
            row(cells(label, processes.stream().map(server -> values.getOrDefault(key(server, label), NONE))));
        }
    }

    private void printFilters() throws IOException {
        Map<String, String[]> large = filters("utrop");
        Map<String, String[]> small = filters("small");
        if (large.isEmpty()) {
            return;
        }
        System.out.printf("%n## Utrop's pages by filter, one reader, cold, p50 in ms%n%n");
        row("", "page 1", "deep page", "its number", "÷ page 1", "page 1 of 10,000 news", "÷ that");
        row("---", "---:", "---:", "---:", "---:", "---:", "---:");
        large.forEach((filter, fields) -> row(
                filter,
                fields[1],
                fields[2].replace("NaN", NONE),
                fields[3],
                ratio(fields[2], fields[1]),
                small.containsKey(filter) ? small.get(filter)[1] : NONE,
                small.containsKey(filter) ? ratio(fields[1], small.get(filter)[1]) : NONE));
    }

    private Map<String, String[]> filters(String database) throws IOException {
        Map<String, String[]> filters = new LinkedHashMap<>();
        Path file = directory.resolve("filters-" + database + ".tsv");
        for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
            String[] fields = line.split("\t", -1);
            filters.put(fields[0], fields);
        }
        return filters;
    }

    private static String ratio(String one, String other) {
        double ratio = Double.parseDouble(one) / Double.parseDouble(other);
        return Double.isNaN(ratio) ? NONE : "%.2f".formatted(ratio);
    }

    private static String[] cells(String first, Stream<String> others) {
        return Stream.concat(Stream.of(first), others).toArray(String[]::new);
    }

    private Measurement of(String server, String scenario, String variant) {
        return measurements.getOrDefault(server, Map.of()).get(key(scenario, variant));
    }

    private static String key(String first, String second) {
        return first + "\t" + second;
    }

    private static void row(String... cells) {
        System.out.println(Arrays.stream(cells).collect(Collectors.joining(" | ", "| ", " |")));
    }
}
