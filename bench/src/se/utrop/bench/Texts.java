package se.utrop.bench;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What nobody ought to write into a search field: words of the news, signs of every language of queries, any character. */
final class Texts {

    private static final List<String> PIECES = List.of(
            "regionen",
            "vädret",
            "komet",
            "rapport",
            "skargarden",
            "beredskpasplan",
            "cykelplatsregister",
            "plan",
            "dag",
            "ing",
            "är",
            "a",
            "och",
            "i",
            "17",
            "2022",
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
            "&",
            "!",
            "(",
            ")",
            "<->",
            "<2>",
            ":",
            ":*",
            "*",
            "%",
            "_",
            "$1",
            ":query",
            ";",
            "/*",
            "\0",
            "\n",
            "\t",
            "\u00a0",
            "\u200b",
            "\u202e",
            "\u0002",
            "e\u0301",
            "\ud83d\ude80",
            "\ud800",
            "ß",
            "İ",
            "ﬁ",
            "中文",
            "العربية",
            "1e309",
            "NaN",
            "a@b.se",
            "<script>",
            "x".repeat(200),
            "ab".repeat(900),
            "NOT",
            " ",
            " ",
            " ",
            " ");

    private final Random random = new Random(20_231_107);

    String next() {
        int pieces = 1 + random.nextInt(random.nextInt(20) == 0 ? 2_000 : 30);
        return IntStream.range(0, pieces)
                .mapToObj(piece -> piece())
                .collect(Collectors.joining(random.nextBoolean() ? " " : ""));
    }

    private String piece() {
        return switch (random.nextInt(10)) {
            case 0 -> Character.toString(random.nextInt(Character.MAX_CODE_POINT));
            case 1 ->
                random.ints(1 + random.nextInt(12), 'a', 'z' + 1)
                        .mapToObj(Character::toString)
                        .collect(Collectors.joining());
            default -> PIECES.get(random.nextInt(PIECES.size()));
        };
    }

    /** Of a text, for JSON. */
    static String quoted(String text) {
        return text.chars()
                .mapToObj(letter -> letter >= ' ' && letter < 127 && letter != '"' && letter != '\\'
                        ? Character.toString(letter)
                        : "\\u%04x".formatted(letter))
                .collect(Collectors.joining("", "\"", "\""));
    }
}
