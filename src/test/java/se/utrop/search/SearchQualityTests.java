package se.utrop.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleBiFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.logging.LoggingSystemProperty;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcConnectionDetails;
import org.springframework.r2dbc.core.DatabaseClient;
import se.utrop.Api;
import se.utrop.Newsroom;
import se.utrop.UtropTest;
import se.utrop.importing.ImportCommand;

/** How well searches answer, by judgements that were made before there were answers. */
@UtropTest
class SearchQualityTests {

    private final Api api;

    private final Newsroom newsroom;

    private final DatabaseClient database;

    private final R2dbcConnectionDetails details;

    SearchQualityTests(Api api, Newsroom newsroom, DatabaseClient database, R2dbcConnectionDetails details) {
        this.api = api;
        this.newsroom = newsroom;
        this.database = database;
        this.details = details;
    }

    /** The command writes its warnings alone, by a system property that would stay. */
    @AfterAll
    static void writeAllAgain() {
        System.clearProperty(LoggingSystemProperty.CONSOLE_THRESHOLD.getEnvironmentVariableName());
    }

    @BeforeEach
    void fill() throws ClassNotFoundException {
        newsroom.clear();
        ConnectionFactoryOptions options = details.getConnectionFactoryOptions();
        assertThat(ImportCommand.run(
                        Class.forName("se.utrop.UtropApplication"),
                        List.of(
                                "db/sample/nyheter.xml",
                                "db/sample/lagesrapporter.txt",
                                "src/test/resources/search/newsroom.xml",
                                "--captured=2023-11-08"),
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

    private static Object password(ConnectionFactoryOptions options) {
        Option<CharSequence> password = ConnectionFactoryOptions.PASSWORD;
        return options.hasOption(password) ? options.getRequiredValue(password) : "";
    }

    @Test
    void whatIsMeantComesFirst() throws IOException {
        Judgements judgements = Judgements.read(
                Path.of("src/test/resources/search/judgements.txt"),
                newsroom.ask("select slug from news", String.class));
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
