package se.utrop.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Starts servers and asks them all questions, hot and cold: {@code --option=value … -- name port documents command …}, the
 * latter for each. They are asked one after the other, but what is cold, where they are close, in turns: for a machine that
 * changes from minute to minute is then the same for all.
 */
final class Reading {

    static final int PAGE = 20;
    static final int DEEP = 99_980;

    private static final int OVERLOAD = 10;
    private static final String STATEMENTS =
            "select coalesce(sum(calls), 0) from pg_stat_statements where userid = '%s'::regrole"
                    .formatted(Database.SERVER_ROLE);
    private static final String RUNNING =
            "select count(*) from pg_stat_activity where usename = '%s' and state = 'active'"
                    .formatted(Database.SERVER_ROLE);

    private final Options options;
    private final Path work;
    private final Answers answers;
    private final Connection database;

    private Reading(Options options, Connection database) throws IOException {
        this.options = options;
        this.work = Path.of(options.text("work"));
        this.answers = new Answers(work.resolve("results/answers"));
        this.database = database;
    }

    public static void main(String[] arguments) throws Exception {
        List<List<String>> groups = Options.groups(arguments);
        Options options = new Options(groups.getFirst().toArray(String[]::new));
        try (Connection database = Database.connect(options.text("postgres"), "postgres", "postgres")) {
            Reading reading = new Reading(options, database);
            List<Subject> subjects = new ArrayList<>();
            for (List<String> group : groups.subList(1, groups.size())) {
                Subject subject = new Subject(
                        group.get(0),
                        Integer.parseInt(group.get(1)),
                        Path.of(group.get(2)),
                        group.subList(3, group.size()),
                        options);
                subjects.add(subject);
                reading.measureAlone(subject);
            }
            reading.measureInTurns(
                    subjects.stream().filter(subject -> !subject.is("floor")).toList());
            subjects.forEach(Subject::close);
        }
    }

    /** How many news lie before the deep page. */
    static int deep(int news) {
        return Math.min(DEEP, news / 2);
    }

    private void measureAlone(Subject subject) throws Exception {
        System.err.println(subject.name() + ":");
        reportProcess(subject, "first answer after, s", subject.start());
        Server memory = subject.memory();
        reportProcess(subject, "resident memory after it, MiB", memory.resident() / 1048576.0);
        if (!subject.is("floor")) {
            compare(subject);
        }
        subject.rampUp();
        if (options.text("only").equals("cold")) {
            return;
        }
        for (Scenario scenario : Scenario.ALL) {
            for (Subject.Variant variant : variants(subject, scenario)) {
                measure(subject, scenario.name(), variant.label(), List.of(new Subject.Question(scenario, variant, 1)));
            }
        }
        if (!subject.is("floor")) {
            measureMixes(subject);
        }
        if (subject.is("utrop")) {
            measureOverload(subject, memory);
        }
        reportProcess(subject, "resident memory after load, MiB", memory.resident() / 1048576.0);
    }

    private void compare(Subject subject) throws Exception {
        for (Scenario scenario : Scenario.ALL) {
            answers.keep(subject.name(), scenario, "hot", subject.askHot(scenario));
            if (scenario.varies()) {
                answers.keep(subject.name(), scenario, "cold", subject.askCold(scenario));
            }
        }
    }

    private static List<Subject.Variant> variants(Subject subject, Scenario scenario) {
        List<Subject.Variant> variants = new ArrayList<>(List.of(Subject.Variant.HOT));
        if (subject.is("utrop") || subject.is("floor")) {
            variants.add(Subject.Variant.HOT_BY_GET);
        }
        if (scenario.varies() && !scenario.close() && !subject.is("floor")) {
            variants.add(Subject.Variant.COLD);
        }
        return variants;
    }

    private void measureMixes(Subject subject) throws Exception {
        List<Subject.Question> mix = new ArrayList<>();
        for (Scenario scenario : Scenario.ALL) {
            double half = scenario.weight() / 2.0;
            mix.add(new Subject.Question(scenario, Subject.Variant.HOT, half));
            mix.add(new Subject.Question(
                    scenario, scenario.varies() ? Subject.Variant.COLD : Subject.Variant.HOT, half));
        }
        measure(subject, "mix", "quiet", mix);
        try (Publisher publisher = new Publisher(options.text("postgres"), "utrop")) {
            measure(subject, "mix", "publishing", mix);
            Scenario front = Scenario.ALL.getFirst();
            measure(subject, "front", "hot, publishing", List.of(new Subject.Question(front, Subject.Variant.HOT, 1)));
            reportProcess(subject, "published beside the mix", publisher.published());
        }
    }

