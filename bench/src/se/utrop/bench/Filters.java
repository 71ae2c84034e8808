package se.utrop.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Whether a page of Utrop costs the same wherever it lies and however many news there are: one reader asks for the first
 * page and for deep ones, and for the first page of other newsrooms, in turns and never twice for the same, with each filter.
 * Arguments as of {@link Reading}, the names being those of databases.
 */
final class Filters {

    private static final int TURNS = 5;
    private static final int TURN_SECONDS = 1;
    private static final int SUPPLY = 50_000;

    static final Map<String, String> FILTERS = filters();

    private final Options options;
    private final Path work;
    private final List<Newsroom> newsrooms = new ArrayList<>();

    private Filters(Options options) {
        this.options = options;
        this.work = Path.of(options.text("work"));
    }

    public static void main(String[] arguments) throws Exception {
        List<List<String>> groups = Options.groups(arguments);
        Filters filters = new Filters(new Options(groups.getFirst().toArray(String[]::new)));
        for (List<String> group : groups.subList(1, groups.size())) {
            filters.start(group);
        }
        for (Map.Entry<String, String> filter : FILTERS.entrySet()) {
            filters.measure(filter.getKey(), filter.getValue());
        }
        filters.newsrooms.forEach(newsroom -> newsroom.http.close());
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

    private void start(List<String> group) throws Exception {
        int port = Integer.parseInt(group.get(1));
        Newsroom newsroom = new Newsroom(group.get(0), port, Path.of(group.get(2)));
        new ServerProcess(group.subList(3, group.size()), work.resolve("filters-" + newsroom.database + ".log"))
                .awaitAnswer(newsroom.http, "/graphql", newsroom.document("filtered"));
        newsroom.first("").median(Math.max(1, options.number("rampup") / 2));
        newsrooms.add(newsroom);
    }

    private void measure(String name, String filter) throws Exception {
        List<Pages> pages = new ArrayList<>();
        for (Newsroom newsroom : newsrooms) {
            pages.add(newsroom.first(filter));
        }
        DeepPages deep = newsrooms.getFirst().deep(filter);
        pages.add(deep.pages);
        List<Double> medians = inTurns(pages);
        for (int i = 0; i < newsrooms.size(); i++) {
            String line = "%s\t%.3f".formatted(name, medians.get(i))
                    + (i == 0 ? "\t%.3f\t%d".formatted(medians.getLast(), deep.number) : "");
            System.err.println("  " + newsrooms.get(i).database + ": " + line.replace('\t', ' '));
            Files.writeString(
                    work.resolve("results").resolve("filters-" + newsrooms.get(i).database + ".tsv"),
                    line + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
    }

    private static List<Double> inTurns(List<Pages> pages) throws Exception {
        List<List<Double>> turns = pages.stream()
                .map(one -> (List<Double>) new ArrayList<Double>())
                .toList();
        for (int turn = 0; turn < TURNS; turn++) {
            for (int i = 0; i < pages.size(); i++) {
                turns.get(i).add(pages.get(i).median(TURN_SECONDS));
            }
        }
        return turns.stream().map(Filters::median).toList();
    }

    /** Not a number where one isn't. */
    private static double median(List<Double> numbers) {
        List<Double> sorted = numbers.stream().sorted().toList();
        return sorted.getLast().isNaN() ? Double.NaN : sorted.get(TURNS / 2);
    }

    /** @param number of the first of them */
    private record DeepPages(int number, Pages pages) {}

    /** Utrop on a database of its own. */
    private final class Newsroom {

        private final String database;
        private final Path documents;
        private final Http http;
        private final Load load;

        Newsroom(String database, int port, Path documents) {
            this.database = database;
            this.documents = documents;
            this.http = new Http(port);
            this.load = new Load(port, Path.of(options.text("script")), 1, work);
        }

        /** The first page, until another instant each time. */
        Pages first(String filter) throws IOException {
            return pages(IntStream.range(0, SUPPLY)
                    .mapToObj(number ->
                            "{\"filter\":{%s%s}}".formatted(filter.isEmpty() ? "" : filter + ",", until(number)))
                    .toList());
        }

        private static String until(int number) {
            return "\"publishedAt\":{\"until\":\"%s\"}".formatted(Variables.AFTER_ALL.plusMillis(number));
        }

        DeepPages deep(String filter) throws Exception {
            String member = "\"filter\":{" + filter + "}";
            List<String> cursors = Cursors.first(Reading.DEEP + SUPPLY, http, document("cursors"), member);
            int deep = Math.min(Reading.DEEP, cursors.size() * 2 / 3);
            return new DeepPages(
                    deep / Reading.PAGE + 1,
                    pages(cursors.subList(deep, cursors.size()).stream()
                            .map(cursor -> "{%s,\"after\":\"%s\"}".formatted(member, cursor))
                            .toList()));
        }

        private Pages pages(List<String> variables) throws IOException {
            return new Pages(load, Http.beginning(document("filtered")), variables);
        }

        String document(String name) throws IOException {
            return Files.readString(documents.resolve(name + ".graphql"));
        }
    }

    /** Pages of which none is asked for twice. */
    private static final class Pages {

        private final Load load;
        private final String beginning;
        private List<String> left;

        Pages(Load load, String beginning, List<String> variables) {
            this.load = load;
            this.beginning = beginning;
            this.left = variables;
        }

        /** In milliseconds; not a number where the pages ran out, since what was asked before isn't cold. */
        double median(int seconds) throws Exception {
            if (left.isEmpty()) {
                return Double.NaN;
            }
            Load.Outcome outcome = load.run(List.of(new Load.Entry(1, "POST", "/graphql", beginning, left)), seconds);
            if (outcome.requests() > left.size()) {
                left = List.of();
                return Double.NaN;
            }
            left = left.subList((int) outcome.requests(), left.size());
            return outcome.median();
        }
    }
}
