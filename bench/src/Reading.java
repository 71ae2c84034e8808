import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Starts one server and asks it all questions, hot and cold: {@code --option=value … -- command …}. */
final class Reading {

    static final int PAGE = 20;
    static final int DEEP = 99_980;

    private static final int LINES = 100_000;
    private static final int OVERLOAD = 10;
    private static final int MOST_CURSORS = 100_000;
    private static final String STATEMENTS =
            "select coalesce(sum(calls), 0) from pg_stat_statements where userid = '%s'::regrole"
                    .formatted(Database.SERVER_ROLE);

    private final Options options;
    private final String server;
    private final Path work;
    private final Http http;
    private final Load load;
    private final Answers answers;
    private final Connection database;
    private final Map<Scenario, Integer> asked = new HashMap<>();

    private Variables variables;

    private Reading(Options options, Http http, Connection database) throws IOException {
        this.options = options;
        this.server = options.text("server");
        this.work = Path.of(options.text("work"));
        this.http = http;
        this.load = new Load(
                options.number("port"), Path.of(options.text("script")), options.number("connections"), work);
        this.answers = new Answers(work.resolve("results/answers"));
        this.database = database;
    }

    public static void main(String[] arguments) throws Exception {
        int end = Arrays.asList(arguments).indexOf("--");
        Options options = new Options(Arrays.copyOf(arguments, end));
        List<String> command = Arrays.asList(arguments).subList(end + 1, arguments.length);
        try (Http http = new Http(options.number("port"));
                Connection database = Database.connect(options.text("postgres"), "postgres", "postgres")) {
            new Reading(options, http, database).run(command);
        }
    }

    private void run(List<String> command) throws Exception {
        ServerProcess process = new ServerProcess(command, work.resolve(server + ".log"));
        Scenario front = Scenario.ALL.getFirst();
        reportProcess("first answer after, s", process.awaitAnswer(http, path(front), document(front.name())));
        Server memory = new Server(process.pid(), options.number("port"));
        reportProcess("resident memory after it, MiB", memory.resident() / 1048576.0);
        if (server.equals("floor")) {
            measureFloor();
        } else {
            measureAll();
        }
        if (server.equals("utrop")) {
            measureOverload(memory);
        }
        reportProcess("resident memory after load, MiB", memory.resident() / 1048576.0);
    }

    private void measureAll() throws Exception {
        variables = new Variables(server.equals("postgraphile"), options.number("news"), cursors());
        for (Scenario scenario : Scenario.ALL) {
            compare(scenario);
        }
        rampUp(Variant.COLD);
        for (Scenario scenario : Scenario.ALL) {
            for (Variant variant : variants(scenario)) {
                measure(scenario.name(), variant.label(), List.of(new Question(scenario, variant, 1)));
            }
        }
        measureMixes();
    }

    private void compare(Scenario scenario) throws Exception {
        answers.keep(server, scenario, "hot", ask(scenario, variables.hot(scenario)));
        if (scenario.varies()) {
            answers.keep(server, scenario, "cold", ask(scenario, variables.cold(scenario, 0, 1).getFirst()));
        }
    }

    /** So that what compiles itself as it runs has done so, whatever comes first. */
    private void rampUp(Variant varying) throws Exception {
        int seconds = options.number("rampup") / Scenario.ALL.size();
        for (Scenario scenario : Scenario.ALL) {
            if (seconds > 0) {
                run(List.of(new Question(scenario, scenario.varies() ? varying : Variant.HOT, 1)), seconds);
            }
        }
    }

    private List<Variant> variants(Scenario scenario) {
        List<Variant> variants = new ArrayList<>(List.of(Variant.HOT));
        if (server.equals("utrop")) {
            variants.add(Variant.HOT_BY_GET);
        }
        if (scenario.varies()) {
            variants.add(Variant.COLD);
        }
        return variants;
    }

    private void measureMixes() throws Exception {
        List<Question> mix = new ArrayList<>();
        for (Scenario scenario : Scenario.ALL) {
            double half = scenario.weight() / 2.0;
            mix.add(new Question(scenario, Variant.HOT, half));
            mix.add(new Question(scenario, scenario.varies() ? Variant.COLD : Variant.HOT, half));
        }
        measure("mix", "quiet", mix);
        try (Publisher publisher = new Publisher(options.text("postgres"), "utrop")) {
            measure("mix", "publishing", mix);
            measure("front", "hot, publishing", List.of(new Question(Scenario.ALL.getFirst(), Variant.HOT, 1)));
            reportProcess("published beside the mix", publisher.published());
        }
    }

