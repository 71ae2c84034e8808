package se.utrop.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.logging.LoggingSystemProperty;
import org.springframework.r2dbc.core.DatabaseClient;
import se.utrop.Api;
import se.utrop.Newsroom;
import se.utrop.Sessions;
import se.utrop.UtropTest;
import se.utrop.importing.ImportCommand;

/** How well searches answer, by judgements that were made before there were answers. */
@UtropTest
class SearchQualityTests {

    private static final Path LATER = Path.of("../shared/seeds/000_51a1d761c4672fd7.txt");

    private static final Path EARLIER = Path.of("../shared/seeds/001_74b78f7dba40b26a.txt");

    /** For the half of the questions that was set aside. */
    private static final double GAIN = 0.90;

    private static final double HITS = 0.95;

    private final Api api;

    private final Newsroom newsroom;

    private final DatabaseClient database;

    private final Sessions sessions;

    SearchQualityTests(Api api, Newsroom newsroom, DatabaseClient database, Sessions sessions) {
        this.api = api;
        this.newsroom = newsroom;
        this.database = database;
        this.sessions = sessions;
    }

    /** The command writes its warnings alone, by a system property that would stay. */
    @AfterAll
    static void writeAllAgain() {
        System.clearProperty(LoggingSystemProperty.CONSOLE_THRESHOLD.getEnvironmentVariableName());
    }

    private void fillWith(List<String> arguments) throws ClassNotFoundException {
        ConnectionFactoryOptions options = sessions.options();
        assertThat(ImportCommand.run(
                        Class.forName("se.utrop.UtropApplication"),
                        arguments,
                        List.of(
                                "--spring.r2dbc.url=r2dbc:postgresql://%s:%s/%s"
                                        .formatted(
                                                options.getRequiredValue(ConnectionFactoryOptions.HOST),
                                                options.getRequiredValue(ConnectionFactoryOptions.PORT),
                                                options.getRequiredValue(ConnectionFactoryOptions.DATABASE)),
                                "--spring.r2dbc.username=" + options.getRequiredValue(ConnectionFactoryOptions.USER),
                                "--spring.r2dbc.password=" + password(options))))
                .isZero();
    }

    private void clear() throws IOException {
        newsroom.clear();
        newsroom.run("delete from search_synonym");
        newsroom.run(
                """
                insert into search_synonym (word, synonyms)
                select split_part(line, ' = ', 1), array[split_part(line, ' = ', 2)] from unnest(cast(:lines as text[])) line
                """,
                Map.of(
                        "lines",
                        Files.readAllLines(Path.of("db/sample/synonyms.txt")).toArray(String[]::new)));
    }

    private void fillWithSample() throws IOException, ClassNotFoundException {
        clear();
        fillWith(List.of(
                "db/sample/nyheter.xml",
                "db/sample/lagesrapporter.txt",
                "src/test/resources/search/newsroom.xml",
                "--captured=2023-11-08"));
    }

    /** The newsroom's own, which stand beside this repository where it is developed. */
    private boolean fillWithListings() throws IOException, ClassNotFoundException {
        if (!Files.isReadable(EARLIER) || !Files.isReadable(LATER)) {
            return false;
        }
        clear();
        fillWith(List.of(EARLIER.toString(), "--captured=2022-12-20"));
        fillWith(List.of(LATER.toString(), "--captured=2023-11-08"));
        return true;
    }

    private static Object password(ConnectionFactoryOptions options) {
        Option<CharSequence> password = ConnectionFactoryOptions.PASSWORD;
        return options.hasOption(password) ? options.getRequiredValue(password) : "";
    }

    @Test
    void whatIsMeantComesFirst() throws IOException, ClassNotFoundException {
        fillWithSample();
        Judgements judgements = judgements("judgements.txt");
        assertThat(judgements.queries()).hasSizeGreaterThanOrEqualTo(60);
        System.out.printf("%-34s %6s %6s   %6s %6s%n", "", "nDCG", "recall", "plain", "recall");
        judgements
                .queries()
                .keySet()
                .forEach(query -> System.out.printf(
                        "%-34s %6.3f %6.3f   %6.3f %6.3f%n",
                        query,
                        judgements.gain(query, found(query)),
                        judgements.recall(query, found(query)),
                        judgements.gain(query, foundPlainly(query)),
                        judgements.recall(query, foundPlainly(query))));
        double gain = mean(judgements, judgements::gain, this::found);
        double recall = mean(judgements, judgements::recall, this::found);
        double plainGain = mean(judgements, judgements::gain, this::foundPlainly);
        double plainRecall = mean(judgements, judgements::recall, this::foundPlainly);
        System.out.printf("%-34s %6.3f %6.3f   %6.3f %6.3f%n", "mean", gain, recall, plainGain, plainRecall);
        assertThat(gain).isGreaterThan(0.935).isGreaterThan(plainGain + 0.25);
        assertThat(recall).isGreaterThan(0.97);
    }

