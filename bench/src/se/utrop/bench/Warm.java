package se.utrop.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How the rate of a server climbs from its start on: {@code --option=value … -- name port documents command …}, the latter
 * for each server. Each is asked for the front page, cold, without a pause since its first answer, and printed as a row of
 * a table of requests a second; then as one of its processor time for a request.
 */
final class Warm {

    private static final int SLICE = 5;
    private static final int LINES = 100_000;

    private final Options options;
    private final Path work;

    private Warm(Options options) {
        this.options = options;
        this.work = Path.of(options.text("work"));
    }

    public static void main(String[] arguments) throws Exception {
        List<List<String>> groups = Options.groups(arguments);
        Options options = new Options(groups.getFirst().toArray(String[]::new));
        Warm warm = new Warm(options);
        List<String> rates = new ArrayList<>();
        List<String> costs = new ArrayList<>();
        for (List<String> group : groups.subList(1, groups.size())) {
            warm.measure(group, rates, costs);
        }
        System.out.println(warm.head("requests/s"));
        rates.forEach(System.out::println);
        System.out.println();
        System.out.println(warm.head("processor time, µs a request"));
        costs.forEach(System.out::println);
    }

    private String head(String what) {
        StringBuilder head = new StringBuilder("| " + what + ", in the seconds up to |");
        StringBuilder line = new StringBuilder("| --- |");
        for (int end = SLICE; end <= options.number("seconds"); end += SLICE) {
            head.append(" ").append(end).append(" |");
            line.append(" ---: |");
        }
        return head + "\n" + line;
    }

    private void measure(List<String> group, List<String> rates, List<String> costs) throws Exception {
        String name = group.get(0);
        int port = Integer.parseInt(group.get(1));
        Scenario front = Scenario.ALL.getFirst();
        String document = Files.readString(Path.of(group.get(2)).resolve(front.name() + ".graphql"));
        Variables variables = new Variables(name.equals("postgraphile"), options.number("news"), List.of(""));
        Load load = new Load(port, Path.of(options.text("script")), options.number("connections"), work);
        ServerProcess process = new ServerProcess(group.subList(3, group.size()), work.resolve(name + ".log"));
        StringBuilder rate = new StringBuilder("| " + name + " |");
        StringBuilder cost = new StringBuilder("| " + name + " |");
        try (Http http = new Http(port)) {
            process.awaitAnswer(http, "/graphql", document);
            Server server = new Server(process.pid(), port);
            int asked = 0;
            for (int end = SLICE; end <= options.number("seconds"); end += SLICE) {
                double before = server.processorSeconds();
                List<String> values = variables.cold(front, asked, LINES);
                Load.Outcome outcome = load.run(
                        List.of(new Load.Entry(1, "POST", "/graphql", Http.beginning(document), values)), SLICE);
                asked += outcome.used().getFirst();
                rate.append(" %,.0f |".formatted(outcome.right() / outcome.seconds()));
                cost.append(" %,.0f |".formatted(1e6 * (server.processorSeconds() - before) / outcome.right()));
                System.err.printf("%s, %d s: %,.0f/s%n", name, end, outcome.right() / outcome.seconds());
            }
        } finally {
            process.end();
        }
        rates.add(rate.toString());
        costs.add(cost.toString());
    }
}