    /** Ten times as many ask what is cold. What is accepted is timed apart, by a few clients of their own. */
    private void measureOverload(Server memory) throws Exception {
        Scenario front = Scenario.ALL.getFirst();
        for (String when : List.of("before", "overload", "after")) {
            int factor = when.equals("overload") ? OVERLOAD : 1;
            List<String> values = variables.cold(front, asked.merge(front, 2 * LINES, Integer::sum) - LINES, LINES);
            try (Accepted accepted = new Accepted(options.number("port"), path(front), document(front.name()), values)) {
                Load.Outcome outcome = load.times(factor).run(List.of(entry(new Question(front, Variant.COLD, 1))),
                        options.number("seconds"));
                use(front, outcome.used().getFirst());
                Accepted.Times times = accepted.times();
                String name = "%s, %d connections: ".formatted(when, factor * options.number("connections"));
                reportProcess(name + "right answers/s", outcome.right() / outcome.seconds());
                reportProcess(name + "refused/s", outcome.errors() / outcome.seconds());
                reportProcess(name + "p50 of the accepted, ms", times.median());
                reportProcess(name + "p99 of the accepted, ms", times.p99());
                reportProcess(name + "p99 of the refused, ms", times.refused());
                reportProcess(name + "resident memory, MiB", memory.resident() / 1048576.0);
            }
        }
    }

    /** All of the floor's answers are fixed. */
    private void measureFloor() throws Exception {
        variables = new Variables(false, options.number("news"), List.of(""));
        rampUp(Variant.HOT);
        for (Scenario scenario : Scenario.ALL) {
            for (Variant variant : List.of(Variant.HOT, Variant.HOT_BY_GET)) {
                measure(scenario.name(), variant.label(), List.of(new Question(scenario, variant, 1)));
            }
        }
    }

    private void measure(String scenario, String variant, List<Question> questions) throws Exception {
        run(questions, options.number("warmup"));
        long statements = statements();
        Load.Outcome outcome = run(questions, options.number("seconds"));
        statements = statements() - statements;
        Measurement measurement = new Measurement(
                scenario,
                variant,
                outcome.right() / outcome.seconds(),
                outcome.median(),
                outcome.p99(),
                outcome.errors(),
                statements / (double) outcome.requests(),
                questions.size() == 1 ? bytes(questions.getFirst()) : 0);
        System.err.printf("  %s, %s: %,.0f/s%n", scenario, variant, measurement.rate());
        append(server + ".tsv", measurement.line());
    }

    private Load.Outcome run(List<Question> questions, int seconds) throws Exception {
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
            case HOT_BY_GET -> new Load.Entry(question.weight(), "GET", Http.get(path, document, hot), "", List.of(hot));
            case COLD -> new Load.Entry(
                    question.weight(), "POST", path, Http.beginning(document),
                    variables.cold(scenario, asked.getOrDefault(scenario, 0), LINES));
        };
    }

    private int bytes(Question question) throws Exception {
        Scenario scenario = question.scenario();
        return ask(scenario, variables.hot(scenario)).getBytes(StandardCharsets.UTF_8).length;
    }

    private String ask(Scenario scenario, String values) throws Exception {
        return http.ask(path(scenario), document(scenario.name()), values);
    }

    private String path(Scenario scenario) {
        return server.equals("floor") ? "/floor/" + scenario.name() : "/graphql";
    }

    private String document(String name) throws IOException {
        return Files.readString(Path.of(options.text("documents"), name + ".graphql"));
    }

    /** From the end of page 4,999 on, or of the middle of a smaller newsroom. */
    private List<String> cursors() throws Exception {
        int first = deep(options.number("news")) - 1;
        int last = Math.min(first + MOST_CURSORS, options.number("news") - PAGE);
        return Cursors.first(last, http, document("cursors"), "").subList(first, last);
    }

    /** How many news lie before the deep page. */
    static int deep(int news) {
        return Math.min(DEEP, news / 2);
    }

    private long statements() throws SQLException {
        try (Statement statement = database.createStatement();
                ResultSet result = statement.executeQuery(STATEMENTS)) {
            result.next();
            return result.getLong(1);
        }
    }

    private void reportProcess(String label, double value) throws IOException {
        append("processes.tsv", "%s\t%s\t%.1f".formatted(server, label, value));
    }

    private void append(String file, String line) throws IOException {
        Files.writeString(
                work.resolve("results").resolve(file), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private enum Variant {
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

    private record Question(Scenario scenario, Variant variant, double weight) {}
}