    /** Each of the judged questions, of which half are set aside: of those, only the sums are printed. */
    @Test
    void whatPeopleAskInTheirOwnWordsIsFound() throws IOException, ClassNotFoundException {
        fillWithSample();
        List<Answer> answers = new ArrayList<>(answers("judgements.txt"));
        answers.addAll(answers("questions.txt"));
        if (fillWithListings()) {
            answers.addAll(answers("listings.txt"));
            assertThat(answers).hasSizeGreaterThanOrEqualTo(200);
        }
        answers.stream()
                .filter(answer -> !answer.setAside && answer.gain < 0.9)
                .forEach(answer -> System.out.printf("%-50s %6.3f %s%n", answer.query, answer.gain, answer.found));
        Quality.print("tuned by", answers.stream().filter(answer -> !answer.setAside));
        answers.stream()
                .map(Answer::file)
                .distinct()
                .forEach(file -> Quality.print(
                        "set aside of " + file,
                        answers.stream().filter(answer -> answer.setAside && answer.file.equals(file))));
        Quality setAside = Quality.print("set aside", answers.stream().filter(answer -> answer.setAside));
        assertThat(setAside.gain).isGreaterThanOrEqualTo(GAIN);
        assertThat(setAside.hits).isGreaterThanOrEqualTo(HITS);
    }

    private record Answer(String file, String query, boolean setAside, double gain, boolean hit, List<String> found) {}

    /** Mean gain, and the part of the questions that have a hit among the first ten. */
    private record Quality(double gain, double hits) {

        static Quality print(String name, Stream<Answer> answers) {
            List<Answer> all = answers.toList();
            Quality quality = new Quality(
                    all.stream().mapToDouble(Answer::gain).average().orElseThrow(),
                    all.stream()
                            .mapToDouble(answer -> answer.hit ? 1 : 0)
                            .average()
                            .orElseThrow());
            System.out.printf(
                    "%-34s %4d questions, nDCG@10 %.3f, hit@10 %.3f%n", name, all.size(), quality.gain, quality.hits);
            return quality;
        }
    }

    private List<Answer> answers(String file) throws IOException {
        Judgements judgements = judgements(file);
        Set<String> setAside = judgements.setAside();
        return judgements.queries().keySet().stream()
                .map(query -> {
                    List<String> found = found(query);
                    return new Answer(
                            file,
                            query,
                            setAside.contains(query),
                            judgements.gain(query, found),
                            judgements.hits(query, found),
                            found);
                })
                .toList();
    }

    private Judgements judgements(String file) throws IOException {
        return Judgements.read(
                Path.of("src/test/resources/search", file), newsroom.ask("select slug from news", String.class));
    }

    private static double mean(
            Judgements judgements,
            ToDoubleBiFunction<String, List<String>> measure,
            Function<String, List<String>> search) {
        return judgements.queries().keySet().stream()
                .mapToDouble(query -> measure.applyAsDouble(query, search.apply(query)))
                .average()
                .orElseThrow();
    }

    private List<String> found(String query) {
        return api.data(
                        "query($query: String!) { searchNews(query: $query, first: 10) { nodes { slug } } }",
                        Map.of("query", query))
                .at("/searchNews/nodes")
                .valueStream()
                .map(node -> node.get("slug").asString())
                .toList();
    }

    /** What PostgreSQL finds by itself. */
    private List<String> foundPlainly(String query) {
        return database.sql("""
            select slug
            from news cross join lateral (
                select setweight(to_tsvector('swedish', title), 'A') || setweight(to_tsvector('swedish', summary), 'B')
                    || setweight(to_tsvector('swedish', coalesce(body, '')), 'C') as document
            ) d
            where document @@ websearch_to_tsquery('swedish', :query)
            order by ts_rank(document, websearch_to_tsquery('swedish', :query)) desc, published_at desc
            limit 10
            """)
                .bind("query", query)
                .mapValue(String.class)
                .all()
                .collectList()
                .blockOptional()
                .orElseThrow();
    }
}
