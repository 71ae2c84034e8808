package se.utrop.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import se.utrop.Api;
import se.utrop.Newsroom;
import se.utrop.UtropTest;
import tools.jackson.databind.JsonNode;

/**
 * Whatever somebody writes is a search. {@code utrop.fuzz.searches} says how many are tried. Of very many, each is measured too.
 */
@UtropTest
class SearchFuzzTests {

    private static final Log LOG = LogFactory.getLog(SearchFuzzTests.class);

    private static final int SEARCHES = Integer.getInteger("utrop.fuzz.searches", 2_000);

    private static final int AT_ONCE = 16;

    /** From so many on, the slowest counts. */
    private static final int MEASURED = 100_000;

    private static final Duration LONGEST = Duration.ofMillis(200);

    /** The machine may be busy with something else: the fastest time counts. */
    private static final int MEASUREMENTS = 3;

    private static final int LONGEST_FILTER = 200;

    private static final List<String> PIECES = List.of(
            "sjukhus",
            "tåg",
            "vård",
            "rapport",
            "covdi",
            "och",
            "i",
            "17",
            "covid-19",
            "OR",
            "|",
            "||",
            "-",
            "--",
            "\"",
            "\"\"",
            "'",
            "''",
            "\\",
            "\\\\",
            "&",
            "&&",
            "!",
            "!!",
            "(",
            ")",
            "<->",
            "<2>",
            ":",
            ":*",
            ":A",
            "*",
            "%",
            "_",
            "$1",
            ":query",
            ";",
            "--'",
            "/*",
            "*/",
            "\0",
            "\n",
            "\t",
            "\r",
            "\u00a0",
            "\u200b",
            "\u202e",
            "\ufeff",
            "\u0002",
            "e\u0301",
            "\ud83d\ude80",
            "\ud800",
            "\udfff",
            "ß",
            "İ",
            "ﬁ",
            "中文",
            "العربية",
            "1e309",
            "-1",
            "0x7f",
            "NaN",
            "@",
            "a@b.se",
            "http://utrop.example/?a=b&c",
            "<b>",
            "</mark>",
            "&amp;",
            "<script>",
            "{}",
            "[]",
            "~",
            "`",
            "´",
            "…",
            "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
            "or",
            "NOT",
            "AND",
            " ",
            "  ");

    private final Api api;

    private final Newsroom newsroom;

    private final Random random = new Random(20_231_107);

    private Duration slowest = Duration.ZERO;

    SearchFuzzTests(Api api, Newsroom newsroom) {
        this.api = api;
        this.newsroom = newsroom;
    }

    @BeforeEach
    void fill() {
        newsroom.clear();
        newsroom.run("""
            insert into news (slug, title, summary, body, published_at)
            select 'n' || i, 'Sjukhus ' || i || ' & tåg', 'Lägesrapport om covid-19 <b>nu</b>.', '*Vården* på linje 17.',
                timestamptz '2020-01-01 00:00:00Z' + i * interval '1 day'
            from generate_series(1, 300) i
            """);
    }

    @Test
    void noTextIsAnError() {
        for (int done = 0; done < SEARCHES; done += AT_ONCE) {
            Map<String, Object> texts = new HashMap<>();
            for (int number = 0; number < AT_ONCE; number++) {
                String text = text();
                texts.put("q" + number, text);
                texts.put("l" + number, text.substring(0, Math.min(text.length(), LONGEST_FILTER)));
            }
            Duration time = time(document(AT_ONCE, done), texts);
            if (SEARCHES >= MEASURED && time.compareTo(LONGEST) > 0) {
                measureEach(texts);
            }
        }
        LOG.info("Of " + SEARCHES + " searches, the slowest of those in slow requests took " + slowest.toMillis()
                + " ms");
        assertThat(slowest).isLessThan(LONGEST);
    }

    /** Until it is answered without an error. */
    private Duration time(String document, Map<String, Object> texts) {
        long start = System.nanoTime();
        JsonNode errors = api.answer(document, texts).path("errors");
        assertThat(errors).as("%s of %s", errors, texts).isEmpty();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private void measureEach(Map<String, Object> texts) {
        for (int number = 0; number < AT_ONCE; number++) {
            Map<String, Object> text = Map.of("q0", texts.get("q" + number), "l0", texts.get("l" + number));
            Duration fastest = IntStream.range(0, MEASUREMENTS)
                    .mapToObj(i -> time(document(1, i), text))
                    .min(Comparator.naturalOrder())
                    .orElseThrow();
            slowest = fastest.compareTo(slowest) > 0 ? fastest : slowest;
            if (fastest.compareTo(LONGEST) > 0) {
                LOG.warn(fastest.toMillis() + " ms: " + text);
            }
        }
    }

    /** @param variant makes another document of it, so that no cache has its answer */
    private static String document(int many, int variant) {
        String variables = IntStream.range(0, many)
                .mapToObj(number -> "$q%1$d: String!, $l%1$d: String!".formatted(number))
                .collect(Collectors.joining(", "));
        return IntStream.range(0, many)
                .mapToObj(number -> """
                    s%1$d: searchNews(query: $q%1$d, first: 2, orderBy: %2$s) {
                      totalCount edges { highlights score node { slug } }
                    }
                    p%1$d: searchSuggestions(prefix: $q%1$d, first: 3) { text news { slug } }
                    l%1$d: news(filter: {search: $l%1$d}, first: 2) { totalCount nodes { slug } }
                    """.formatted(number, number % 2 == 0 ? "RELEVANCE" : "NEWEST_FIRST"))
                .collect(Collectors.joining("\n", "query v" + variant + "(" + variables + ") {", "}"));
    }

    private String text() {
        int pieces = random.nextInt(random.nextInt(20) == 0 ? 2_000 : 12);
        return IntStream.range(0, pieces)
                .mapToObj(piece -> piece())
                .collect(Collectors.joining(random.nextBoolean() ? " " : ""));
    }

    private String piece() {
        return random.nextInt(5) == 0
                ? new String(Character.toChars(random.nextInt(Character.MAX_CODE_POINT)))
                : PIECES.get(random.nextInt(PIECES.size()));
    }
}
