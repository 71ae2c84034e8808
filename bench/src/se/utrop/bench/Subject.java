package se.utrop.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A server that is measured, and asked whatever there is to ask, hot and cold. */
final class Subject implements AutoCloseable {

    private static final int LINES = 100_000;
    private static final int MOST_CURSORS = 200_000;

    private final String name;
    private final int port;
    private final Path documents;
    private final List<String> command;
    private final Options options;
    private final Path work;
    private final Http http;
    private final Load load;
    private final Map<Scenario, Integer> asked = new HashMap<>();

    private ServerProcess process;
    private Variables variables;

    Subject(String name, int port, Path documents, List<String> command, Options options) {
        this.name = name;
        this.port = port;
        this.documents = documents;
        this.command = command;
        this.options = options;
        this.work = Path.of(options.text("work"));
        this.http = new Http(port);
        this.load = new Load(port, Path.of(options.text("script")), options.number("connections"), work);
    }

    enum Variant {
        HOT("hot"),
        HOT_BY_GET("hot, GET"),
        COLD("cold");

        private final String label;

        Variant(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    record Question(Scenario scenario, Variant variant, double weight) {}

    String name() {
        return name;
    }

    boolean is(String other) {
        return name.equals(other);
    }

    /** In seconds, until the first answer. */
    double start() throws Exception {
        process = new ServerProcess(command, work.resolve(name + ".log"));
        Scenario front = Scenario.ALL.getFirst();
        double seconds = process.awaitAnswer(http, path(front), document(front.name()));
        variables = new Variables(is("postgraphile"), options.number("news"), is("floor") ? List.of("") : cursors());
        return seconds;
    }

    Server memory() throws IOException {
        return new Server(process.pid(), port);
    }

    /** So that what compiles itself as it runs has done so, whatever comes first. */
    void rampUp() throws Exception {
        int seconds = options.number("rampup") / Scenario.ALL.size();
        for (Scenario scenario : Scenario.ALL) {
            if (seconds > 0) {
                boolean cold = scenario.varies() && !is("floor");
                run(List.of(new Question(scenario, cold ? Variant.COLD : Variant.HOT, 1)), seconds);
            }
        }
    }

    String askHot(Scenario scenario) throws Exception {
        return ask(scenario, variables.hot(scenario));
    }

    String askCold(Scenario scenario) throws Exception {
        return ask(scenario, variables.cold(scenario, 0, 1).getFirst());
    }

    /** How long the answer is to what is asked hot. */
    int bytes(Scenario scenario) throws Exception {
        return askHot(scenario).getBytes(StandardCharsets.UTF_8).length;
    }

    Load.Outcome run(List<Question> questions, int seconds) throws Exception {
        return run(load, questions, seconds);
    }

    /** By so many times as many connections. */
    Load.Outcome crowd(int factor, Question question, int seconds) throws Exception {
        return run(load.times(factor), List.of(question), seconds);
    }

    private Load.Outcome run(Load load, List<Question> questions, int seconds) throws Exception {
        List<Load.Entry> entries = new ArrayList<>();
        for (Question question : questions) {
            entries.add(entry(question));
        }
        Load.Outcome outcome = load.run(entries, seconds);
        for (int i = 0; i < questions.size(); i++) {
            if (questions.get(i).variant() == Variant.COLD) {
                use(questions.get(i).scenario(), outcome.used().get(i));
            }
        }
        return outcome;
    }

    /** A few clients of their own, who ask what no other does. */
    Accepted accepted(Scenario scenario) throws Exception {
        List<String> values = variables.cold(scenario, asked.merge(scenario, 2 * LINES, Integer::sum) - LINES, LINES);
        return new Accepted(port, path(scenario), document(scenario.name()), values);
    }

    private void use(Scenario scenario, int used) {
        int sum = asked.merge(scenario, used, Integer::sum);
        if (used > LINES || sum > variables.supply(scenario)) {
            System.err.printf("  %s: the questions have run out, so some were asked twice%n", scenario.name());
        }
    }

    private Load.Entry entry(Question question) throws IOException {
        Scenario scenario = question.scenario();
        String document = document(scenario.name());
        String path = path(scenario);
        String hot = variables.hot(scenario);
        return switch (question.variant()) {
            case HOT -> new Load.Entry(question.weight(), "POST", path, Http.beginning(document), List.of(hot));
            case HOT_BY_GET ->
                new Load.Entry(question.weight(), "GET", Http.get(path, document, hot), "", List.of(hot));
            case COLD ->
                new Load.Entry(
                        question.weight(),
                        "POST",
                        path,
                        Http.beginning(document),
                        variables.cold(scenario, asked.getOrDefault(scenario, 0), LINES));
        };
    }

    private String ask(Scenario scenario, String values) throws Exception {
        return http.ask(path(scenario), document(scenario.name()), values);
    }

    private String path(Scenario scenario) {
        return is("floor") ? "/floor/" + scenario.name() : "/graphql";
    }

    private String document(String document) throws IOException {
        return Files.readString(documents.resolve(document + ".graphql"));
    }

    /** From the end of page 4,999 on, or of the middle of a smaller newsroom. */
    private List<String> cursors() throws Exception {
        int news = options.number("news");
        int first = Reading.deep(news) - 1;
        int last = Math.min(first + MOST_CURSORS, news - Reading.PAGE);
        return Cursors.first(last, http, document("cursors"), "").subList(first, last);
    }

    @Override
    public void close() {
        http.close();
    }
}
