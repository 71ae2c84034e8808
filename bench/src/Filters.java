import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Whether a page of Utrop costs the same wherever it lies and however many news there are: one reader asks for the first
 * page and for deep ones, never twice for the same, with each filter. Arguments as of {@link Reading}.
 */
final class Filters {

    private static final int SUPPLY = 50_000;

    private static final Map<String, String> FILTERS = filters();

    private final Options options;
    private final Path work;
    private final Http http;
    private final Load load;

    private Filters(Options options, Http http) {
        this.options = options;
        this.work = Path.of(options.text("work"));
        this.http = http;
        this.load = new Load(options.number("port"), Path.of(options.text("script")), 1, work);
    }

    public static void main(String[] arguments) throws Exception {
        int end = Arrays.asList(arguments).indexOf("--");
        Options options = new Options(Arrays.copyOf(arguments, end));
        List<String> command = Arrays.asList(arguments).subList(end + 1, arguments.length);
        try (Http http = new Http(options.number("port"))) {
            new Filters(options, http).run(command);
        }
    }

    private static Map<String, String> filters() {
        Map<String, String> filters = new LinkedHashMap<>();
        filters.put("none", "");
        filters.put("topic", "\"topics\":{\"anyOf\":[\"kollektivtrafik\"]}");
        filters.put(
                "topic and dates",
                "\"topics\":{\"anyOf\":[\"kollektivtrafik\"]},\"publishedOn\":{\"from\":\"2006-01-01\",\"to\":\"2025-06-30\"}");
        filters.put("kinds", "\"kinds\":[\"SITUATION_REPORT\"]");
        filters.put("urgencies", "\"urgencies\":[\"IMPORTANT\",\"BREAKING\"]");
        filters.put("series", "\"series\":\"lagesrapport-om-covid-19\"");
        return filters;
    }

    private void run(List<String> command) throws Exception {
        ServerProcess process = new ServerProcess(command, work.resolve("filters.log"));
        process.awaitAnswer(http, "/graphql", document("filtered"));
        median(first(""), options.number("rampup") / 2);
        for (Map.Entry<String, String> filter : FILTERS.entrySet()) {
            measure(filter.getKey(), filter.getValue());
        }
    }

    private void measure(String name, String filter) throws Exception {
        double first = median(first(filter), options.number("seconds"));
        String member = "\"filter\":{" + filter + "}";
        List<String> cursors = Cursors.first(Reading.DEEP + SUPPLY, http, document("cursors"), member);
        int deep = Math.min(Reading.DEEP, cursors.size() * 2 / 3);
        List<String> after = cursors.subList(deep, cursors.size()).stream()
                .map(cursor -> "{%s,\"after\":\"%s\"}".formatted(member, cursor))
                .toList();
        double further = median(after, options.number("seconds"));
        String line = "%s\t%.3f\t%.3f\t%d".formatted(name, first, further, deep / Reading.PAGE + 1);
        System.err.println("  " + line.replace('\t', ' '));
        Files.writeString(
                work.resolve("results").resolve("filters-" + options.text("database") + ".tsv"),
                line + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    /** Of the first page, until another instant each time. */
    private List<String> first(String filter) {
        return IntStream.range(0, SUPPLY)
                .mapToObj(number -> "{\"filter\":{%s%s}}".formatted(filter.isEmpty() ? "" : filter + ",", until(number)))
                .toList();
    }

    private static String until(int number) {
        return "\"publishedAt\":{\"until\":\"%s\"}".formatted(Variables.AFTER_ALL.plusMillis(number));
    }

    /** In milliseconds; not a number where the questions ran out, since what was asked before isn't cold. */
    private double median(List<String> variables, int seconds) throws Exception {
        Load.Entry entry = new Load.Entry(1, "POST", "/graphql", Http.beginning(document("filtered")), variables);
        Load.Outcome outcome = load.run(List.of(entry), Math.max(1, seconds));
        return outcome.requests() > variables.size() ? Double.NaN : outcome.median();
    }

    private String document(String name) throws IOException {
        return Files.readString(Path.of(options.text("documents"), name + ".graphql"));
    }
}
