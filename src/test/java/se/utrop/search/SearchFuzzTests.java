package se.utrop.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import se.utrop.Api;
import se.utrop.Newsroom;
import se.utrop.UtropTest;
import tools.jackson.databind.JsonNode;

/** Whatever somebody writes is a search. {@code utrop.fuzz.searches} says how many are tried. */
@UtropTest
class SearchFuzzTests {

    private static final int SEARCHES = Integer.getInteger("utrop.fuzz.searches", 2_000);

    private static final int AT_ONCE = 16;

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
            JsonNode errors = api.answer(document(), texts).path("errors");
            assertThat(errors).as("%s of %s", errors, texts).isEmpty();
        }
    }

    private static String document() {
        String variables = IntStream.range(0, AT_ONCE)
                .mapToObj(number -> "$q%1$d: String!, $l%1$d: String!".formatted(number))
                .collect(Collectors.joining(", "));
        return IntStream.range(0, AT_ONCE)
                .mapToObj(number -> """
                    s%1$d: searchNews(query: $q%1$d, first: 2, orderBy: %2$s) {
                      totalCount edges { highlights score node { slug } }
                    }
                    p%1$d: searchSuggestions(prefix: $q%1$d, first: 3) { text news { slug } }
                    l%1$d: news(filter: {search: $l%1$d}, first: 2) { totalCount nodes { slug } }
                    """.formatted(number, number % 2 == 0 ? "RELEVANCE" : "NEWEST_FIRST"))
                .collect(Collectors.joining("\n", "query(" + variables + ") {", "}"));
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
