package se.utrop.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What Utrop's counts cost by filter: one reader asks for {@code totalCount} and {@code archive}, never twice for the same.
 * Prints a table in Markdown. {@code --port=… --documents=… --news=… --requests=… --warmup=…}, the last in seconds.
 */
final class Counts {

    private static final Map<String, String> FILTERS = filters();

    private static final List<String> DOCUMENTS = List.of("total", "archive", "months");

    private final Options options;
    private final Http http;
    private int asked;

    private Counts(Options options) {
        this.options = options;
        this.http = new Http(options.number("port"));
    }

    public static void main(String[] arguments) throws Exception {
        Counts counts = new Counts(new Options(arguments));
        counts.warmUp();
        counts.print();
        counts.http.close();
    }

    /** Those of the pages, and what can be asked of counts beside. */
    private static Map<String, String> filters() {
        Map<String, String> filters = new LinkedHashMap<>(Filters.FILTERS);
        filters.put("without a topic", "\"topics\":{\"noneOf\":[\"kollektivtrafik\"]}");
        filters.put(
                "without three topics", "\"topics\":{\"noneOf\":[\"kollektivtrafik\",\"sjukhus\",\"vardcentraler\"]}");
        filters.put("any of three topics", "\"topics\":{\"anyOf\":[\"tandvard\",\"sjukhus\",\"kultur\"]}");
        filters.put("both of two topics", "\"topics\":{\"allOf\":[\"kollektivtrafik\",\"sjukhus\"]}");
        filters.put("dates within months", "\"publishedOn\":{\"from\":\"2008-03-03\",\"to\":\"2019-10-29\"}");
        filters.put(
                "without a topic, dates within months",
                "\"topics\":{\"noneOf\":[\"kollektivtrafik\"]},\"publishedOn\":{\"from\":\"2008-03-03\",\"to\":\"2019-10-29\"}");
        filters.put("all at once", """
            "topics":{"anyOf":["tandvard","sjukhus","kultur"],"noneOf":["kollektivtrafik"]},"kinds":["ARTICLE"],\
            "urgencies":["ROUTINE","BREAKING"],"publishedOn":{"from":"2008-03-03","to":"2019-10-29"}\
            """);
        return filters;
    }

    private void warmUp() throws Exception {
        long end = System.nanoTime() + options.number("warmup") * 1_000_000_000L;
        while (System.nanoTime() < end) {
            for (String filter : FILTERS.values()) {
                for (String document : DOCUMENTS) {
                    ask(document, filter);
                }
            }
        }
    }

    private void print() throws Exception {
        System.out.printf(
                "%nOne reader on %,d news, no question asked twice: %d requests a filter and field, over HTTP. In"
                        + " milliseconds.%n%n",
                options.number("news"), options.number("requests"));
        System.out.println("| filter | totalCount p50 | p99 | archive p50 | p99 | archive with topics p50 | p99 |");
        System.out.println("|---|---:|---:|---:|---:|---:|---:|");
        for (Map.Entry<String, String> filter : FILTERS.entrySet()) {
            StringBuilder row = new StringBuilder("| " + filter.getKey() + " |");
            for (String document : DOCUMENTS) {
                double[] times = times(document, filter.getValue());
                row.append(" %.1f | %.1f |".formatted(times[times.length / 2], times[times.length * 99 / 100]));
            }
            System.out.println(row);
        }
    }

    private double[] times(String document, String filter) throws Exception {
        double[] times = new double[options.number("requests")];
        for (int i = 0; i < times.length; i++) {
            times[i] = ask(document, filter);
        }
        Arrays.sort(times);
        return times;
    }

    /** Until another instant behind all news each time, so that no answer has been kept. */
    private double ask(String document, String filter) throws Exception {
        String until = "\"publishedAt\":{\"until\":\"%s\"}".formatted(Variables.AFTER_ALL.plusMillis(asked++));
        String variables = "{\"filter\":{%s%s}}".formatted(filter.isEmpty() ? "" : filter + ",", until);
        String text = Files.readString(Path.of(options.text("documents"), document + ".graphql"));
        long start = System.nanoTime();
        http.ask("/graphql", text, variables);
        return (System.nanoTime() - start) / 1e6;
    }
}