    /** Ten times as many ask what is cold. What is accepted is timed apart, by a few clients of their own. */
    private void measureOverload(Subject subject, Server memory) throws Exception {
        Scenario front = Scenario.ALL.getFirst();
        for (String when : List.of("before", "overload", "after")) {
            int factor = when.equals("overload") ? OVERLOAD : 1;
            try (Accepted accepted = subject.accepted(front)) {
                Load.Outcome outcome = subject.crowd(
                        factor, new Subject.Question(front, Subject.Variant.COLD, 1), options.number("seconds"));
                Accepted.Times times = accepted.times();
                String name = "%s, %d connections: ".formatted(when, factor * options.number("connections"));
                reportProcess(subject, name + "right answers/s", outcome.right() / outcome.seconds());
                reportProcess(subject, name + "refused/s", outcome.errors() / outcome.seconds());
                reportProcess(subject, name + "p50 of the accepted, ms", times.median());
                reportProcess(subject, name + "p99 of the accepted, ms", times.p99());
                reportProcess(subject, name + "p99 of the refused, ms", times.refused());
                reportProcess(subject, name + "resident memory, MiB", memory.resident() / 1048576.0);
            }
        }
    }

    /** The median turn of each. */
    private void measureInTurns(List<Subject> subjects) throws Exception {
        System.err.println("in turns:");
        System.out.println("| cold | server | requests/s | %s ÷ it, turn by turn | its processor time, µs a request |"
                .formatted(subjects.getFirst().name()));
        System.out.println("| --- | --- | ---: | ---: | ---: |");
        awaitIdle();
        for (Scenario scenario : Scenario.ALL) {
            if (scenario.varies() && scenario.close()) {
                measureInTurns(subjects, scenario);
            }
        }
    }

    private void measureInTurns(List<Subject> subjects, Scenario scenario) throws Exception {
        List<Subject.Question> questions = List.of(new Subject.Question(scenario, Subject.Variant.COLD, 1));
        Map<Subject, List<Measurement>> turns = new LinkedHashMap<>();
        Map<Subject, List<Double>> processor = new HashMap<>();
        for (Subject subject : subjects) {
            subject.run(questions, options.number("warmup"));
            turns.put(subject, new ArrayList<>());
            processor.put(subject, new ArrayList<>());
        }
        for (int turn = 0; turn < options.number("turns"); turn++) {
            for (Subject subject : subjects) {
                double before = subject.memory().processorSeconds();
                Measurement measurement = measured(subject, scenario.name(), "cold", questions);
                double seconds = subject.memory().processorSeconds() - before;
                turns.get(subject).add(measurement);
                processor.get(subject).add(seconds / measurement.rate() / options.number("seconds"));
            }
        }
        List<Measurement> first = turns.get(subjects.getFirst());
        for (Subject subject : subjects) {
            List<Measurement> all = turns.get(subject);
            System.out.printf(
                    "| %s | %s | %,.0f | %.2f | %.0f |%n",
                    scenario.label(),
                    subject.name(),
                    median(all.stream().map(Measurement::rate)),
                    median(IntStream.range(0, all.size())
                            .mapToObj(turn ->
                                    first.get(turn).rate() / all.get(turn).rate())),
                    1e6 * median(processor.get(subject).stream()));
            append(
                    subject.name() + ".tsv",
                    all.stream()
                            .sorted(Comparator.comparingDouble(Measurement::rate))
                            .toList()
                            .get(all.size() / 2)
                            .line());
        }
    }

    private static double median(Stream<Double> values) {
        List<Double> sorted = values.sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    private void measure(Subject subject, String scenario, String variant, List<Subject.Question> questions)
            throws Exception {
        awaitIdle();
        subject.run(questions, options.number("warmup"));
        Measurement measurement = measured(subject, scenario, variant, questions);
        System.err.printf("  %s, %s: %,.0f/s%n", scenario, variant, measurement.rate());
        append(subject.name() + ".tsv", measurement.line());
    }

    private Measurement measured(Subject subject, String scenario, String variant, List<Subject.Question> questions)
            throws Exception {
        long statements = number(STATEMENTS);
        Load.Outcome outcome = subject.run(questions, options.number("seconds"));
        statements = number(STATEMENTS) - statements;
        return new Measurement(
                scenario,
                variant,
                outcome.right() / outcome.seconds(),
                outcome.median(),
                outcome.p99(),
                outcome.errors(),
                statements / (double) outcome.requests(),
                questions.size() == 1 ? subject.bytes(questions.getFirst().scenario()) : 0);
    }

    /** Until nothing runs that was asked before, whose reader may be gone. */
    private void awaitIdle() throws Exception {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (number(RUNNING) > 0 && System.nanoTime() < end) {
            Thread.sleep(100);
        }
    }

    private long number(String query) throws SQLException {
        try (Statement statement = database.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            result.next();
            return result.getLong(1);
        }
    }

    private void reportProcess(Subject subject, String label, double value) throws IOException {
        append("processes.tsv", "%s\t%s\t%.1f".formatted(subject.name(), label, value));
    }

    private void append(String file, String line) throws IOException {
        Files.writeString(
                work.resolve("results").resolve(file),
                line + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }
}
