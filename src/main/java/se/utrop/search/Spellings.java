package se.utrop.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import se.utrop.search.Expression.All;
import se.utrop.search.Expression.Any;
import se.utrop.search.Expression.Published;
import se.utrop.search.Expression.Term;

/** Adds to the words of a search what texts write for the same: 2 260 for 2260, miljoner kronor for mkr, and what a date names. */
final class Spellings {

    private static final Map<String, Integer> MONTHS = Map.ofEntries(
            Map.entry("januari", 1),
            Map.entry("februari", 2),
            Map.entry("mars", 3),
            Map.entry("april", 4),
            Map.entry("maj", 5),
            Map.entry("juni", 6),
            Map.entry("juli", 7),
            Map.entry("augusti", 8),
            Map.entry("september", 9),
            Map.entry("oktober", 10),
            Map.entry("november", 11),
            Map.entry("december", 12));

    private static final Map<String, List<String>> UNITS = Map.of(
            "mkr", List.of("mnkr", "miljoner kronor"),
            "mnkr", List.of("mkr", "miljoner kronor"),
            "mdkr", List.of("miljarder kronor"),
            "tkr", List.of("tusen kronor"),
            "kr", List.of("kronor"),
            "st", List.of("s t", "sankt"),
            "sankt", List.of("s t", "st"),
            "sankta", List.of("s ta", "sta"));

    private static final Map<String, List<String>> PAIRS = Map.of(
            "miljoner kronor", List.of("mkr", "mnkr"),
            "miljarder kronor", List.of("mdkr"),
            "tusen kronor", List.of("tkr"),
            "s t", List.of("st", "sankt"),
            "s ta", List.of("sta", "sankta"));

    private static final Pattern YEAR = Pattern.compile("(?:19|20)\\d\\d");

    private static final Pattern DAY = Pattern.compile("[12]?\\d|3[01]");

    private static final Pattern HUNDREDS = Pattern.compile("\\d{1,3}");

    private static final Pattern THOUSANDS = Pattern.compile("\\d{3}");

    private static final Pattern LARGE_NUMBER = Pattern.compile("(\\d{1,3}?)((?:\\d{3})+)");

    private static final Pattern NAME_AND_NUMBER = Pattern.compile("(\\p{L}{2,})(\\d+)");

    private final List<Expression> parts;

    private final List<Expression> read = new ArrayList<>();

    private int next;

    private Spellings(List<Expression> parts) {
        this.parts = parts;
    }

    /** The same parts, of which single words and neighbours stand for more. */
    static List<Expression> of(List<Expression> parts) {
        Spellings spellings = new Spellings(parts);
        while (spellings.next < parts.size()) {
            spellings.read.add(spellings.part());
        }
        return List.copyOf(spellings.read);
    }

    /** What is written without a blank, as in covid-19 and S:t. */
    static Expression ofHyphenated(List<Expression> terms) {
        All apart = new All(of(terms));
        String joined = joined(apart);
        return terms.size() == 2 && NAME_AND_NUMBER.matcher(joined).matches()
                ? new Any(List.of(apart, new Term(joined, false)))
                : apart;
    }

    private Expression part() {
        String word = word(0);
        if (word.isEmpty()) {
            return parts.get(next++);
        }
        String pair = word + " " + word(1);
        if (PAIRS.containsKey(pair)) {
            return any(all(2), PAIRS.get(pair));
        }
        int groups = groups();
        if (groups > 1) {
            Expression apart = all(groups);
            return new Any(List.of(apart, new Term(joined(apart), false)));
        }
        return MONTHS.containsKey(word) && YEAR.matcher(word(1)).matches() ? month(word, word(1)) : single(word);
    }

    private Expression single(String word) {
        Expression written = parts.get(next++);
        if (UNITS.containsKey(word)) {
            return any(written, UNITS.get(word));
        }
        if (YEAR.matcher(word).matches()) {
            return new Any(List.of(written, new Published("year:" + word)));
        }
        Matcher number = LARGE_NUMBER.matcher(word);
        if (number.matches()) {
            return any(written, List.of(grouped(number.group(1), number.group(2))));
        }
        Matcher name = NAME_AND_NUMBER.matcher(word);
        return name.matches() ? any(written, List.of(name.group(1) + " " + name.group(2))) : written;
    }

    /** The news of a month, or of a year if the day is named too: then the month is a word of the text. */
    private Expression month(String month, String year) {
        boolean isOfDay = next > 0
                && parts.get(next - 1) instanceof Term before
                && DAY.matcher(before.text()).matches();
        Term first = (Term) parts.get(next);
        Term second = (Term) parts.get(next + 1);
        next += 2;
        return isOfDay
                ? new All(List.of(first, new Any(List.of(second, new Published("year:" + year)))))
                : new Any(List.of(
                        new All(List.of(first, second)),
                        new Published("month:%s-%02d".formatted(year, MONTHS.get(month)))));
    }

    /** How many of the next words are one number, as in 2 260. */
    private int groups() {
        if (!HUNDREDS.matcher(word(0)).matches()) {
            return 1;
        }
        return 1
                + (int) IntStream.iterate(1, i -> THOUSANDS.matcher(word(i)).matches(), i -> i + 1)
                        .count();
    }

    private static String grouped(String first, String others) {
        return first + others.replaceAll("(\\d{3})", " $1");
    }

    private static String joined(Expression apart) {
        return String.join("", apart.terms().stream().map(Term::text).toList());
    }

    private Expression all(int words) {
        next += words;
        return new All(List.copyOf(parts.subList(next - words, next)));
    }

    private static Expression any(Expression written, List<String> others) {
        return new Any(Stream.concat(
                        Stream.of(written), others.stream().map(text -> new Term(text, text.indexOf(' ') > 0)))
                .toList());
    }

    /** The word so many parts ahead in lower case; empty where none stands by itself. */
    private String word(int ahead) {
        return next + ahead < parts.size() && parts.get(next + ahead) instanceof Term term && !term.phrase()
                ? term.text().toLowerCase(Locale.ROOT)
                : "";
    }
}
